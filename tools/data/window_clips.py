"""Cut windows for a recognizer that is slid over long videos.

Windows of one length, called by the gesture at their centre or 'background';
nothing is decoded, the new annotation file names parts of the same videos.
See configs/online.

Example:
    python tools/data/window_clips.py data/mini_smg/annotations.jsonl \\
        --out data/mini_smg/annotations_windows.jsonl
"""
import argparse
import sys

from rich.console import Console

from mmgesture.datasets.convert import cut_window_clips, summary_tables


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('annotations', help='annotation file')
    add('--out', required=True, help='the new one, in the same folder')
    add('--seconds', type=float, default=1.6,
        help='length of a window (default: 1.6)')
    add('--stride', type=float, default=0.4,
        help='seconds from one to the next (default: 0.4)')
    add('--ratio', type=float, default=0.5,
        help='windows of background for each other one (default: 0.5)')
    add('--seed', type=int, default=0, help='chooses them')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Cut them and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        result = cut_window_clips(args.annotations, args.out, args.seconds,
                                  args.stride, args.ratio, args.seed)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(
            str(error), style='red', markup=False, soft_wrap=True)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False, soft_wrap=True)
    for table in summary_tables(result.annotations):
        console.print(table)
    console.print(f'wrote {len(result.annotations.records)} windows to '
                  f'{args.out}', markup=False, soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
