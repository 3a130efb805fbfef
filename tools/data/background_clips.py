"""Add clips without a gesture to an annotation file, as a last class.

For recognizers that are slid over long videos: see configs/online.

Example:
    python tools/data/background_clips.py data/mini_smg/annotations.jsonl \\
        --out data/mini_smg/annotations_background.jsonl
"""
import argparse
import sys

from rich.console import Console

from mmgesture.datasets.convert import add_background, summary_tables


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('annotations', help='annotation file')
    add('--out', required=True, help='the new one, in the same folder')
    add('--seconds', type=float, default=1.,
        help='length of a clip (default: 1)')
    add('--ratio', type=float, default=0.5,
        help='clips per gesture of a split (default: 0.5)')
    add('--seed', type=int, default=0, help='chooses the clips')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Add them and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        result = add_background(args.annotations, args.out, args.seconds,
                                args.ratio, args.seed)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(
            str(error), style='red', markup=False, soft_wrap=True)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False, soft_wrap=True)
    for table in summary_tables(result.annotations):
        console.print(table)
    console.print(f'wrote {len(result.annotations.records)} samples to '
                  f'{args.out}', markup=False, soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
