#!/usr/bin/env python
"""Time and peak memory of a forward pass as clips grow longer.

    scaling.py [--frames 8 16 32 64] [--repeats 3]

MSF-Mamba beside TimeSformer, one clip, fp32, without gradients; a figure
goes to ``scaling.png``.
"""
import argparse
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Sequence

import matplotlib
import torch
from common import RESULTS, measure, save
from memory import peak_of
from zoo import OURS, PEERS, build, forward_of

matplotlib.use('Agg')
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.ticker import (FixedLocator, FuncFormatter,  # noqa: E402
                               NullLocator)

# Okabe and Ito's colours, told apart by the colour-blind too
COLOURS = ('#0072B2', '#D55E00', '#009E73', '#CC79A7')


def make_forward(name: str, frames: int, size: int) -> Callable[[], Any]:
    """A forward pass of one random clip, as a call."""
    torch.manual_seed(0)
    clip = torch.randn(1, 1, 3, frames, size, size)
    return forward_of(build(name, frames, size), clip, bf16=False)


def draw(table: Dict[str, Dict[str, list]], frames: Sequence[int],
         path: Path) -> None:
    """Draw both quantities over the number of frames."""
    figure, axes = plt.subplots(
        1, 2, figsize=(9, 3.6), layout='constrained')
    titles = dict(seconds='Time of a forward pass (s)',
                  mib='Peak memory of a forward pass (MiB)')
    for axis, (key, title) in zip(axes, titles.items()):
        for number, (name, values) in enumerate(table.items()):
            axis.plot(
                frames,
                values[key],
                color=COLOURS[number % 4],
                marker='osD^'[number % 4],
                label=name)
        first = next(iter(table.values()))[key][0]
        axis.plot(
            frames, [first * f / frames[0] for f in frames],
            color='0.6',
            linestyle='--',
            zorder=0,
            label='proportional to frames')
        axis.set_xscale('log', base=2)
        axis.set_yscale('log')
        axis.xaxis.set_major_locator(FixedLocator(frames))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.set_xticklabels([str(f) for f in frames])
        # 0.6 and 40 instead of 6 x 10^-1 and 4 x 10^1
        plain = FuncFormatter(lambda value, _: f'{value:g}')
        axis.yaxis.set_major_formatter(plain)
        low, high = axis.get_ylim()
        few = high / low < 30  # less than one and a half decades
        axis.yaxis.set_minor_formatter(
            plain if few else FuncFormatter(lambda value, _: ''))
        axis.set_xlabel('Frames of the clip')
        axis.set_title(title, fontsize=11)
        axis.grid(color='0.9')
        axis.set_axisbelow(True)
        axis.spines[['top', 'right']].set_visible(False)
    axes[0].legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        '--models',
        nargs='+',
        choices=[*OURS, *PEERS],
        default=['MSF-Mamba-S', 'TimeSformer'])
    parser.add_argument(
        '--frames', nargs='+', type=int, default=[8, 16, 32, 64])
    parser.add_argument('--size', type=int, default=224, help='pixels')
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument('--warmup', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    frames = sorted(args.frames)
    table, rows, lines = {}, [], []
    results = dict(frames=frames, times={}, peak_mib={}, growth={})
    for name in args.models:
        memory = [
            peak_of(make_forward, (name, f, args.size), args.threads)
            for f in frames
        ]
        # all lengths in turns: their ratios are what is asked for
        times = measure(
            {f: make_forward(name, f, args.size)
             for f in frames}, args.repeats, args.warmup, name)
        seconds = [times[f].median for f in frames]
        table[name] = dict(seconds=seconds, mib=memory)
        results['times'][name] = times
        results['peak_mib'][name] = memory
        growth = seconds[-1] / seconds[0]
        results['growth'][name] = growth
        lines.append(f'- {name}: {frames[-1]} frames take {growth:.2f} times '
                     f'as long as {frames[0]}, and '
                     f'{memory[-1] / memory[0]:.2f} times the memory.')
        for number, length in enumerate(frames):
            rows.append(
                dict(
                    model=name,
                    frames=length,
                    median_s=times[length].median,
                    iqr_s=times[length].spread,
                    relative_time=seconds[number] / seconds[0],
                    peak_MiB=memory[number]))
    draw(table, frames, args.out / 'scaling.png')
    text = (f'One clip of {args.size} x {args.size} pixels, fp32. Promised: '
            '64 frames of ours at most 8.8 times 8 frames. Peak memory: '
            'growth of the process during its first pass.\n\n' +
            '\n'.join(lines) + '\n\n![growth](scaling.png)')
    save('scaling', results, rows, args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
