#!/usr/bin/env python
"""Localizers beside each other, and soft-NMS beside the textbook loop.

    localizers.py [--steps 768] [--channels 1408]

All models see the same window of stored features, in turns within one
process; weights are random. Suppression gets as many candidates as a window
of SMG can have: 2000 points with 17 classes each.
"""
import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
import torch
from common import RESULTS, measure, save
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.ops.segments import soft_nms
from mmgesture.registry import MODELS

CONFIGS = Path(__file__).resolve().parents[2] / 'configs/online'
ACTIONFORMER = 'actionformer_smg'
# features every 4 frames at 28 frames per second, as paper 001
SECONDS_PER_STEP = 4 / 28


def build(name: str, channels: int, **head) -> torch.nn.Module:
    """A localizer of a config, over features."""
    model = Config.fromfile(CONFIGS / f'{name}.py').model
    model.pop('backbone', None)
    model.data_preprocessor = dict(type='WindowDataPreprocessor')
    (model.neck if 'neck' in model else model.head).in_channels = channels
    model.head.update(head)
    with DefaultScope.overwrite_default_scope('mmaction'):
        return MODELS.build(model).eval()


def textbook_soft_nms(segments: np.ndarray, scores: np.ndarray,
                      labels: np.ndarray, sigma: float, min_score: float,
                      max_num: int) -> np.ndarray:
    """Bodla et al., Fig. 3, class after class; the scores that are left."""
    kept = []
    for label in np.unique(labels):
        left, score = segments[labels == label], scores[labels == label]
        while len(score):
            best = score.argmax()
            kept.append(score[best])
            start, end = left[best]
            left, score = np.delete(left, best, 0), np.delete(score, best)
            inner = (np.minimum(end, left[:, 1]) -
                     np.maximum(start, left[:, 0])).clip(min=0)
            union = end - start + left[:, 1] - left[:, 0] - inner
            score = score * np.exp(-(inner / union)**2 / sigma)
            left, score = left[score >= min_score], score[score >= min_score]
    return np.sort(kept)[::-1][:max_num]


def candidates(points: int, classes: int) -> tuple:
    """Segments around points of a window, each with all classes."""
    rng = np.random.default_rng(0)
    centre = np.repeat(rng.uniform(0, 768, points), classes)
    half = np.repeat(rng.uniform(1, 20, points), classes)
    scores = rng.uniform(0, 1, points * classes)**4
    return (np.stack((centre - half, centre + half), 1), scores,
            np.tile(np.arange(classes), points))


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add('--steps', type=int, default=768, help='of a window')
    add('--channels', type=int, default=1408, help='of the features')
    add('--points', type=int, default=2000, help='candidates of each class')
    add('--repeats', type=int, default=7)
    add('--warmup', type=int, default=1)
    add('--threads', type=int, default=2)
    add('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    names = (ACTIONFORMER, 'dyfadet_smg', 'dyfadet-sta_smg', 'pointtad_smg',
             'pointtad-mamba_smg')
    models = {name: build(name, args.channels) for name in names}
    window = torch.randn(1, args.channels, args.steps)
    with torch.no_grad():
        times = measure(
            {name: lambda model=model: model(window, mode='predict')
             for name, model in models.items()}, args.repeats, args.warmup,
            'localizers')
    rows = [
        dict(
            what=name,
            parameters_m=sum(p.numel() for p in models[name].parameters()) /
            1e6,
            median_ms=1e3 * time.median,
            iqr_ms=1e3 * time.spread,
            times_actionformer=time.median / times[ACTIONFORMER].median,
            times_real_time=args.steps * SECONDS_PER_STEP / time.median)
        for name, time in times.items()
    ]
    data = candidates(args.points, 17)
    settings = (0.5, 0.001, 2000)
    found = soft_nms(*data, *settings)[1]
    difference = float(
        np.abs(found - textbook_soft_nms(*data, *settings)).max())
    suppression = measure(
        dict(ours=lambda: soft_nms(*data, *settings),
             textbook=lambda: textbook_soft_nms(*data, *settings)),
        min(args.repeats, 3), 0, 'soft-NMS')
    ratio = suppression['textbook'].median / suppression['ours'].median
    results = dict(
        localizers=times, suppression=suppression, ratio=ratio,
        difference=difference)
    text = (f'A window of {args.steps} steps with {args.channels} channels, '
            f'{args.steps * SECONDS_PER_STEP:.0f} seconds of SMG, from '
            'features to suppressed detections. Soft-NMS of '
            f'{17 * args.points} candidates: '
            f'{1e3 * suppression["ours"].median:.0f} ms, {ratio:.1f} times '
            f'faster than the textbook loop in NumPy; largest difference of '
            f'a score {difference:.1g}.')
    save('localizers', results, rows, args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
