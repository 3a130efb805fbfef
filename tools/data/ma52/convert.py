"""Convert the MA-52 set to an annotation file.

ROOT holds videos_train, videos_val and videos_test, and the three lists
{train,val,test}_list_videos.txt; any of them may be absent.

Example:
    python tools/data/ma52/convert.py data/ma52
"""
import argparse
import os
import sys

from rich.console import Console

from mmgesture.datasets.convert import (ConversionError, convert_ma52,
                                        summary_tables)


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('root', help='folder with the unpacked set')
    parser.add_argument(
        '--out', help='annotation file (default: ROOT/annotations.jsonl)')
    parser.add_argument(
        '--lists',
        metavar='FOLDER',
        help='folder of the lists (default: ROOT)')
    parser.add_argument(
        '--test-labels',
        metavar='FILE',
        help='list with the real labels of the test clips; without it the '
        'zeros of the official test list are hidden labels')
    parser.add_argument(
        '--dataset', default='ma52', help='name in the header (default: ma52)')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        result = convert_ma52(args.root, args.out, args.lists,
                              args.test_labels, args.dataset)
    except (ConversionError, FileNotFoundError) as error:
        Console(stderr=True).print(
            str(error), style='red', markup=False, soft_wrap=True)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False, soft_wrap=True)
    for table in summary_tables(result.annotations):
        console.print(table)
    out = args.out or os.path.join(args.root, 'annotations.jsonl')
    console.print(f'wrote {len(result.annotations.records)} samples to '
                  f'{out}', markup=False, soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
