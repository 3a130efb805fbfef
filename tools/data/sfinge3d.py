"""Convert SFINGE3D, streams of hand joints with gestures, for all folds.

Writes below ROOT one skeleton file and one feature file per stream, and
annotations_fold0.jsonl to annotations_fold4.jsonl: in each, one group of
streams is the test split and the next one validates. In
annotations_fold0_all.jsonl and so on all other groups train.

Example:
    python tools/data/sfinge3d.py SFINGE_FOLDER --root data/sfinge3d
"""
import argparse
import os
import sys

from rich.console import Console

from mmgesture.datasets.convert import convert_sfinge3d, summary_tables
from mmgesture.datasets.media_errors import UnreadableMediaError


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('source', help='folder with the three files')
    add('--root', required=True, help='folder to write to: the data root')
    add('--streams', default='sfinge3d.npz', help='npz of the streams')
    add('--gestures', default='sequencesGT.csv', help='table of the gestures')
    add('--groups', default='groups.csv', help='table of the groups')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    files = [os.path.join(args.source, name)
             for name in (args.streams, args.gestures, args.groups)]
    try:
        folds = convert_sfinge3d(*files, args.root)
    except (ValueError, OSError, UnreadableMediaError) as error:
        Console(stderr=True).print(
            str(error), style='red', markup=False, soft_wrap=True)
        return 1
    first = next(iter(folds.values()))
    for note in first.notes:
        console.print(f'note: {note}', markup=False, soft_wrap=True)
    console.print(f'{len(first.notes)} gestures repaired')
    for group, result in folds.items():
        console.print(f'fold {group}')
        console.print(summary_tables(result.annotations)[0])
    console.print(f'wrote {len(folds)} folds of '
                  f'{len(first.annotations.records)} gestures to {args.root}',
                  markup=False, soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
