#!/usr/bin/env python
"""Baselines of online recognition: what every localizer must beat.

    online_baseline.py background ANN --out DIR
    online_baseline.py prior ANN --out DIR
    online_baseline.py windows ANN --out DIR --features FOLDER
    online_baseline.py recognizer ANN --out DIR --root ROOT \\
        --config CONFIG --checkpoint CHECKPOINT

background finds nothing. prior says the class and length that fit the
training videos best, again and again. windows classifies every step of stored
features by a logistic regression on those around it. recognizer slides a
trained classifier of clips over the videos; it can tell stretches without a
gesture if it has a class 'background' (tools/data/window_clips.py).
The last two join neighbours of a class; how is chosen on the validation
split, with the threshold. DIR then holds val.jsonl and test.jsonl.
"""
import argparse
import os
import sys
from typing import List, Optional, Sequence

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeElapsedColumn)

from mmgesture.analysis.window_classifier import WindowClassifier, annotated
from mmgesture.datasets.convert.window_clips import BACKGROUND
from mmgesture.datasets.features import FeatureFolder
from mmgesture.evaluation.functional import (StepScores, all_background,
                                             choose_merge, merge_steps,
                                             prior_segments, segment_f1)
from mmgesture.structures import read_annotations, untrimmed_videos
from mmgesture.submission import DetectionFile, write_detections

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    add = common.add_argument
    add('annotations', help='annotation file')
    add('--out', required=True, help='folder of the detection files')
    add('--splits', nargs=3, default=('train', 'val', 'test'),
        metavar=('TRAIN', 'VAL', 'TEST'), help='(default: train val test)')
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest='kind', required=True)
    kinds.add_parser('background', parents=[common])
    kinds.add_parser('prior', parents=[common])
    own = WindowClassifier()
    add = kinds.add_parser('windows', parents=[common]).add_argument
    add('--features', required=True, help='folder of the features')
    add('--reach', type=int, default=own.reach,
        help=f'steps to each side (default: {own.reach})')
    add('--points', type=int, default=own.points,
        help=f'steps that are looked at (default: {own.points})')
    add('--every', type=int, default=own.every,
        help=f'every so many steps train (default: {own.every})')
    add = kinds.add_parser('recognizer', parents=[common]).add_argument
    add('--root', required=True, help='data root of the videos')
    add('--config', required=True)
    add('--checkpoint', required=True)
    add('--window', type=int, default=16, help='sampled frames (default: 16)')
    add('--stride', type=int, default=4, help='sampled frames (default: 4)')
    add('--fps', type=float, help="rate to sample at (default: the video's)")
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help='unpickle a foreign checkpoint, which can run its code')
    return parser.parse_args(argv)


def slide(args: argparse.Namespace, videos: list,
          classes: List[str]) -> tuple:
    """Slide a recognizer over videos: step scores, number of background."""
    from mmgesture.apis.sliding_recognizer import SlidingRecognizer
    from mmgesture.apis.trained_model import load_model
    trained = load_model(args.config, args.checkpoint, args.device,
                         args.trust_checkpoint)
    names = trained.classes or classes
    if names not in (classes, [*classes, BACKGROUND]):
        raise ValueError(
            f'{args.checkpoint} knows {len(names)} classes, {names[:3]} ...; '
            f'expected the {len(classes)} of {args.annotations}, and maybe '
            f'{BACKGROUND!r} as the last one')
    recognizer = SlidingRecognizer(trained, args.window, args.stride,
                                   args.fps)
    scores = []
    with Progress(TextColumn('videos'), BarColumn(), MofNCompleteColumn(),
                  TimeElapsedColumn(), console=console) as progress:
        for video in progress.track(videos):
            result = recognizer(os.path.join(args.root, video.video))
            scores.append(
                StepScores(annotated(video), result.scores, result.grid))
    return scores, len(classes) if names != classes else None


def find(args: argparse.Namespace, parts: Sequence[list],
         classes: List[str]) -> tuple:
    """Detections of validation and test, and the threshold."""
    train, val, test = parts
    bare = [[annotated(v) for v in part] for part in parts]
    if args.kind == 'background':
        return all_background(bare[1]), all_background(bare[2]), 0.
    if args.kind == 'prior':
        prior = prior_segments(bare[0], len(classes))
        unit = 's' if prior.in_seconds else 'frames'
        console.print(f'{classes[prior.label]}, {prior.length:.2f} {unit} '
                      f'long, every {prior.distance:.2f} {unit}',
                      markup=False)
        return prior(bare[1]), prior(bare[2]), 0.
    if args.kind == 'windows':
        model = WindowClassifier(args.reach, args.points, args.every)
        background = len(classes)
        scores = model.run(FeatureFolder(args.features), background, train,
                           val + test)
    else:
        scores, background = slide(args, val + test, classes)
    merge, tuned = choose_merge(scores[:len(val)], len(classes), background)
    console.print(f'{merge}, threshold {tuned.threshold:.3f}: F1 '
                  f'{tuned.f1:.3f} on validation', markup=False)
    found = merge_steps(scores, merge, background)
    return found[:len(val)], found[len(val):], tuned.threshold


def run(args: argparse.Namespace) -> None:
    annotations = read_annotations(args.annotations)
    parts = [
        untrimmed_videos(annotations, split, source=args.annotations)
        for split in args.splits
    ]
    hidden = [v.video_id for part in parts[:2] for v in part
              if v.segments is None]
    if hidden or not all(parts):
        raise ValueError(
            f'{args.annotations}: expected videos in {args.splits}, with '
            'known labels in the first two, got '
            f'{[len(part) for part in parts]}, hidden: {hidden[:3]}')
    classes = annotations.classes
    val, test, threshold = find(args, parts, classes)
    for name, split, videos in zip(('val', 'test'), args.splits[1:],
                                   (val, test)):
        write_detections(
            os.path.join(args.out, f'{name}.jsonl'),
            DetectionFile(videos, classes, threshold, split,
                          f'baseline: {args.kind}'))
        known = [v.above(threshold) for v in videos if v.known]
        if known:
            score = segment_f1(known, len(classes))
            console.print(f'{split}: F1 {score.f1:.3f} (precision '
                          f'{score.precision:.3f}, recall '
                          f'{score.recall:.3f}), {len(known)} videos')
    console.print(f'wrote val.jsonl and test.jsonl to {args.out}',
                  markup=False)


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
