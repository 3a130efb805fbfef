#!/usr/bin/env python
"""Loss, learning rate and top-1 against epochs, from the logs of trainings.

    training_curves.py work_dirs/msf-s_smg work_dirs/videomamba-s_smg

Resumed runs are joined. Writes the figure and, beside it, the same as csv.
"""
import argparse
import sys
from pathlib import Path

from rich.console import Console

from mmgesture.analysis.training_log import read_training_log, write_curves
from mmgesture.visualization.training_curves import draw_training_curves

console = Console(highlight=False, soft_wrap=True)


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('work_dirs', nargs='+', metavar='WORK_DIR')
    parser.add_argument('--names', nargs='+', metavar='NAME',
                        help='names of the runs (default: as much of their '
                        'paths as tells them apart)')
    parser.add_argument('--out', default='training_curves.png',
                        help='figure; .png, .pdf or .svg (default: '
                        '%(default)s)')
    parser.add_argument('--csv', help='table (default: the figure\'s name '
                        'with .csv)')
    parser.add_argument('--title', help='title of the figure')
    args = parser.parse_args(argv)
    if Path(args.out).suffix.lower() not in ('.png', '.pdf', '.svg'):
        parser.error(f'--out must end with .png, .pdf or .svg, got {args.out}')
    if args.names and len(args.names) != len(args.work_dirs):
        parser.error(f'--names has {len(args.names)} names for '
                     f'{len(args.work_dirs)} work directories')
    return args


def short_names(folders):
    """The last parts of paths, as many as tell them apart."""
    parts = [Path(folder).resolve().parts for folder in folders]
    for number in range(1, max(map(len, parts)) + 1):
        names = ['/'.join(p[-number:]) for p in parts]
        if len(set(names)) == len(set(parts)):
            break
    return names


def main(argv=None):
    args = parse_args(argv)
    names = args.names or short_names(args.work_dirs)
    try:
        logs = [
            read_training_log(folder, name)
            for folder, name in zip(args.work_dirs, names)
        ]
    except (OSError, ValueError) as error:
        print(f'training_curves.py: {error}', file=sys.stderr)
        return 1
    draw_training_curves([dict(train=log.train, val=log.val) for log in logs],
                         names, args.out, args.title)
    path = args.csv or Path(args.out).with_suffix('.csv')
    write_curves(path, logs)
    for log in logs:
        if log.parts > 1:
            console.print(f'{log.name}: joined {log.parts} logs', markup=False)
    console.print(f'wrote {args.out} and {path}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
