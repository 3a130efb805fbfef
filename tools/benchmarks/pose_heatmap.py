#!/usr/bin/env python
"""Pose heat-maps: ours against MMAction2's loop over frames and joints.

    pose_heatmap.py [--layout imigue-36] [--frames 48] [--size 56]

Both draw the same skeletons in turns within one process: a body that fills
most of the picture, its joints moving from frame to frame.
"""
import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
import torch
from common import RESULTS, measure, save
from mmaction.datasets.transforms import GeneratePoseTarget

from mmgesture.datasets.transforms import GestureGeneratePoseTarget
from mmgesture.structures.skeleton import get_layout


def make_clip(layout: str, frames: int, size: int, persons: int) -> dict:
    """Joints spread over the picture by their links, then moving a little."""
    rng = np.random.default_rng(0)
    found = get_layout(layout)
    place = np.zeros((persons, found.num_joints, 2))
    place[:, found.center] = size / 2
    done, left = {found.center}, list(found.edges)
    while left:
        edge = next((e for e in left if set(e) & done), left[0])
        left.remove(edge)
        old, new = edge if edge[0] in done else edge[::-1]
        if new not in done:
            place[:, new] = place[:, old] + rng.normal(
                0, size / 10, (persons, 2))
            done |= {old, new}
    # (M, V, 2) -> (M, T, V, 2)
    keypoint = place[:, None] + rng.normal(
        0, size / 100, (persons, frames, found.num_joints, 2))
    score = rng.uniform(.3, 1, keypoint.shape[:-1])
    return dict(
        keypoint=keypoint.astype(np.float32),
        keypoint_score=score.astype(np.float32),
        img_shape=(size, size),
        layout=layout)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--layout', default='imigue-36')
    parser.add_argument('--frames', type=int, default=48)
    parser.add_argument('--size', type=int, default=56, help='pixels')
    parser.add_argument('--persons', type=int, default=1)
    parser.add_argument('--sigma', type=float, default=.6)
    parser.add_argument('--repeats', type=int, default=10)
    parser.add_argument('--warmup', type=int, default=2)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    layout = get_layout(args.layout)
    clip = make_clip(args.layout, args.frames, args.size, args.persons)
    rows, results = [], {}
    for name, options in (('joints', dict()),
                          ('limbs', dict(with_kp=False, with_limb=True))):
        both = {
            'MMAction2':
            GeneratePoseTarget(
                sigma=args.sigma, skeletons=layout.edges, **options),
            'ours':
            GestureGeneratePoseTarget(sigma=args.sigma, **options)
        }
        maps = {key: make(dict(clip))['imgs'] for key, make in both.items()}
        difference = float(np.abs(maps['ours'] - maps['MMAction2']).max())
        times = measure(
            {key: lambda make=make: make(dict(clip))
             for key, make in both.items()},
            args.repeats, args.warmup, name)
        ratio = times['MMAction2'].median / times['ours'].median
        results[name] = dict(times=times, ratio=ratio, difference=difference)
        rows += [
            dict(
                maps=name,
                by=key,
                median_ms=1e3 * time.median,
                fastest_ms=1e3 * time.minimum,
                speedup=times['MMAction2'].median / time.median,
                difference=None if key == 'MMAction2' else difference)
            for key, time in times.items()
        ]
    text = (f'{layout.num_joints} joints or {len(layout.edges)} limbs of '
            f'{args.layout} in {args.frames} frames of {args.size} x '
            f'{args.size} pixels, {args.persons} person(s), sigma '
            f'{args.sigma}: joints {results["joints"]["ratio"]:.1f} times '
            f'faster, limbs {results["limbs"]["ratio"]:.1f} times. '
            'difference: largest of any pixel, of values up to 1.')
    save('pose_heatmap', results, rows, args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
