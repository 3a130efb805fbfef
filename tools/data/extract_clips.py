"""Cut the segments of an annotation file into small clips, for speed.

The clips are re-encoded at a small short side; the new annotation file
beside them has whole files as samples. An interrupted run is taken up where
it stopped.

Example:
    python tools/data/extract_clips.py data/smg/annotations.jsonl \\
        --root data/smg --out data/smg_clips
"""
import argparse
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)

from mmgesture.datasets.convert import extract_clips
from mmgesture.structures import read_annotations


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('annotations', help='annotation file')
    parser.add_argument('--root', required=True, help='data root of it')
    parser.add_argument('--out', required=True, help='data root of the clips')
    parser.add_argument(
        '--short-side',
        type=int,
        default=256,
        help='of the clips, never enlarged (default: 256)')
    parser.add_argument(
        '--crf',
        type=int,
        default=18,
        help='quality of x264, smaller is better (default: 18)')
    parser.add_argument(
        '--allow-outside',
        action='store_true',
        help='trust paths that leave the data root')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Cut and report."""
    args = parse_args(argv)
    console, errors = Console(), Console(stderr=True)
    try:
        total = len(
            read_annotations(args.annotations, args.allow_outside).records)
        with Progress(
                TextColumn('clips'),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=errors) as progress:
            task = progress.add_task('clips', total=total)
            report = extract_clips(args.annotations, args.root, args.out,
                                   args.short_side, args.crf,
                                   lambda _: progress.advance(task),
                                   args.allow_outside)
    except (ValueError, OSError) as error:
        errors.print(str(error), style='red', markup=False)
        return 1
    for error in report.failed:
        errors.print(f'no clip: {error}', style='red', markup=False)
    console.print(
        f'{report.written} clips written, {report.reused} reused, '
        f'{len(report.failed)} failed; see {args.out}/annotations.jsonl',
        markup=False)
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main())
