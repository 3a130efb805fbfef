#!/usr/bin/env python
"""Score detection files: F1, mAP, per class, with an interval over videos.

    score_detections.py test.jsonl --classes
    score_detections.py --pool fold*/detections.jsonl --json

--pool takes the files as parts of one test, such as folds; each keeps its
own threshold. Without it every file is a row.
"""
import argparse
import json
import sys
from typing import Dict, List, Optional, Sequence

from rich.console import Console
from rich.table import Table

from mmgesture.evaluation.functional import (MATCHINGS, detection_scores,
                                             map_scores, segment_f1)
from mmgesture.evaluation.metrics.class_report import format_class_table
from mmgesture.structures import VideoDetections
from mmgesture.submission import read_detections

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('detections', nargs='+', help='detection files')
    add('--pool', action='store_true', help='take them as one test')
    add('--threshold', type=float,
        help='least score, instead of the one in the files')
    add('--tiou', type=float, default=0.3, help='overlap (default: 0.3)')
    add('--loose', action='store_true',
        help='an overlap of exactly the threshold is enough')
    add('--matching', default='one_to_one', choices=MATCHINGS)
    add('--non-gesture', type=int, metavar='CLASS',
        help='also leave this class out (0-based; SMG: 16)')
    add('--classes', action='store_true', help='print every class')
    add('--json', action='store_true', help='print json')
    return parser.parse_args(argv)


class Part:
    """The videos of one or several files, all and at the threshold."""

    def __init__(self, paths: Sequence[str],
                 threshold: Optional[float]) -> None:
        self.all: List[VideoDetections] = []
        self.hard: List[VideoDetections] = []
        self.classes: List[str] = []
        for path in paths:
            content = read_detections(path)
            if self.classes and content.classes != self.classes:
                raise ValueError(f'{path} and {paths[0]} name different '
                                 'classes')
            self.classes = content.classes
            for video, hard in zip(content.videos,
                                   content.counting(threshold)):
                if any(video.video_id == other.video_id
                       for other in self.all):
                    raise ValueError(f'{path}: the video {video.video_id!r} '
                                     'is in another file too')
                if video.known:
                    self.all.append(video)
                    self.hard.append(hard)
        if not self.all:
            raise ValueError(f'{", ".join(paths)}: every annotation is '
                             'hidden')


def summarise(part: Part, args: argparse.Namespace) -> Dict[str, float]:
    number = len(part.classes)
    hard = part.hard
    if args.matching == 'starterkit':
        hard = [video.rounded() for video in hard]
    rule = dict(strict=not args.loose, matching=args.matching,
                shorten=1 if args.matching == 'starterkit' else 0)
    return dict(
        videos=len(part.all),
        annotated=sum(len(v.gt_labels) for v in part.all),
        predicted=sum(len(v) for v in part.hard),
        **detection_scores(hard, number, args.tiou,
                           non_gesture=args.non_gesture, interval=True,
                           **rule),
        **map_scores(part.all, number))


def show(name: str, r: Dict[str, float]) -> None:
    """One part, a figure a line, so that it fits a narrow terminal."""
    table = Table(box=None, show_header=False, title=name,
                  title_justify='left')
    table.add_row('videos, annotated, predicted',
                  f'{r["videos"]}, {r["annotated"]}, {r["predicted"]}')
    table.add_row('F1 [95 % bootstrap over videos]',
                  f'{r["f1"]:.3f} [{r["f1_low"]:.3f}, {r["f1_high"]:.3f}]')
    table.add_row('precision, recall',
                  f'{r["precision"]:.3f}, {r["recall"]:.3f}')
    table.add_row('macro F1', f'{r["macro_f1"]:.3f}')
    if 'f1_gestures' in r:
        table.add_row('F1 without the non-gesture', f'{r["f1_gestures"]:.3f}')
    levels = [key for key in r if key.startswith('f1_at_')]
    table.add_row(
        'F1 at ' + ', '.join(key.rpartition('_')[2] for key in levels),
        ', '.join(f'{r[key]:.3f}' for key in levels))
    table.add_row('mAP at 0.3:0.1:0.7', f'{r["map"]:.3f}')
    console.print(table, markup=False)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        groups = {f'{len(args.detections)} files': args.detections} \
            if args.pool else {path: [path] for path in args.detections}
        parts = {name: Part(paths, args.threshold)
                 for name, paths in groups.items()}
        rows = {name: summarise(part, args) for name, part in parts.items()}
    except (OSError, ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    if args.json:
        print(json.dumps(rows, indent=1))
        return 0
    for name, part in parts.items():
        show(name, rows[name])
        if args.classes:
            score = segment_f1(part.hard, len(part.classes), args.tiou,
                               not args.loose, args.matching, part.classes)
            console.print(format_class_table(score.rows), markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
