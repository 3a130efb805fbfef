#!/usr/bin/env python
"""Timelines of a detection file: a page for each video, and one over all.

    timeline.py test.jsonl --out report
    timeline.py test.jsonl --annotations data/mini_smg/annotations.jsonl \\
        --root data/mini_smg --out report
    timeline.py events.jsonl --stream-of VIDEO --out page.html

Open report/index.html in any browser, without a network. With --annotations
and --root the videos are seen: in the pages where they are small enough, else
as pictures; --media link leaves them where they are. --stream-of makes one page
of the messages that stream_demo.py --events wrote about a video.
"""
import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeElapsedColumn)

from mmgesture.apis.event_log import read_event_log
from mmgesture.apis.timeline_media import MEDIA_KINDS
from mmgesture.apis.timeline_report import (streamed_video,
                                            write_detection_report,
                                            write_timeline_of)
from mmgesture.datasets import UnreadableMediaError
from mmgesture.structures import read_annotations, untrimmed_videos
from mmgesture.submission import read_detections

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('detections', help='detection file, or messages of a stream')
    add('--out', required=True, help='folder of the pages, or the page')
    add('--stream-of', metavar='VIDEO',
        help='the file holds the messages of a stream about this video')
    add('--annotations', help='annotation file, which names the video files')
    add('--root', default='', help='data root of the videos')
    add('--threshold', type=float,
        help="least score (default: the file's; without one all count)")
    add('--tiou', type=float, default=0.3,
        help='overlap that a match must exceed (default: 0.3)')
    add('--media', choices=MEDIA_KINDS, default='auto',
        help='what is seen of the videos (default: auto)')
    add('--fps', type=float, help='rate, where it is known from nowhere')
    add('--title', help="title of the summary (default: the file's name)")
    args = parser.parse_args(argv)
    if args.stream_of and Path(args.out).suffix.lower() != '.html':
        parser.error(f'--out {args.out}: with --stream-of, expected a name '
                     'that ends with .html')
    return args


def run(args: argparse.Namespace) -> None:
    if args.stream_of:
        found = streamed_video(args.stream_of,
                               *read_event_log(args.detections))
        write_timeline_of(args.out, found, args.media)
        console.print(f'wrote {args.out}: {len(found.gestures)} gestures',
                      markup=False)
        return
    content = read_detections(args.detections)
    videos = []
    if args.annotations:
        videos = untrimmed_videos(
            read_annotations(args.annotations), source=args.annotations)
    with Progress(TextColumn('{task.description}', markup=False),
                  BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                  console=console, transient=True) as progress:
        task = progress.add_task('reading', total=None)
        entries = write_detection_report(
            args.out, content, videos, args.root, args.threshold, args.tiou,
            args.media if videos else 'none', args.fps,
            args.title or Path(args.detections).name,
            progress=lambda name, done, total: progress.update(
                task, description=name, completed=done, total=total))
    for entry in entries:
        if entry.problem:
            console.print(f'{entry.timeline.title}: without pictures: '
                          f'{entry.problem}', markup=False)
    console.print(f'wrote {len(entries)} timelines; open '
                  f'{Path(args.out) / "index.html"}', markup=False)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        run(args)
    except (OSError, UnreadableMediaError, ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
