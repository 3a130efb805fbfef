"""Compare trained runs: mean and spread over seeds, paired differences.

    python tools/analysis/compare.py STUDY_DIR --baseline NAME --out table.md
    python tools/analysis/compare.py work_dirs/a work_dirs/b NAME=work_dirs/c

A study is a folder of <run>/seed_<n>/scores.jsonl. Work directories of the
same config are seeds of one run. All runs must be tested on the same clips.
Figures are in per cent; intervals are explained in
mmgesture/evaluation/functional/paired.py.
"""
import argparse
import csv
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mmgesture.apis.comparison import Comparison
from mmgesture.apis.comparison_table import (COMPARED, TITLES, accuracy_rows,
                                             paired_rows, run_row)
from mmgesture.apis.trained_runs import (is_work_dir, read_study,
                                         read_work_dirs)
from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.datasets.synthetic import MOTION_ONLY_PAIRS
from mmgesture.fileio import atomic_write
from mmgesture.structures.annotation import read_annotations
from mmgesture.visualization.comparison import draw_comparison


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('paths', nargs='+', metavar='PATH',
        help='one study, or work directories, also as NAME=FOLDER')
    add('--runs', nargs='+', metavar='NAME',
        help='only these runs, in this order')
    add('--baseline', metavar='NAME', help='compare every other run with it')
    add('--pairs', nargs='+', default=[], metavar='A:B',
        help='runs to compare, the difference being A minus B')
    add('--motion-pairs', nargs='+', metavar='CLASS:CLASS',
        help='classes that motion alone tells apart, or "none"; default: '
        'those of mini-SMG, unless a config is ..._smg or has other classes')
    add('--annotations', metavar='FILE',
        help='take the people of these annotations as the units of the '
        'intervals, which then speak of new people, instead of the clips')
    add('--level', type=float, default=0.95, help='of the intervals')
    add('--out', metavar='FILE',
        help='table to write: .md, .csv, or .json (for plot_tradeoff.py too)')
    add('--figure', metavar='FILE', help='figure to write, e.g. .png or .pdf')
    args = parser.parse_args()
    if args.out and Path(args.out).suffix not in ('.md', '.json', '.csv'):
        parser.error(f'--out expected .md, .json or .csv, got {args.out}')
    return args


def split_pair(text, option):
    parts = text.split(':')
    if len(parts) != 2 or not all(parts):
        raise ValueError(f'{option} expected two names as A:B, got {text!r}')
    return tuple(parts)


def motion_pairs(option, runs):
    """Class names of the pairs; mini-SMG's unless told otherwise."""
    if option == ['none']:
        return []
    if option is not None:
        return [split_pair(text, '--motion-pairs') for text in option]
    classes = next(iter(runs[0].scores.values())).classes
    # SMG itself has these classes too, but no pair of them is known to
    # differ in motion alone; its configs are named ..._smg
    if tuple(classes) != SMG_CLASSES or any(
            (run.config or '').endswith('_smg') for run in runs):
        return []
    # MOTION_ONLY_PAIRS counts classes from 1, as SMG's files do
    return [(SMG_CLASSES[first - 1], SMG_CLASSES[second - 1])
            for first, second, _ in MOTION_ONLY_PAIRS]


def read_subjects(path):
    return {r.sample_id: r.subject for r in read_annotations(path).records}


def run_table(rows):
    """Headings and cells of the table of runs."""
    used = [m for m in TITLES if any(row[m] for row in rows)]
    cells = []
    for row in rows:
        line = [row['run'], str(len(row['seeds']))]
        for measure in used:
            value = row[measure]
            line.append('' if not value else f'{100 * value["mean"]:.1f}' + (
                '' if value['sd'] is None else f' ± {100 * value["sd"]:.1f}'))
        number = row['parameters']
        line.append('' if number is None else f'{number / 1e6:.2f} M')
        cells.append(line + [row['what']])
    head = ['run', 'seeds'] + [TITLES[m] for m in used] + ['parameters', '']
    if not any(row['what'] for row in rows):
        return head[:-1], [line[:-1] for line in cells]
    return head, cells


def paired_table(rows, level):
    """Headings and cells of the table of differences."""
    cells = [[
        f'{row["a"]} − {row["b"]}', TITLES[row['measure']],
        ', '.join(f'{100 * value:+.1f}' for value in row['by_seed']),
        f'{100 * row["mean"]:+.1f}',
        f'{100 * row["low"]:+.1f} to {100 * row["high"]:+.1f}', row['verdict']
    ] for row in rows]
    return ['difference', 'measure', 'by seed', 'mean',
            f'{level:.0%} interval', 'verdict'], cells


def notes(comparison, few):
    """What a reader must know about the figures."""
    lines = ['Mean ± standard deviation over seeds, in per cent.']
    if comparison is None:
        return lines
    if comparison.pairs:
        named = '; '.join(f'{a} / {b}' for a, b in comparison.pairs)
        lines.append('Motion-only pairs: choosing between the two classes of '
                     'the true one\'s pair, averaged by class (chance 50): '
                     f'{named}.')
    for a, b in comparison.left_out:
        lines.append(f'Pair {a} / {b}: a class of it has no clip, left out.')
    lines.append(f'Intervals: {comparison.level:.0%}, over seeds and '
                 f'{comparison.unit}, not adjusted for the number of '
                 'comparisons.')
    if few:
        lines.append('With two or three seeds the spread over seeds is known '
                     'badly: where it dominates, such intervals miss the '
                     'truth in one of ten cases rather than one of twenty.')
    return lines


def as_markdown(tables, lines):
    parts = []
    for head, cells in tables:
        body = [head, ['---'] * len(head)] + cells
        parts.append('\n'.join('| ' + ' | '.join(
            cell.replace('|', '\\|') for cell in row) + ' |' for row in body))
    return '\n\n'.join(parts + ['\n'.join(f'- {line}' for line in lines)])


def write(path, rows, differences, tables, lines):
    path = Path(path)
    if path.suffix == '.csv':
        for target, content in ((path, rows),
                                (path.with_name(f'{path.stem}_pairs.csv'),
                                 differences)):
            if content:
                write_csv(target, content)
        return
    with atomic_write(path) as file:
        if path.suffix == '.json':
            json.dump(
                dict(source='measured here', rows=accuracy_rows(rows),
                     runs=rows, differences=differences, notes=lines), file,
                indent=1)
        else:
            file.write(as_markdown(tables, lines) + '\n')


def write_csv(path, rows):
    """One line a row; lists are joined by blanks, dictionaries spread."""
    flat = []
    for row in rows:
        line = {}
        for key, value in row.items():
            if key in TITLES:
                for part in ('mean', 'sd', 'low', 'high', 'by_seed'):
                    line[f'{key}_{part}'] = (value or {}).get(part)
            elif key not in ('wins', 'mcnemar_p', 'by_pair'):
                line[key] = value
        flat.append({
            key: ' '.join(map(str, value)) if isinstance(value, list) else
            value for key, value in line.items()
        })
    with atomic_write(path, newline='') as file:
        writer = csv.DictWriter(file, flat[0])
        writer.writeheader()
        writer.writerows(flat)


def compare(args):
    one_study = (len(args.paths) == 1 and Path(args.paths[0]).is_dir()
                 and not is_work_dir(args.paths[0]))
    runs = (read_study(args.paths[0]) if one_study else read_work_dirs(
        args.paths))
    wanted = [split_pair(text, '--pairs') for text in args.pairs]
    found = {run.name: run for run in runs}
    names = args.runs or list(found)
    for name in names + [args.baseline] * bool(args.baseline):
        if name not in found:
            raise ValueError(f'expected runs of {list(found)}, got {name!r}')
    runs = [found[name] for name in names]
    if args.baseline:
        if args.baseline not in names:
            runs.append(found[args.baseline])
        runs.sort(key=lambda run: run.name != args.baseline)  # it comes first
        wanted += [(name, args.baseline) for name in names
                   if name != args.baseline]
    scored, comparison = [run for run in runs if run.scores], None
    if scored:
        comparison = Comparison(
            scored, motion_pairs(args.motion_pairs, scored),
            read_subjects(args.annotations) if args.annotations else None,
            args.level)
    elif wanted or args.figure or args.annotations:
        raise ValueError('these runs have metrics but no scores.jsonl, which '
                         'comparisons and figures need: tools/test.py --dump')
    rows = [run_row(run, comparison) for run in runs]
    differences = [row for a, b in wanted
                   for row in paired_rows(comparison, a, b)]
    tables = [run_table(rows)]
    if differences:
        tables.append(paired_table(differences, args.level))
    lines = notes(comparison, any(len(r['seeds']) <= 3 for r in differences))
    # a file has no width, and rich's 80 would fold every name
    console = Console(width=None if sys.stdout.isatty() else 160)
    for head, cells in tables:
        table = Table(box=None)
        for name in head:
            table.add_column(name, overflow='fold')
        for line in cells:
            table.add_row(*line)
        console.print(table, '')
    console.print('\n'.join(lines), style='dim')
    if args.out:
        write(args.out, rows, differences, tables, lines)
    if args.figure:
        draw_comparison(
            {TITLES[measure]: {run.name: comparison.figure_of(
                run.name, measure) for run in scored}
             for measure in comparison.measures if measure in COMPARED},
            args.figure,
            chance={TITLES['motion_pairs']: 0.5})


def main():
    args = parse_args()
    try:
        compare(args)
    except (OSError, ValueError) as error:
        print(f'compare.py: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
