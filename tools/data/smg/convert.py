"""Convert the SMG set, or a drawn mini-SMG, to an annotation file.

Example:
    python tools/data/smg/convert.py data/smg
"""
import argparse
import os
import sys

from rich.console import Console

from mmgesture.datasets.convert import (ConversionError, convert_smg,
                                        summary_tables)
from mmgesture.datasets.smg import SMG_SPLITS


def parse_range(text: str) -> tuple:
    """``train=1-30`` to ``('train', (1, 30))``."""
    try:
        name, numbers = text.split('=')
        first, _, last = numbers.partition('-')
        return name, (int(first), int(last or first))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'expected NAME=FIRST-LAST such as train=1-30, got {text!r}')


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    default = ' '.join(f'{k}={a}-{b}' for k, (a, b) in SMG_SPLITS.items())
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('root', help='folder with the unpacked set')
    parser.add_argument(
        '--out', help='annotation file (default: ROOT/annotations.jsonl)')
    parser.add_argument(
        '--frame-base',
        type=int,
        choices=(0, 1),
        default=0,
        help='number of the first frame in the label files (default: 0)')
    parser.add_argument(
        '--end',
        choices=('inclusive', 'exclusive'),
        default='inclusive',
        help='whether the end frame belongs to the gesture '
        '(default: inclusive)')
    parser.add_argument(
        '--splits',
        nargs='+',
        type=parse_range,
        metavar='NAME=FIRST-LAST',
        help=f'subjects of each split (default: {default})')
    parser.add_argument(
        '--dataset', default='smg', help='name in the header (default: smg)')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    splits = dict(args.splits) if args.splits else None
    try:
        result = convert_smg(args.root, args.out, args.frame_base, args.end,
                             splits, args.dataset)
    except (ConversionError, FileNotFoundError) as error:
        Console(stderr=True).print(str(error), style='red', markup=False)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False)
    for table in summary_tables(result.annotations):
        console.print(table)
    out = args.out or os.path.join(args.root, 'annotations.jsonl')
    console.print(f'wrote {len(result.annotations.records)} samples to '
                  f'{out}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
