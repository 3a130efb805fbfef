#!/usr/bin/env python
"""What an SVM on resampled joints reaches: the floor of skeleton networks.

    skeleton_floor.py data/jhmdb/annotations_split1.jsonl --root data/jhmdb
"""
import argparse
import sys

from rich.console import Console

from mmgesture.analysis.skeleton_svm import NORMS, skeleton_floor
from mmgesture.datasets import UnreadableMediaError


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('annotations', nargs='+', help='annotation files')
    add('--root', required=True, help='data root of them')
    add('--train', nargs='+', default=['train'], metavar='SPLIT')
    add('--test', nargs='+', default=['test'], metavar='SPLIT')
    add('--norm', nargs='+', choices=NORMS, default=list(NORMS),
        help='how clips are normalised (default: all of them in turn)')
    add('--frames', type=int, default=16, help='default: 16')
    add('--dims', type=int, choices=(2, 3), default=2,
        help='coordinates of files that have both (default: 2)')
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    console = Console(highlight=False, soft_wrap=True)
    try:
        for path in args.annotations:
            for norm in args.norm:
                found = skeleton_floor(path, args.root, args.train, args.test,
                                       norm, args.frames, args.dims)
                console.print(
                    f'{path}, norm {norm}: top-1 {found.top1:.3f} on '
                    f'{found.test} clips ({found.train} to fit on)',
                    markup=False)
    except (OSError, UnreadableMediaError, ValueError) as error:
        print(f'skeleton_floor.py: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
