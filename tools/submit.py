#!/usr/bin/env python
"""Write a challenge submission from a score file, and check submissions.

    submit.py SCORES --format miga --annotations ANN --split test --out X.zip
    submit.py --validate X.zip --format miga --annotations ANN --split test
"""
import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from rich.console import Console

from mmgesture.structures import class_groups, read_annotations
from mmgesture.submission import FORMATS, get_format, read_scores

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Write a challenge submission from a score file and '
        'validate it, or validate an existing one.')
    parser.add_argument('scores', nargs='?',
                        help='score file of tools/test.py')
    parser.add_argument('--validate', metavar='ZIP',
                        help='only check this submission')
    parser.add_argument('--annotations', required=True,
                        help='annotation file that names the expected clips')
    parser.add_argument('--split', default='test',
                        help='its split that is handed in (default: test)')
    parser.add_argument('--format', default='miga', choices=sorted(FORMATS),
                        help='; '.join(f'{form.name}: {form.description}'
                                       for form in FORMATS.values()))
    parser.add_argument('--out', help='the zip to write')
    parser.add_argument('--template',
                        help="the competition's sample_submission.csv (mac: "
                        'the test list will do); its column names and '
                        'order are used')
    parser.add_argument('--label-base', type=int, default=0,
                        help='number of the first class (default: 0)')
    args = parser.parse_intermixed_args(argv)
    if args.validate is None and (args.scores is None or args.out is None):
        parser.error('give SCORES and --out to write a submission, or '
                     '--validate ZIP to check one')
    if args.validate is not None and (args.scores or args.out):
        parser.error('--validate checks a file that is there; leave SCORES '
                     'and --out away')
    return args


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        return run(args)
    except (FileNotFoundError, ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 2


def run(args: argparse.Namespace) -> int:
    annotations = read_annotations(args.annotations)
    ids = [record.sample_id for record in annotations.select(args.split)]
    if not ids:
        raise ValueError(f'{args.annotations}: no clip in the split '
                         f'{args.split!r}')
    form = get_format(args.format)
    # Some forms also state the group of each class.
    options = {}
    if form.needs_groups:
        options['groups'] = class_groups(annotations.header)
        if options['groups'] is None:
            raise ValueError(
                f'{args.annotations}: the format {form.name} expects "groups" '
                'in the header of the annotation file, and there are none; '
                'convert MA-52 with tools/data/ma52/convert.py')
    target = args.validate
    if target is None:
        target = args.out
        score_file = read_scores(args.scores)
        if score_file.classes != list(annotations.classes):
            raise ValueError(
                f'{args.scores} and {args.annotations} name different '
                f'classes ({score_file.num_classes} and '
                f'{len(annotations.classes)}); the submitted numbers would '
                'mean something else')
        # The template fixes the order when there is one; that it names the
        # same clips as the annotations is the validator's first check.
        form.write(score_file, args.out,
                   sample_ids=None if args.template else ids,
                   template=args.template, label_base=args.label_base,
                   **options)
        blind = set(ids) & {
            name for name, flag in zip(score_file.sample_ids,
                                       score_file.unreadable) if flag}
        if blind:
            console.print(f'note: {len(blind)} clips could not be read; their '
                          'rows carry the first class')
    report = form.validate(target, sample_ids=ids,
                           num_classes=len(annotations.classes),
                           template=args.template,
                           label_base=args.label_base, **options)
    console.print(str(report), markup=False)
    if not report.ok:
        return 1
    common = sorted(report.histogram.items(), key=lambda item: -item[1])[:5]
    for number, count in common:
        name = annotations.classes[number - args.label_base]
        console.print(f'  {count:6d}  {number} {name}', markup=False)
    if Path(target).suffix != '.zip':
        console.print(f'note: {target} is not called .zip')
    if form.zip_name is not None and Path(target).name != form.zip_name:
        console.print(f'note: hand it in under the name {form.zip_name}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
