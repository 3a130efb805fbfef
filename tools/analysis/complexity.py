#!/usr/bin/env python
"""What models cost: parameters, FLOPs, latency and memory, in one table.

    complexity.py CONFIG... [--out table.json table.md]
    complexity.py CONFIG... --latency --threads 4 [--device cuda]

Parameters and FLOPs are counted without computing anything: seconds for any
model. FLOPs are those of one sample at the config's input; GMACs
(multiply-accumulates) are what most papers call FLOPs, GFLOPs twice that and
the selective scan. --latency builds each model with random weights in a
process of its own, for times (median, distance of the quartiles) and peak
memory; measure on a machine that does nothing else.
"""
import argparse
import sys
from pathlib import Path
from typing import List, Optional, Sequence

from rich.console import Console
from rich.progress import track
from rich.table import Table

from mmgesture.analysis import (ProfileOptions, analyse_config,
                                describe_machine, profile_config, write_table)
from mmgesture.analysis.subject import PRECISIONS
from mmgesture.analysis.table import (LEGEND, SUFFIXES, cell, columns_of,
                                      flat_row, settings_note)

#: Characters of the widest table.
WIDTH = 150
#: Distance of the quartiles over the median that is no measurement any more.
NOISY = 0.1


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('configs', nargs='+', metavar='CONFIG')
    parser.add_argument(
        '--out', nargs='+', type=Path, default=[], metavar='FILE',
        help='.json for figures, .md or .csv to read')
    parser.add_argument('--classes', type=int, help='instead of the config\'s')
    parser.add_argument('--frames', type=int, help='instead of the config\'s')
    parser.add_argument(
        '--size', type=int, help='pixels, instead of the config\'s')
    parser.add_argument(
        '--latency', action='store_true', help='measure time and memory too')
    parser.add_argument('--repeats', type=int, default=20)
    parser.add_argument('--warmup', type=int, default=3)
    parser.add_argument('--threads', type=int, default=1, help='on the CPU')
    parser.add_argument('--batch-size', type=int, default=1)
    parser.add_argument('--device', default='cpu', help='cpu, cuda, cuda:1')
    parser.add_argument('--precision', choices=PRECISIONS, default='fp32')
    args = parser.parse_args(argv)
    wrong = [str(p) for p in args.out if p.suffix not in SUFFIXES]
    if wrong:
        parser.error(f'--out: expected names that end in {SUFFIXES}, got '
                     f'{", ".join(wrong)}')
    return args


def show(console: Console, rows: List[dict], machine: dict) -> None:
    flat = [flat_row(row) for row in rows]
    names = columns_of(flat)
    # cut columns tell nothing: rather let a narrow terminal wrap the lines
    console.width = max(console.width, WIDTH)
    table = Table(box=None)
    for name in names:
        table.add_column(
            name.replace(' (', '\n('),
            justify='left' if name in ('config', 'input') else 'right',
            no_wrap=True)
    for row in flat:
        table.add_row(*(cell(row.get(name)) for name in names))
    console.print(table)
    console.print(LEGEND)
    measured = [row for row in rows if row.get('latency')]
    if measured:
        console.print(settings_note(machine, measured[0]['settings']))
    for row in measured:
        spread = row['latency']['iqr_s'] / row['latency']['median_s']
        if spread > NOISY:
            console.print(f'{row["config"]}: the quartiles of its times lie '
                          f'{spread:.0%} of the median apart: the machine '
                          'was busy, measure again')
    for row in rows:
        if row['uncounted']:
            console.print(f'{row["config"]}: not counted, though they may '
                          f'hold products: {", ".join(row["uncounted"])}')


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    console = Console(soft_wrap=True, highlight=False)
    size = (args.classes, args.frames, args.size)
    try:
        options = ProfileOptions(args.repeats, args.warmup, args.threads,
                                 args.batch_size, args.device, args.precision)
        machine = describe_machine(args.device)
        rows = []
        for path in track(
                args.configs, 'models', console=console, transient=True):
            row = analyse_config(path, *size)
            if args.latency:
                row.update(profile_config(path, options, *size))
            rows.append(row)
        for path in args.out:
            write_table(path, rows, machine)
    except (OSError, RuntimeError, ValueError) as error:
        print(f'complexity.py: {error}', file=sys.stderr)
        return 1
    show(console, rows, machine)
    for path in args.out:
        console.print(f'written to {path}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
