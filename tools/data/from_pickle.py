"""Convert a pickle of PYSKL or MMAction2 to annotations and npz files.

The pickle holds dict(split, annotations=[frame_dir, label, total_frames,
img_shape, keypoint (M, T, V, C), keypoint_score]). It is read without
running what a pickle may ask for: numpy arrays and plain types only. A run
that was interrupted goes on with what is missing.

Examples:
    python tools/data/from_pickle.py imigue.pkl --root data/imigue_skeleton \\
        --layout imigue-22 --classes imigue --dataset imigue

    python tools/data/from_pickle.py ntu60_3danno.pkl --root data/ntu60 \\
        --layout kinect-25 --splits train=xsub_train val=xsub_val

    python tools/data/from_pickle.py ma52.pkl --root data/ma52_skeleton \\
        --layout ma52-44 --classes ma52 --dataset ma52 --hidden test
"""
import argparse
import os
import sys

from rich.console import Console
from rich.progress import Progress

from mmgesture.datasets.convert import convert_pickle, summary_tables
from mmgesture.datasets.imigue import IMIGUE_CLASSES
from mmgesture.datasets.ma52 import CLASSES as MA52_CLASSES
from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.structures.skeleton import layout_names

CLASSES = dict(imigue=IMIGUE_CLASSES, ma52=MA52_CLASSES, smg=SMG_CLASSES)


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('pickle', help='the .pkl file')
    parser.add_argument(
        '--root', required=True, help='folder to write to: the data root')
    parser.add_argument(
        '--layout',
        required=True,
        choices=layout_names(),
        help='of the joints; tools/analysis/skeleton_layouts.py draws them')
    parser.add_argument(
        '--out', help='annotation file (default: ROOT/annotations.jsonl)')
    parser.add_argument(
        '--classes',
        metavar='NAME|FILE',
        help=f'{", ".join(CLASSES)}, or a file with one class name a line '
        '(default: class 0, class 1, ...)')
    parser.add_argument(
        '--splits',
        nargs='+',
        metavar='OURS=THEIRS',
        help='such as train=xsub_train val=xsub_val; samples of other splits '
        'are left out (default: all, by their own names)')
    parser.add_argument(
        '--hidden',
        nargs='+',
        default=[],
        metavar='SPLIT',
        help='splits (ours) whose labels are placeholders')
    parser.add_argument(
        '--dataset', default='custom', help='name in the header')
    return parser.parse_args(argv)


def read_options(args: argparse.Namespace) -> tuple:
    """Class names and splits; raises ValueError or OSError."""
    classes = CLASSES.get(args.classes)
    if args.classes and classes is None:
        with open(args.classes, encoding='utf-8') as file:
            classes = [line.strip() for line in file if line.strip()]
    splits = None
    if args.splits is not None:
        wrong = [word for word in args.splits if '=' not in word]
        if wrong:
            raise ValueError(f'expected OURS=THEIRS in --splits, got {wrong}')
        splits = dict(word.split('=', 1) for word in args.splits)
    return classes, splits


def main(argv=None) -> int:
    """Convert and print the summary."""
    args = parse_args(argv)
    console = Console()
    try:
        classes, splits = read_options(args)
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task('skeletons', total=None)
            result = convert_pickle(
                args.pickle, args.root, args.layout, args.out, classes,
                splits, args.hidden, args.dataset,
                lambda _, done, number: bar.update(
                    task, completed=done, total=number))
    except (ValueError, OSError) as error:
        Console(stderr=True).print(
            str(error), style='red', markup=False, soft_wrap=True)
        return 1
    for note in result.notes:
        console.print(f'note: {note}', markup=False, soft_wrap=True)
    for table in summary_tables(result.annotations):
        console.print(table)
    out = args.out or os.path.join(args.root, 'annotations.jsonl')
    console.print(f'wrote {len(result.annotations.records)} samples to '
                  f'{out}', markup=False, soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
