"""Convert folders of clips, one folder per class, to an annotation file.

Examples:
    python tools/data/from_folders.py data/my --ratio train=0.8 test=0.2

    python tools/data/from_folders.py data/my --subject-regex 'person(\\d+)' \\
        --split-by-subject train=1,2,3 test=4
"""
import argparse
import os
import sys

from rich.console import Console

from mmgesture.datasets.convert import (convert_folders, parse_ratios,
                                        parse_subject_splits, summary_tables)


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('root', help='folder with one folder per class')
    parser.add_argument(
        '--out', help='annotation file (default: ROOT/annotations.jsonl)')
    parser.add_argument(
        '--ratio',
        nargs='+',
        default=['train=0.8', 'test=0.2'],
        metavar='SPLIT=SHARE',
        help='shares of the splits (default: train=0.8 test=0.2)')
    parser.add_argument(
        '--subject-regex',
        metavar='REGEX',
        help='its first group, found in the path, is the subject; people '
        'are then divided, not clips')
    parser.add_argument(
        '--split-by-subject',
        nargs='+',
        metavar='SPLIT=SUBJECT,...',
        help='such as train=1,2,3 test=4, in place of --ratio')
    parser.add_argument(
        '--seed', type=int, default=0, help='of the division (default: 0)')
    parser.add_argument(
        '--dataset', default='custom', help='name in the header')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        subjects = None
        if args.split_by_subject:
            subjects = parse_subject_splits(args.split_by_subject)
        result = convert_folders(args.root, args.out,
                                 parse_ratios(args.ratio), args.subject_regex,
                                 subjects, args.seed, args.dataset)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(str(error), style='red', markup=False)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False)
    for table in summary_tables(result.annotations):
        console.print(table)
    out = args.out or os.path.join(args.root, 'annotations.jsonl')
    console.print(
        f'wrote {len(result.annotations.records)} samples to {out}',
        markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
