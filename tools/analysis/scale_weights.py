#!/usr/bin/env python
"""Which scale ASWM prefers for which class, over a split (Fig. 4).

    scale_weights.py CONFIG CHECKPOINT --data-root data/mini_smg

Writes the figure and, beside it, the same as csv.
"""
import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from mmgesture.analysis.scale_weights import (collect_scale_weights,
                                              write_scale_weights)
from mmgesture.apis import PreflightError
from mmgesture.engine import CheckpointError
from mmgesture.visualization.scale_weights import draw_scale_weights

console = Console(highlight=False, soft_wrap=True)


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('config', help='config file')
    add('checkpoint', help='checkpoint file')
    add('--data-root', help="folder of the data, instead of the config's")
    add('--split', help="split (default: the config's, usually test)")
    add('--out', default='scale_weights.png',
        help='figure; .png, .pdf or .svg (default: %(default)s)')
    add('--csv', help='table (default: the figure\'s name with .csv)')
    add('--title', help='title of the figure')
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help="unpickle a foreign checkpoint, which can run its author's code")
    args = parser.parse_args(argv)
    if Path(args.out).suffix.lower() not in ('.png', '.pdf', '.svg'):
        parser.error(f'--out must end with .png, .pdf or .svg, got {args.out}')
    return args


def bar(batches, total):
    return track(batches, 'weighing', total, console=console, transient=True)


def main(argv=None):
    args = parse_args(argv)
    try:
        found = collect_scale_weights(
            args.config, args.checkpoint, args.data_root, args.split,
            args.device, args.trust_checkpoint, bar)
    except (CheckpointError, OSError, PreflightError, ValueError) as error:
        print(f'scale_weights.py: {error}', file=sys.stderr)
        return 1
    table = found.by_class()
    draw_scale_weights(table.mean, table.spread, table.clips, found.classes,
                       found.scales, args.out, args.title)
    path = args.csv or Path(args.out).with_suffix('.csv')
    write_scale_weights(path, found)
    means = ', '.join(
        f'{scale} {value:.3f}'
        for scale, value in zip(found.scales, found.weights.mean(axis=0)))
    console.print(f'{len(found.sample_ids)} clips; mean weights: {means}',
                  markup=False)
    if found.unreadable:
        console.print(f'left out: {found.unreadable} unreadable clips')
    hidden = int((found.labels < 0).sum())
    if hidden:
        console.print(f'in no class: {hidden} clips with hidden labels')
    console.print(f'wrote {args.out} and {path}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
