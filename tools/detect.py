#!/usr/bin/env python
"""Find gestures with their times in a video.

    detect.py VIDEO --config CONFIG --checkpoint CHECKPOINT \\
        --out gestures.json gestures.csv gestures.srt
    detect.py VIDEO --report timeline.html

--report writes one HTML file with the video, what was found and when, for
any browser.
Any model of the package: a localizer of frames; a localizer of features,
with --extractor CONFIG CHECKPOINT of the recognizer that made them or
--keypoints FILE for skeletons; a recognizer of clips, which is slid over the
video; a stream model of frames. Without --config the small bundled recognizer
is used: it knows drawn people only.
"""
import argparse
import sys
from pathlib import Path
from typing import List, Optional, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from mmgesture.apis.bundled import REMARK, bundled_model
from mmgesture.apis.gesture_detector import GestureDetector
from mmgesture.apis.gesture_files import (GESTURE_SUFFIXES, gesture_rows,
                                          write_gestures)
from mmgesture.apis.timeline_media import MEDIA_KINDS
from mmgesture.apis.timeline_report import write_timeline_of
from mmgesture.apis.trained_model import load_model
from mmgesture.datasets import UnreadableMediaError
from mmgesture.engine import CheckpointError

console = Console(highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('video')
    add('--config', help='config of the model')
    add('--checkpoint', help='its checkpoint')
    add('--extractor', nargs=2, metavar=('CONFIG', 'CHECKPOINT'),
        help='recognizer that made the features of the localizer')
    add('--keypoints', help="the video's skeleton file")
    add('--threshold', type=float,
        help="least score (default: the checkpoint's, else 0.5)")
    add('--seconds', type=float, default=1.6,
        help="length of a recognizer's window (default: 1.6)")
    add('--out', nargs='+', default=[], metavar='FILE',
        help=f'files to write, by suffix: {", ".join(GESTURE_SUFFIXES)}')
    add('--report', metavar='HTML', help='timeline to write')
    add('--media', choices=MEDIA_KINDS, default='auto',
        help='what the timeline shows of the video: by default the file if '
        'it is small and browsers play it, else a small copy, else pictures')
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help="unpickle a foreign checkpoint, which can run its author's code")
    args = parser.parse_args(argv)
    if (args.config is None) != (args.checkpoint is None):
        parser.error('give both --config and --checkpoint, or neither')
    wrong = [name for name in args.out
             if Path(name).suffix.lower() not in GESTURE_SUFFIXES]
    if wrong:
        parser.error(f'--out {wrong[0]}: expected a name that ends with one '
                     f'of {", ".join(GESTURE_SUFFIXES)}')
    if args.report and Path(args.report).suffix.lower() != '.html':
        parser.error(f'--report {args.report}: expected a name that ends '
                     'with .html')
    return args


def show(rows: List[dict]) -> None:
    table = Table('from', 'to', 'gesture', 'score')
    for row in rows:
        table.add_row(f'{row["start"]:.2f} s', f'{row["end"]:.2f} s',
                      Text(row['name']), f'{row["score"]:.2f}')
    console.print(table)


def remarks(detect: GestureDetector, bundled: bool) -> List[str]:
    """What to know of a model before one believes it."""
    notes = []
    if bundled:
        notes.append(REMARK)
    if not detect.tuned:
        notes.append('the checkpoint holds no tuned threshold, '
                     f'{detect.threshold:g} is used; see '
                     'tools/analysis/tune_threshold.py')
    if detect.slides and detect.background is None:
        notes.append('this recognizer knows no class "background", so it '
                     'calls every stretch a gesture; train one on windows of '
                     'tools/data/window_clips.py')
    return notes


def run(args: argparse.Namespace) -> None:
    if not Path(args.video).is_file():
        raise FileNotFoundError(f'no video at {args.video}')
    config, checkpoint = args.config, args.checkpoint
    if config is None:
        config, checkpoint = bundled_model()
    extractor = None
    if args.extractor:
        extractor = load_model(*args.extractor, args.device,
                               args.trust_checkpoint)
    detect = GestureDetector(
        config, checkpoint, extractor, args.threshold, args.seconds,
        device=args.device, trust_checkpoint=args.trust_checkpoint)
    notes = remarks(detect, args.config is None)
    for note in notes:
        console.print(f'note: {note}', markup=False)
    with Progress(TextColumn('{task.description}'), BarColumn(),
                  TextColumn('{task.completed:.0f}'),
                  TimeElapsedColumn(), console=console,
                  transient=True) as progress:
        task = progress.add_task('reading', total=None)

        def advance(stage: str, done: int, total: int) -> None:
            progress.update(task, description=stage, completed=done,
                            total=total or None)

        found = detect(args.video, args.keypoints, advance)
        if args.report:
            write_timeline_of(args.report, found, args.media, notes, advance)
    rows = gesture_rows(found)
    show(rows)
    length = found.seconds(found.num_frames)
    console.print(f'{len(rows)} gestures in {length:.1f} s, scores from '
                  f'{found.threshold:.3f}')
    for name in args.out:
        write_gestures(name, found)
    for name in args.out + ([args.report] if args.report else []):
        console.print(f'wrote {name}', markup=False)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        run(args)
    except (CheckpointError, OSError, UnreadableMediaError,
            ValueError) as error:
        console.print(f'error: {error}', markup=False, soft_wrap=True)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
