#!/usr/bin/env python
"""Write a challenge submission from a score file, and check submissions.

    submit.py SCORES --format miga --annotations ANN --split test --out X.zip
    submit.py --validate X.zip --format miga --annotations ANN --split test
    submit.py DETECTIONS --format miga-online --annotations ANN --out X.csv
"""
import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from rich.console import Console

from mmgesture.structures import (VideoDetections, class_groups,
                                  read_annotations, untrimmed_videos)
from mmgesture.submission import (FORMATS, FrameRule, SubmissionFormat,
                                  ValidationReport, get_format,
                                  read_detections, read_scores)
from mmgesture.submission.frame_rule import UNITS

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Write a challenge submission from a score file and '
        'validate it, or validate an existing one.')
    parser.add_argument('scores', nargs='?',
                        help='score or detection file of tools/test.py')
    parser.add_argument('--validate', metavar='FILE',
                        help='only check this submission')
    parser.add_argument('--annotations', required=True,
                        help='annotation file that names the expected clips')
    parser.add_argument('--split', default='test',
                        help='its split that is handed in (default: test)')
    parser.add_argument('--format', default='miga', choices=sorted(FORMATS),
                        help='; '.join(f'{form.name}: {form.description}'
                                       for form in FORMATS.values()))
    parser.add_argument('--out', help='the zip or csv to write')
    parser.add_argument('--template',
                        help="the competition's sample_submission.csv (mac: "
                        'the test list will do); its column names and '
                        'order are used')
    parser.add_argument('--label-base', type=int,
                        help='number of the first class (default: 0 for '
                        'clips, 1 for videos)')
    videos = parser.add_argument_group('of videos')
    videos.add_argument('--threshold', type=float,
                        help="least score, instead of the file's")
    videos.add_argument('--frame-base', type=int, default=0, choices=(0, 1),
                        help='number of the first frame (default: 0)')
    videos.add_argument('--end', default='inclusive',
                        choices=('inclusive', 'exclusive'),
                        help='whether the end frame belongs to the gesture '
                        '(default: inclusive)')
    videos.add_argument('--unit', default='frames', choices=UNITS)
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


def run_videos(args: argparse.Namespace, form: SubmissionFormat) -> int:
    """Hand in detections of untrimmed videos."""
    annotations = read_annotations(args.annotations)
    videos = [
        VideoDetections(v.video_id, num_frames=v.num_frames, fps=v.fps)
        for v in untrimmed_videos(annotations, args.split,
                                  source=args.annotations)
    ]
    if not videos:
        raise ValueError(f'{args.annotations}: no video in the split '
                         f'{args.split!r}')
    rule = FrameRule(1 if args.label_base is None else args.label_base,
                     args.frame_base, args.end == 'inclusive', args.unit)
    target = args.validate or args.out
    if args.validate is None:
        content = read_detections(args.scores)
        if content.classes != list(annotations.classes):
            raise ValueError(
                f'{args.scores} and {args.annotations} name different '
                f'classes ({content.num_classes} and '
                f'{len(annotations.classes)})')
        form.write(content, target, [v.video_id for v in videos],
                   args.template, rule, args.threshold)
    report = form.validate(target, videos, len(annotations.classes),
                           args.template, rule)
    return tell(report, target, form, annotations.classes, rule.label_base)


def run(args: argparse.Namespace) -> int:
    form = get_format(args.format)
    if form.of_videos:
        return run_videos(args, form)
    args.label_base = args.label_base or 0
    annotations = read_annotations(args.annotations)
    ids = [record.sample_id for record in annotations.select(args.split)]
    if not ids:
        raise ValueError(f'{args.annotations}: no clip in the split '
                         f'{args.split!r}')
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
    return tell(report, target, form, annotations.classes, args.label_base)


def tell(report: ValidationReport, target: str, form: SubmissionFormat,
         classes: Sequence[str], label_base: int) -> int:
    """Print what the validator found."""
    console.print(str(report), markup=False)
    if not report.ok:
        return 1
    common = sorted(report.histogram.items(), key=lambda item: -item[1])[:5]
    for number, count in common:
        console.print(f'  {count:6d}  {number} {classes[number - label_base]}',
                      markup=False)
    if Path(target).suffix != form.suffix:
        console.print(f'note: {target} is not called {form.suffix}')
    if form.zip_name is not None and Path(target).name != form.zip_name:
        console.print(f'note: hand it in under the name {form.zip_name}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
