#!/usr/bin/env python
"""Accuracy against what models cost: Figures 5 and 6 of MSF-Mamba.

    plot_tradeoff.py cost.json --accuracy configs/baselines/reported.json \\
        --dataset smg --figure bubbles --x flops --out fig6.png fig6.pdf
    plot_tradeoff.py cost.json --accuracy reported.json mine.json \\
        --dataset smg --figure lines --x latency --out fig5.png fig5.pdf

The tables come from complexity.py (--latency for times). Accuracy files are
csv or json with name, config, top1, top5 and source, 'measured here'
(squares) or 'reported by the authors' (circles).
"""
import argparse
import sys
from typing import Optional, Sequence

from mmgesture.analysis import read_tables
from mmgesture.analysis.accuracy import join, read_results
from mmgesture.analysis.table import settings_note
from mmgesture.visualization.tradeoff import (bubble_figure, line_figure,
                                              save_figure)

LABELS = {
    'latency': 'latency of one clip (ms)',
    'flops': 'GFLOPs of one clip (1 multiply-add = 2)',
    'macs': 'GMACs of one clip',
    'params': 'parameters (millions)',
    'memory': 'peak memory (MiB)',
}
SIZES = {'params': 'parameters\n(millions)', 'flops': 'GFLOPs',
         'macs': 'GMACs', 'memory': 'peak memory\n(MiB)'}
NAMES = {'smg': 'SMG', 'imigue': 'iMiGUE', 'ma52': 'MA-52',
         'mini-smg': 'mini-SMG'}


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('tables', nargs='+', metavar='TABLE.json')
    parser.add_argument('--accuracy', nargs='+', required=True, metavar='FILE')
    parser.add_argument('--out', nargs='+', required=True, metavar='FILE',
                        help='.png, .pdf, .svg: one file for each')
    parser.add_argument('--figure', choices=('lines', 'bubbles'),
                        default='bubbles', help='Figure 5 or 6')
    parser.add_argument('--x', choices=list(LABELS), default='flops')
    parser.add_argument('--size', choices=list(SIZES), default='params')
    parser.add_argument('--metric', choices=('top1', 'top5'), default='top1')
    parser.add_argument('--dataset', help='take these accuracies only')
    parser.add_argument('--families', nargs='+', metavar='FAMILY',
                        help='take these only, for instance MSF-Mamba+')
    parser.add_argument('--grey', action='store_true',
                        help='with accuracies quoted from older papers')
    return parser.parse_args(argv)


def draw(args: argparse.Namespace) -> int:
    results = [r for path in args.accuracy for r in read_results(path)
               if args.dataset in (None, r.dataset)
               and (args.grey or not r.grey)]
    table = read_tables(args.tables)
    points, missing = join(results, table, args.x, args.size, args.metric)
    points = [p for p in points
              if args.families is None or p.family in args.families]
    for line in missing:
        print(f'left out: {line}', file=sys.stderr)
    if not points:
        raise ValueError('nothing to draw: no accuracy fits a row of '
                         f'{", ".join(args.tables)}')
    dataset = results[0].dataset
    y_label = (f'{args.metric.replace("top", "top-")} on '
               f'{NAMES.get(dataset, dataset)} (%)')
    notes = []
    if not all(p.measured for p in points):
        notes.append('Costs are those of this package\'s models, also where '
                     'the accuracy is the authors\'.')
    if args.x == 'latency':
        notes += [settings_note(row['machine'], row['settings'])
                  for row in table.values() if row.get('latency')][:1]
    if any(p.name.endswith('*') for p in points):
        notes.append('* as the papers of the data sets report it, trained '
                     'in another way')
    note = '\n'.join(notes)
    if args.figure == 'lines':
        figure = line_figure(points, LABELS[args.x], y_label, note)
    else:
        figure = bubble_figure(points, LABELS[args.x], y_label,
                               SIZES[args.size], note)
    save_figure(figure, args.out)
    print(f'{len(points)} models drawn, written to {", ".join(args.out)}')
    return 0


def main(argv: Optional[Sequence[str]] = None) -> int:
    try:
        return draw(parse_args(argv))
    except (OSError, ValueError) as error:
        print(f'plot_tradeoff.py: {error}', file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main())
