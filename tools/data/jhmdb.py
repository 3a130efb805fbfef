"""Convert the joint annotations of J-HMDB, all three official splits.

Writes annotations_split1.jsonl to annotations_split3.jsonl and one npz per
clip below ROOT/keypoints.

Example:
    python tools/data/jhmdb.py jhmdb_gt_pose.npz --root data/jhmdb
"""
import argparse
import sys

from rich.console import Console

from mmgesture.datasets.convert import convert_jhmdb, summary_tables
from mmgesture.datasets.media_errors import UnreadableMediaError


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('poses', help='the npz with the poses of all clips')
    parser.add_argument(
        '--root', required=True, help='folder to write to: the data root')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        results = convert_jhmdb(args.poses, args.root)
    except (ValueError, OSError, UnreadableMediaError) as error:
        Console(stderr=True).print(
            str(error), style='red', markup=False, soft_wrap=True)
        return 1
    for number, result in enumerate(results, 1):
        console.print(f'split {number}')
        console.print(summary_tables(result.annotations)[0])
    console.print(f'wrote annotations_split1.jsonl to '
                  f'annotations_split{len(results)}.jsonl in {args.root}',
                  markup=False, soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
