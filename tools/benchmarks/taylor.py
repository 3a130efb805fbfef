#!/usr/bin/env python
"""Taylor video: running differences and sums against a difference table.

    taylor.py [--frames 60] [--repeats 5]

The table is kept from window to window (a diagonal per frame), the sums of
powers are taken over each window anew, in float64: the plain way.
"""
import argparse
import math
import sys
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
from common import RESULTS, measure, save

from mmgesture.datasets.modalities.taylor import taylor_video


def rolling_table(grey: np.ndarray, terms: int = 3) -> np.ndarray:
    """The Taylor video with a rolling difference table."""
    frames, window, made = grey / 255., terms + 3, []
    columns = []  # of frame t: D^0, D^1, ... as far as they are known
    for newest, frame in enumerate(frames):
        columns.append([frame])
        for back in range(1, min(newest, terms + 2) + 1):
            column = columns[-1 - back]
            column.append(columns[-back][back - 1] - column[back - 1])
        start = newest - window + 1
        if start < 0:
            continue
        part, column = frames[start:newest + 1], columns[start]
        sums = [((part - part[0])**k).sum(0) / math.factorial(k)
                for k in range(terms)]
        motion = np.stack([
            sum(sums[k] * column[k + j] for k in range(terms)) / window
            for j in (1, 2, 3)
        ], -1)  # (H, W, 3)
        motion = np.maximum(motion, 0)
        peak = motion.max((0, 1))
        gain = np.where(peak > 1e-4, 255 / np.maximum(peak, 1e-4), 0)
        made.append((motion * gain).astype(np.uint8))
    return np.stack(made)


def main(argv: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--frames', type=int, default=60)
    parser.add_argument('--size', nargs=2, type=int, default=(256, 340))
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument('--warmup', type=int, default=1)
    parser.add_argument('--out', type=Path, default=RESULTS)
    args = parser.parse_args(argv)
    grey = np.random.default_rng(0).integers(
        0, 256, (args.frames, *args.size), dtype=np.uint8)
    calls = {
        'rolling table': lambda: rolling_table(grey),
        'ours': lambda: taylor_video(grey)
    }
    error = np.abs(rolling_table(grey).astype(int) - taylor_video(grey)).max()
    times = measure(calls, args.repeats, args.warmup, 'Taylor')
    ratio = times['rolling table'].median / times['ours'].median
    rows = [
        dict(
            way=name,
            median_s=time.median,
            minimum_s=time.minimum,
            ms_per_frame=1e3 * time.median / args.frames)
        for name, time in times.items()
    ]
    text = (f'{args.frames} frames of {args.size[0]} x {args.size[1]}: ours '
            f'is {ratio:.2f} times faster; largest difference of a pixel '
            f'{error} of 255.')
    save('taylor', dict(times=times, ratio=ratio), rows, args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
