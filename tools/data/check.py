"""Check a data set before training on it.

Every video is opened and its first and last frame decoded; labels, splits,
subjects and segments are checked against each other. The exit code is 1 if
there are errors, 0 if there are only warnings or nothing.

Example:
    python tools/data/check.py data/smg/annotations.jsonl --root data/smg
"""
import argparse
import json
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)
from rich.table import Table

from mmgesture.datasets.checks import DataReport, check_annotations
from mmgesture.structures import read_annotations


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('annotations', help='annotation file')
    parser.add_argument('--root', required=True, help='data root')
    parser.add_argument(
        '--json', action='store_true', help='print the report as json')
    parser.add_argument(
        '--strict', action='store_true', help='warnings count as errors')
    parser.add_argument(
        '--allow-outside',
        action='store_true',
        help='trust paths that leave the data root')
    return parser.parse_args(argv)


def show(report: DataReport, console: Console) -> None:
    """Print a report for people."""
    splits = list(report.histogram)
    table = Table(title=f'{report.dataset}: {report.samples} samples, '
                  f'{len(report.videos)} videos')
    table.add_column('class')
    for split in splits:
        table.add_column(split, justify='right')
    names = dict.fromkeys(n for s in splits for n in report.histogram[s])
    for name in names:
        table.add_row(
            name, *(str(report.histogram[s].get(name, 0)) for s in splits))
    table.add_section()
    table.add_row('subjects',
                  *(str(len(report.subjects[s])) for s in splits))
    console.print(table)
    lengths = [v for v in report.videos.values() if 'error' not in v]
    if lengths:
        rates = sorted(v['fps'] for v in lengths)
        console.print(
            f'{sum(v["seconds"] for v in lengths) / 60:.1f} minutes, '
            f'{sum(v["frames"] for v in lengths)} frames, '
            f'{rates[0]:g} to {rates[-1]:g} frames a second')
    for kind, style, messages in (('warning', 'yellow', report.warnings),
                                  ('error', 'red', report.errors)):
        for message in messages:
            console.print(f'{kind}: {message}', style=style, markup=False)
    console.print(f'{len(report.errors)} errors, {len(report.warnings)} '
                  'warnings')


def main(argv=None) -> int:
    """Check and report."""
    args = parse_args(argv)
    errors = Console(stderr=True)
    try:
        records = read_annotations(args.annotations,
                                   args.allow_outside).records
        with Progress(
                TextColumn('videos'),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=errors) as progress:
            task = progress.add_task(
                'videos',
                total=len({r.video for r in records} - {None}))
            report = check_annotations(args.annotations, args.root,
                                       lambda _: progress.advance(task),
                                       args.allow_outside)
    except (ValueError, OSError) as error:
        errors.print(str(error), style='red', markup=False)
        return 1
    if args.json:
        sys.stdout.write(json.dumps(report.to_dict(), indent=1) + '\n')
    else:
        show(report, Console())
    return 1 if report.errors or (args.strict and report.warnings) else 0


if __name__ == '__main__':
    sys.exit(main())
