#!/usr/bin/env python
"""Put the trainings of a study of localizers into a table.

    python tools/analysis/study.py configs/studies/online-sfinge3d.yaml
    python tools/analysis/detection_table.py \\
        work_dirs/studies/online-sfinge3d --out table.md --json table.json

Folds are pooled: their test videos together are one test, at the thresholds
that were tuned on each fold's validation videos. F1 is the mean over seeds
with its standard deviation; the interval is a bootstrap over videos.
"""
import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from mmgesture.analysis.detection_study import (detection_row,
                                                find_detection_runs)
from mmgesture.fileio import atomic_write

COLUMNS = ('run', 'parameters', 'F1', '95 %', 'precision', 'recall',
           'macro F1', 'F1 at .1 / .5 / .7', 'mAP', 'CPU min a fold')


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('study', nargs='+', help="folders of studies' results")
    add('--runs', nargs='+', metavar='NAME', help='only these, in this order')
    add('--out', metavar='TABLE.md', help='also write the table')
    add('--json', metavar='TABLE.json', help='also write all figures')
    return parser.parse_args()


def spread(value, digits=3):
    """Mean and deviation of a measure."""
    text = f'{value["mean"]:.{digits}f}'
    return text if value['sd'] is None else (
        f'{text} ± {value["sd"]:.{digits}f}')


def cells(row):
    """A row as text."""
    size = row['parameters']
    first = [row['run'], f'{size / 1e6:.2f} M' if size else '']
    if 'f1' not in row:
        return first + ['no seed is complete'] + [''] * (len(COLUMNS) - 3)
    f1 = row['f1']
    time = row['cpu_seconds']
    return first + [
        spread(f1), f'{f1["low"]:.3f}-{f1["high"]:.3f}',
        spread(row['precision'], 2), spread(row['recall'], 2),
        spread(row['macro_f1']),
        ' / '.join(f'{row[f"f1_at_{t}"]["mean"]:.2f}'
                   for t in ('0.1', '0.5', '0.7')), spread(row['map']),
        f'{time / 60 / row["folds"]:.1f}' if time else ''
    ]


def markdown(rows):
    """The table as Markdown."""
    lines = ['| ' + ' | '.join(COLUMNS) + ' |',
             '|' + '---|' * len(COLUMNS)]
    lines += ['| ' + ' | '.join(cells(row)) + ' |' for row in rows]
    return '\n'.join(lines) + '\n'


def main():
    args = parse_args()
    # a file has no width, and rich's 80 would cut the figures
    console = Console(width=None if sys.stdout.isatty() else 200)
    try:
        runs = [run for folder in args.study
                for run in find_detection_runs(folder, args.runs)]
        rows = [detection_row(run) for run in runs]
    except (OSError, ValueError) as error:
        console.print(f'detection_table.py: {error}', markup=False,
                      soft_wrap=True)
        return 2
    table = Table(box=None)
    for name in COLUMNS:
        table.add_column(name, overflow='fold')
    for row in rows:
        table.add_row(*cells(row))
    console.print(table)
    for row in rows:
        if row['missing']:
            console.print(f'{row["run"]}: not finished: '
                          f'{", ".join(row["missing"])}', markup=False,
                          soft_wrap=True)
    if args.out:
        with atomic_write(args.out) as file:
            file.write(markdown(rows))
    if args.json:
        with atomic_write(args.json) as file:
            json.dump(rows, file, indent=1)
    return 0


if __name__ == '__main__':
    sys.exit(main())
