#!/usr/bin/env python
"""Choose the score from which detections count, on validation videos.

    tools/test.py CONFIG CHECKPOINT --split val --dump val.jsonl
    tune_threshold.py val.jsonl --store CHECKPOINT
    tune_threshold.py val.jsonl --apply test.jsonl --figure curve.png

--store writes it into the checkpoint, where tools/test.py and
tools/detect.py find it; --apply into another detection file, for models
without a checkpoint. Detections of a test split are refused.
"""
import argparse
import sys
from typing import Optional, Sequence

from rich.console import Console

from mmgesture.evaluation.functional import MATCHINGS, tune_threshold
from mmgesture.submission import (DetectionFile, read_detections,
                                  write_detections)

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('detections', nargs='+', help='detection files of validation videos')
    add('--tiou', type=float, default=0.3, help='overlap (default: 0.3)')
    add('--matching', default='one_to_one', choices=MATCHINGS)
    add('--tolerance', type=float, default=0.01,
        help='loss of F1 accepted to stay in the middle of a plateau '
        '(default: 0.01)')
    add('--store', metavar='CHECKPOINT', help='write it into this checkpoint')
    add('--apply', metavar='DETECTIONS', nargs='+', default=[],
        help='write it into these detection files')
    add('--figure', help='draw F1 over the threshold')
    add('--trust-checkpoint', action='store_true',
        help='unpickle a foreign checkpoint, which can run its code')
    return parser.parse_args(argv)


def read_validation(paths: Sequence[str]) -> DetectionFile:
    """Known videos of several files, refusing those of a test."""
    files = [read_detections(path) for path in paths]
    for path, content in zip(paths, files):
        if 'test' in (content.split or '').split('+'):
            raise ValueError(
                f'{path} holds detections of the split {content.split!r}; a '
                'threshold that was tuned on what it is judged by says '
                'nothing. Give detections of the validation split')
        if content.classes != files[0].classes:
            raise ValueError(f'{path} and {paths[0]} name different classes')
    videos = [video for content in files for video in content.known]
    if not videos:
        raise ValueError('no video with a known annotation in '
                         f'{", ".join(paths)}')
    return DetectionFile(videos, files[0].classes, source=' + '.join(paths))


def run(args: argparse.Namespace) -> None:
    content = read_validation(args.detections)
    tuned = tune_threshold(
        content.videos, content.num_classes, args.tiou,
        matching=args.matching, tolerance=args.tolerance,
        shorten=1 if args.matching == 'starterkit' else 0)
    console.print(
        f'threshold {tuned.threshold:.4f}: F1 {tuned.f1:.4f} on these '
        f'{len(content.videos)} validation videos (tIoU {args.tiou:g}, '
        f'{args.matching})')
    if args.store:
        from mmgesture.engine import trusting_checkpoints
        from mmgesture.engine.operating_point import store_operating_point
        with trusting_checkpoints(args.trust_checkpoint):
            store_operating_point(
                args.store,
                dict(threshold=tuned.threshold, f1=tuned.f1, tiou=args.tiou,
                     matching=args.matching, videos=len(content.videos)))
        console.print(f'stored in {args.store}', markup=False)
    for path in args.apply:
        target = read_detections(path)
        target.threshold = tuned.threshold
        write_detections(path, target)
        console.print(f'written into {path}', markup=False)
    if args.figure:
        from mmgesture.visualization import draw_threshold_curve
        draw_threshold_curve(tuned.curve, tuned.threshold, args.figure)
        console.print(f'drew {args.figure}', markup=False)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        run(args)
    except (OSError, ValueError, RuntimeError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
