#!/usr/bin/env python
"""What a localizer gets wrong, in the manner of DETAD and beyond it.

    detection_errors.py test.jsonl --out errors
    detection_errors.py fold*/test.jsonl --out errors --bins quantiles
    detection_errors.py test.jsonl --out errors --gallery 6 \\
        --annotations data/mini_smg/annotations.jsonl --root data/mini_smg

Writes errors.json, by_bin.csv, examples.csv, confusion.csv, detad.png (false
negatives, false positives and their cost, sensitivity), operating_point.png
(kinds of errors, reasons of misses, how far off starts and ends are),
confusion.png, and with --gallery gallery.png: frames of typical errors.
Several files are taken as parts of one test.
"""
import argparse
import os
import sys
from typing import List, Optional, Sequence

import numpy as np
from rich.console import Console

from mmgesture.analysis.detection_errors import (analyse_detections,
                                                 write_analysis)
from mmgesture.analysis.window_classifier import annotated
from mmgesture.datasets import UnreadableMediaError, open_video
from mmgesture.structures import read_annotations, untrimmed_videos
from mmgesture.submission import read_detections
from mmgesture.visualization import ErrorStrip, draw_error_gallery

#: Frames of a strip.
FRAMES = 6

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('detections', nargs='+', help='detection files with annotations')
    add('--out', required=True, help='folder of the results')
    add('--threshold', type=float,
        help='least score, instead of the one in the files (several files: '
        'their mean)')
    add('--tiou', type=float, default=0.5,
        help="overlap of DETAD's figures (default: 0.5)")
    add('--operating-tiou', type=float, default=0.3,
        help='overlap at the operating point (default: 0.3)')
    add('--bins', choices=('smg', 'quantiles'), default='smg',
        help="ranges of length and number: SMG's, or equally many in each "
        '(default: smg)')
    add('--count', choices=('video', 'same_class'), default='video',
        help='which instances of a video are counted (default: video)')
    add('--annotations', help='annotation file; its training split gives the '
        'quantiles, its videos the gallery')
    add('--root', help='data root of the videos')
    add('--gallery', type=int, default=0, metavar='N',
        help='draw N typical errors')
    add('--title', help='title of the figures')
    return parser.parse_args(argv)


def typical(examples: List[dict], number: int) -> List[dict]:
    """The surest wrong labels, no pair of classes twice while others last."""
    wrong = [e for e in examples if 'gt_label' in e and 'label' in e
             and e['label'] != e['gt_label']]
    seen, chosen, rest = set(), [], []
    for example in wrong:
        pair = (example['label'], example['gt_label'])
        (rest if pair in seen else chosen).append(example)
        seen.add(pair)
    return (chosen + rest)[:number]


def strips(examples: List[dict], classes: List[str],
           args: argparse.Namespace) -> List[ErrorStrip]:
    """Decode frames of errors."""
    videos = {v.video_id: v for v in untrimmed_videos(
        read_annotations(args.annotations), source=args.annotations)}
    found = []
    for e in examples:
        video = videos.get(e['video_id'])
        if video is None or video.video is None:
            raise ValueError(f'{args.annotations}: no video file of '
                             f'{e["video_id"]!r} to take frames from')
        with open_video(os.path.join(args.root, video.video)) as reader:
            places = np.linspace(e['start'], e['end'], FRAMES + 2)[1:-1]
            frames = reader.get_frames(
                places.astype(int).clip(0, len(reader) - 1), 200)
            second = e['start'] / reader.fps
        found.append(
            ErrorStrip(frames, f'{classes[e["label"]]} ({e["score"]:.2f})',
                       classes[e['gt_label']],
                       f'{e["video_id"]}, {second:.1f} s'))
    return found


def run(args: argparse.Namespace) -> None:
    files = [read_detections(path) for path in args.detections]
    if any(f.classes != files[0].classes for f in files):
        raise ValueError('the detection files name different classes')
    videos = [video for f in files for video in f.known]
    thresholds = [f.threshold for f in files if f.threshold is not None]
    threshold = args.threshold
    if threshold is None:
        if not thresholds:
            raise ValueError('no threshold in the files; tune one with '
                             'tools/analysis/tune_threshold.py, or give '
                             '--threshold')
        threshold = float(np.mean(thresholds))
    if not videos:
        raise ValueError('every annotation is hidden')
    train = None
    if args.annotations:
        train = [annotated(v) for v in untrimmed_videos(
            read_annotations(args.annotations), 'train',
            source=args.annotations) if v.segments]
    classes = files[0].classes
    found = analyse_detections(
        videos, classes, threshold, args.tiou, args.operating_tiou,
        train or None, args.count, args.bins == 'smg')
    write_analysis(found, args.out, args.title)
    point = found['operating_point']
    for what in ('detections', 'misses'):
        console.print(f'{what}: ' + ', '.join(
            f'{n} {name}' for name, n in point[what].items()), markup=False)
    console.print(f'{point["merges"]} merges, {point["splits"]} splits; '
                  f'missed at tIoU {args.tiou:g} whatever the score: '
                  f'{found["false_negatives"]["overall"]:.3f}')
    if args.gallery:
        if not (args.annotations and args.root):
            raise ValueError('--gallery needs --annotations and --root')
        chosen = typical(point['examples'], args.gallery)
        if chosen:
            draw_error_gallery(
                strips(chosen, classes, args),
                os.path.join(args.out, 'gallery.png'), args.title)
        else:
            console.print('no detection with a wrong label to show')
    console.print(f'wrote the analysis to {args.out}', markup=False)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        run(args)
    except (OSError, ValueError, UnreadableMediaError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
