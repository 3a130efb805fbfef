#!/usr/bin/env python
"""One training step of MSF-Mamba-T with the fused and the plain scan.

    train_step.py [--repeats 3] [--batch 8]

A step is forward, loss, backward and AdamW on one clip of 16 x 112 x 112.
The sequential scan keeps gigabytes per clip, so that the two are compared at
batch 1; the time and peak memory at ``--batch`` are the fused scan's alone.
"""
import argparse
import sys
from pathlib import Path
from typing import Callable, Optional, Sequence

import torch
from common import RESULTS, measure, save
from memory import peak_of
from mmaction.structures import ActionDataSample
from zoo import OURS, build

from mmgesture.models.layers import BidirectionalSSM


def make_step(name: str, backend: str, batch: int, frames: int,
              size: int) -> Callable[[], None]:
    """A training step on random clips and labels, as a call.

    Args:
        name (str): A key of ``zoo.OURS``.
        backend (str): Backend of the selective scan.
        batch (int): Clips per step.
        frames (int): Frames of a clip.
        size (int): Side of the frames in pixels.

    Returns:
        Callable: Without arguments.
    """
    torch.manual_seed(0)
    model = build(name, frames, size).train()
    for module in model.modules():
        if isinstance(module, BidirectionalSSM):
            module.scan_backend = backend
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4)
    clips = torch.randn(batch, 1, 3, frames, size, size)
    samples = [
        ActionDataSample().set_gt_label(index % 17) for index in range(batch)
    ]

    def step() -> None:
        losses = model(clips, samples, mode='loss')
        loss, _ = model.parse_losses(losses)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--model', choices=list(OURS), default='MSF-Mamba-T')
    parser.add_argument('--batch', type=int, default=8)
    parser.add_argument('--frames', type=int, default=16)
    parser.add_argument('--size', type=int, default=112, help='pixels')
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument('--warmup', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    cases = {
        'fused scan, batch 1': ('cpu', 1),
        'sequential scan, batch 1': ('reference', 1),
        f'fused scan, batch {args.batch}': ('cpu', args.batch),
    }
    shape = (args.frames, args.size)
    # children first: a parent's size does not enter their peak
    memory = {
        label: peak_of(make_step, (args.model, *case, *shape), args.threads)
        for label, case in cases.items()
    }
    # the plain one and the fused one in turns, then the batch by itself
    first, second, alone = cases
    steps = {
        label: make_step(args.model, *cases[label], *shape)
        for label in (first, second)
    }
    times = measure(steps, args.repeats, args.warmup, 'training step')
    del steps
    step = make_step(args.model, *cases[alone], *shape)
    times.update(measure({alone: step}, args.repeats, args.warmup, alone))
    rows = [
        dict(
            step=label,
            median_s=times[label].median,
            iqr_s=times[label].spread,
            clips_per_s=cases[label][1] / times[label].median,
            peak_MiB=memory[label]) for label in cases
    ]
    ratio = times[second].median / times[first].median
    text = (f'{args.model}, clips of {args.frames} x {args.size} x '
            f'{args.size}, fp32. The step is {ratio:.1f} times faster with '
            'the fused scan than with the sequential one at batch 1 '
            '(target: 10). Peak memory: growth of the process from before '
            'the first step.')
    save(
        'train_step',
        dict(times=times, peak_mib=memory, speedup=ratio), rows, args.out,
        text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
