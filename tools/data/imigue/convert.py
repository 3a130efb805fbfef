"""Convert the iMiGUE set to an annotation file and keypoint arrays.

Nothing is copied or cut: samples are segments of the long videos. See
tools/data/imigue/README.md for the layout, the splits and what is uncertain.

Example:
    python tools/data/imigue/convert.py data/imigue
    python tools/data/imigue/convert.py data/imigue --test-ids test_list.json
    python tools/data/imigue/convert.py data/imigue --split official \\
        --subjects subjects.csv
    python tools/data/imigue/convert.py data/imigue23 --release 2023
"""
import argparse
import os
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)

from mmgesture.datasets.convert import (Conversion, convert_imigue,
                                        convert_imigue_2023, summary_tables)
from mmgesture.datasets.convert.imigue_2023 import LABEL_BASES
from mmgesture.datasets.convert.imigue_report import completeness

VIDEO_ONLY = ('frame_base', 'tolerance', 'workers', 'skip_bad',
              'no_keypoints')


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('root', help='folder with the unpacked set')
    parser.add_argument(
        '--out', help='annotation file (default: ROOT/annotations.jsonl)')
    parser.add_argument(
        '--release',
        choices=('videos', '2023'),
        default='videos',
        help='videos with OpenPose tables, or train_data.npy of MiGA 2023 '
        '(default: videos)')
    parser.add_argument(
        '--split',
        choices=('miga', 'official'),
        default='miga',
        help='of the challenge, or by athlete as the authors have it '
        '(default: miga)')
    parser.add_argument(
        '--subjects',
        help='csv of video,subject rows (athlete 1..72); --split official '
        'needs it')
    parser.add_argument(
        '--test-ids',
        help='ids of the hidden test in their order (json or txt)')
    videos = parser.add_argument_group('--release videos')
    videos.add_argument(
        '--frame-base',
        type=int,
        choices=(0, 1),
        default=0,
        help='number of the first frame in the label files; not documented '
        'by the release (default: 0)')
    videos.add_argument(
        '--tolerance',
        type=int,
        default=1,
        help='frames that a gesture may end beyond its media and is cut '
        '(default: 1)')
    videos.add_argument(
        '--no-keypoints',
        action='store_true',
        help='leave the OpenPose tables alone')
    videos.add_argument(
        '--workers',
        type=int,
        default=1,
        help='processes that read OpenPose tables (default: 1)')
    videos.add_argument(
        '--skip-bad',
        action='store_true',
        help='leave wrong rows and files out and list them, instead of '
        'stopping')
    old = parser.add_argument_group('--release 2023')
    old.add_argument(
        '--label-base',
        choices=LABEL_BASES,
        default='auto',
        help='labels 1..31 and 99 (file) or 0..31 (index); default: found '
        'out')
    args = parser.parse_args(argv)
    unused = VIDEO_ONLY if args.release == '2023' else ('label_base', )
    for name in unused:
        if getattr(args, name) != parser.get_default(name):
            parser.error(f'--{name.replace("_", "-")} does not go with '
                         f'--release {args.release}')
    return args


def convert(args: argparse.Namespace, console: Console) -> Conversion:
    """Run the converter under a progress bar."""
    with Progress(
            TextColumn('{task.description}'),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console) as bars:
        tasks = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        common = dict(
            root=args.root,
            out=args.out,
            split=args.split,
            subjects=args.subjects,
            test_ids=args.test_ids,
            progress=show)
        if args.release == '2023':
            return convert_imigue_2023(label_base=args.label_base, **common)
        return convert_imigue(
            frame_base=args.frame_base,
            tolerance=args.tolerance,
            keypoints=not args.no_keypoints,
            workers=args.workers,
            skip_bad=args.skip_bad,
            **common)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console, errors = Console(), Console(stderr=True)
    try:
        result = convert(args, errors)
    except (ValueError, OSError, ImportError) as error:
        errors.print(str(error), style='red', markup=False)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False)
    for table in summary_tables(result.annotations):
        console.print(table)
    for line in completeness(result.annotations):
        console.print(line, markup=False)
    out = args.out or os.path.join(args.root, 'annotations.jsonl')
    console.print(f'wrote {len(result.annotations.records)} samples to '
                  f'{out}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
