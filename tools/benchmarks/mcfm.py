#!/usr/bin/env python
"""MCFM and ASWM: one convolution per scale against two.

    mcfm.py [--repeats 5]

Eq. 12 convolves the map and its frame difference with one kernel and adds
the results; the package adds the maps first, which is the same function. On
top of that: bf16, memory formats, and plain convolutions beside the ones
that the package uses.
"""
import argparse
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Sequence

import torch
from common import RESULTS, measure, save
from torch import Tensor
from torch.nn import functional as F

from mmgesture.models.necks import ASWM, MCFM
from mmgesture.models.necks.mcfm import frame_difference


def two_convolutions(neck: MCFM, x: Tensor) -> list:
    """Eq. 12 as it is printed: S_k(F) + theta_k S_k(D) of every scale."""
    x = x.contiguous()
    motion = frame_difference(x, neck.difference, neck.padding)
    maps = []
    for gate, fusion in zip(neck.theta.to(x.dtype), neck.fusions):
        weight, padding = fusion.conv.weight, fusion.conv.padding
        maps.append(
            F.conv3d(x, weight, padding=padding) +
            gate * F.conv3d(motion, weight, padding=padding))
    return maps


def one_plain_convolution(neck: MCFM, x: Tensor) -> list:
    """The fused form with PyTorch's own convolution, as x lies in memory."""
    motion = frame_difference(x, neck.difference, neck.padding)
    return [
        F.conv3d(
            torch.addcmul(x, motion, gate),
            fusion.conv.weight,
            padding=fusion.conv.padding)
        for gate, fusion in zip(neck.theta.to(x.dtype), neck.fusions)
    ]


def make_calls(neck: MCFM, aswm: ASWM, x: Tensor) -> Dict[str, Callable]:
    """What is compared, by name; ``x`` as the encoder leaves it."""

    def call(maps: Callable[[], list], bf16: bool) -> Callable[[], Any]:

        @torch.no_grad()
        def run() -> Tensor:
            with torch.autocast('cpu', torch.bfloat16, enabled=bf16):
                return aswm(maps())[0]

        return run

    last = x.contiguous(memory_format=torch.channels_last_3d)
    plain = x.contiguous()
    return {
        'two convolutions, fp32':
        call(lambda: two_convolutions(neck, x), False),
        'ours, fp32':
        call(lambda: neck(x)[0], False),
        'one plain convolution, fp32':
        call(lambda: one_plain_convolution(neck, plain), False),
        'one, channels_last_3d, fp32':
        call(lambda: one_plain_convolution(neck, last), False),
        'two convolutions, bf16':
        call(lambda: two_convolutions(neck, x), True),
        'ours, bf16':
        call(lambda: neck(x)[0], True),
        'one, channels_last_3d, bf16':
        call(lambda: one_plain_convolution(neck, last), True),
    }


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--channels', type=int, default=384)
    parser.add_argument('--frames', type=int, default=16)
    parser.add_argument('--side', type=int, default=14, help='tokens')
    parser.add_argument('--windows', nargs='+', type=int, default=[3, 5, 7])
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument('--warmup', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    neck = MCFM(args.channels, tuple(args.windows)).eval()
    aswm = ASWM(args.channels, len(args.windows)).eval()
    # (B, T, H, W, d) -> (B, d, T, H, W): the encoder's view
    x = torch.randn(1, args.frames, args.side, args.side,
                    args.channels).permute(0, 4, 1, 2, 3)
    calls = make_calls(neck, aswm, x)
    first = next(iter(calls))
    exact = calls[first]()
    scale = exact.abs().max()
    errors = {
        name: float((call().float() - exact).abs().max() / scale)
        for name, call in calls.items()
    }
    times = measure(calls, args.repeats, args.warmup, 'MCFM + ASWM')
    gflop = sum(2e-9 * args.channels**2 * k**3 * x.shape[2:].numel()
                for k in args.windows)
    rows = [
        dict(
            form=name,
            median_s=times[name].median,
            iqr_s=times[name].spread,
            speedup=times[first].median / times[name].median,
            gflops=gflop / times[name].median,
            relative_error=errors[name]) for name in calls
    ]
    speedup = times[first].median / times['ours, fp32'].median
    windows = ', '.join(str(k) for k in args.windows)
    text = (f'Map of {args.channels} x {args.frames} x {args.side} x '
            f'{args.side}, windows {windows}: {gflop:.0f} GFLOP in one '
            'convolution per scale; gflops: these over the time, whatever '
            f'is computed. Ours is {speedup:.2f} times faster than two '
            'convolutions in fp32 (target: 1.8). Errors: largest deviation '
            'from two convolutions in fp32, over the largest value.')
    save('mcfm', dict(times=times, errors=errors, speedup=speedup), rows,
         args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
