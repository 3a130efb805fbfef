"""Convert tables of videos, segments and labels to an annotation file.

The tables are csv files with a header row. Segments stand either in columns
of their own or, together with the labels, in one cell such as
"Sitting[0 to 1]; Sleeping[2 to 8]" (--intervals).

Examples:
    python tools/data/from_csv.py clips.csv --root data/my \\
        --out data/my/annotations.jsonl --unit frames \\
        --columns path=file start=first end=last label=class subject=who

    python tools/data/from_csv.py data/gmdcsa24/Subject*/*.csv \\
        --root data/gmdcsa24 --out data/gmdcsa24/annotations.jsonl \\
        --columns 'path=File Name' --intervals Classes \\
        --video-dir '{csv_dir}/{csv_stem}' \\
        --subject-from-path 'Subject (\\d+)' \\
        --split-by-subject train=1,2,3 test=4
"""
import argparse
import sys

from rich.console import Console

from mmgesture.datasets.convert import (TableFormat, convert_table,
                                        parse_subject_splits,
                                        summary_tables)


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('tables', nargs='+', help='csv files')
    parser.add_argument('--root', required=True, help='data root')
    parser.add_argument('--out', required=True, help='annotation file')
    parser.add_argument(
        '--columns',
        nargs='+',
        required=True,
        metavar='MEANING=NAME',
        help='columns of path (required), start, end, label, subject, split')
    parser.add_argument(
        '--intervals', help='column with labels and intervals in one cell')
    parser.add_argument(
        '--unit',
        choices=('seconds', 'frames'),
        default='seconds',
        help='of start and end (default: seconds, through the timestamps)')
    parser.add_argument(
        '--frame-base',
        type=int,
        choices=(0, 1),
        default=0,
        help='number of the first frame (default: 0)')
    parser.add_argument(
        '--end',
        choices=('inclusive', 'exclusive'),
        default='exclusive',
        help='whether an end frame belongs to the segment '
        '(default: exclusive)')
    parser.add_argument(
        '--video-dir',
        default='',
        help='folder of the videos below the root; {csv_dir} and {csv_stem} '
        'stand for the folder and the name of the table (default: the root)')
    parser.add_argument(
        '--subject-from-path',
        metavar='REGEX',
        help='its first group, found in the path, is the subject')
    parser.add_argument(
        '--split-by-subject',
        nargs='+',
        default=[],
        metavar='SPLIT=SUBJECT,...',
        help='such as train=1,2,3 test=4')
    parser.add_argument(
        '--rename',
        nargs='+',
        default=[],
        metavar='LABEL=CLASS',
        help='labels of the tables that mean another class')
    parser.add_argument(
        '--classes',
        help='file with one class name a line (default: labels that occur, '
        'sorted)')
    parser.add_argument(
        '--label-base',
        type=int,
        choices=(0, 1),
        help='labels are numbers counted from here (needs --classes)')
    parser.add_argument(
        '--delimiter', default=',', help='between cells (default: comma)')
    parser.add_argument(
        '--missing',
        choices=('report', 'error'),
        default='report',
        help='listed videos that are absent (default: report once)')
    parser.add_argument(
        '--bad-rows',
        choices=('report', 'error'),
        default='error',
        help='rows that cannot be understood (default: error)')
    parser.add_argument(
        '--dataset', default='custom', help='name in the header')
    return parser.parse_args(argv)


def parse_pairs(words) -> dict:
    """``['a=b']`` to ``{'a': 'b'}``."""
    wrong = [w for w in words if '=' not in w]
    if wrong:
        raise ValueError(f'expected NAME=VALUE, got {wrong}')
    return dict(word.split('=', 1) for word in words)


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        classes = None
        if args.classes:
            with open(args.classes, encoding='utf-8') as file:
                classes = [line.strip() for line in file if line.strip()]
        form = TableFormat(
            columns=parse_pairs(args.columns),
            intervals=args.intervals,
            unit=args.unit,
            frame_base=args.frame_base,
            inclusive=args.end == 'inclusive',
            video_dir=args.video_dir,
            subject_from_path=args.subject_from_path,
            subject_splits=parse_subject_splits(args.split_by_subject),
            rename=parse_pairs(args.rename),
            classes=classes,
            label_base=args.label_base,
            delimiter=args.delimiter)
        result = convert_table(args.tables, args.root, args.out, form,
                               args.dataset, args.missing, args.bad_rows)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(str(error), style='red', markup=False)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False)
    for table in summary_tables(result.annotations):
        console.print(table)
    console.print(
        f'wrote {len(result.annotations.records)} samples to {args.out}',
        markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
