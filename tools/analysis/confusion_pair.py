#!/usr/bin/env python
"""What two models confuse differently on the same clips (Figs. 7 and 8).

    confusion_pair.py A.jsonl B.jsonl --names VideoMamba MSF-Mamba+ \
        --out pair.png

Writes the figure and, beside it, the changed pairs as csv (pair.csv).
"""
import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mmgesture.analysis.confusion_change import (changed_pairs,
                                                 pair_confusions,
                                                 write_changed_pairs)
from mmgesture.submission import read_scores
from mmgesture.visualization.confusion_pair import draw_confusion_pair

console = Console(highlight=False, soft_wrap=True)


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('scores_a', help='score file of the first model')
    parser.add_argument('scores_b', help='score file of the second model')
    parser.add_argument('--names', nargs=2, metavar=('A', 'B'),
                        help='names of the models (default: their configs)')
    parser.add_argument('--out', default='confusion_pair.png',
                        help='figure; .png, .pdf or .svg (default: '
                        '%(default)s)')
    parser.add_argument('--csv', help='changed pairs (default: the figure\'s '
                        'name with .csv)')
    parser.add_argument('--pairs', type=int, default=12,
                        help='pairs to list (default: %(default)s)')
    parser.add_argument('--title', help='title of the figure')
    args = parser.parse_args(argv)
    if Path(args.out).suffix.lower() not in ('.png', '.pdf', '.svg'):
        parser.error(f'--out must end with .png, .pdf or .svg, got {args.out}')
    if args.pairs < 0:
        parser.error('--pairs must be at least 0')
    return args


def main(argv=None):
    args = parse_args(argv)
    try:
        a, b = read_scores(args.scores_a), read_scores(args.scores_b)
        both = pair_confusions(a, b)
    except (OSError, ValueError) as error:
        print(f'confusion_pair.py: {error}', file=sys.stderr)
        return 1
    names = args.names or [
        Path(file.config or file.source).stem for file in (a, b)
    ]
    pairs = changed_pairs(both.counts_a, both.counts_b)
    shown = [pair for pair in pairs if pair.difference][:args.pairs]
    draw_confusion_pair(
        both.counts_a, both.counts_b, both.classes, args.out, names,
        [(pair.true, pair.predicted) for pair in shown], args.title)
    path = args.csv or Path(args.out).with_suffix('.csv')
    write_changed_pairs(path, pairs, both.classes, names)
    table = Table('true', 'predicted', *map(escape, names), 'difference',
                  box=None)
    for pair in shown:
        table.add_row(
            Text(both.classes[pair.true]), Text(both.classes[pair.predicted]),
            str(pair.count_a), str(pair.count_b), f'{pair.difference:+d}')
    console.print(table)
    if both.hidden:
        console.print(f'left out: {both.hidden} clips with hidden labels')
    if not shown:
        console.print('the two models confuse the same pairs equally often')
    console.print(f'wrote {args.out} and {path}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
