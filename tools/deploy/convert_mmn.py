"""Convert official MMN weights for this package.

They keep their names but for the head. They are those of the released code,
whose function differs from the paper's: use a config that ends in _official.

Example:
    python tools/deploy/convert_mmn.py best.pt checkpoints/mmn_imigue.pth \
        --classes mmgesture.datasets.imigue.IMIGUE_CLASSES
    python tools/test.py configs/mmn/mmn_joint_imigue_official.py \
        checkpoints/mmn_imigue.pth
"""
import argparse
import json
import sys

from mmengine.utils import get_object_from_string
from rich.console import Console

from mmgesture.engine import trusting_checkpoints
from mmgesture.fileio import atomic_write
from mmgesture.models.convert import convert_mmn_checkpoint


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', help='official checkpoint file')
    parser.add_argument('out', help='file to write')
    parser.add_argument(
        '--classes',
        help='dotted name of the class names, written into the file')
    parser.add_argument(
        '--report', help='json report (default: OUT with .json added)')
    parser.add_argument(
        '--trust-checkpoint',
        action='store_true',
        help='unpickle the file; it could run any code')
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    console = Console()
    try:
        classes = None
        if args.classes:
            classes = get_object_from_string(args.classes)
            if classes is None:
                raise ValueError(f'--classes found nothing at {args.classes}')
        with trusting_checkpoints(args.trust_checkpoint):
            report = convert_mmn_checkpoint(args.source, args.out, classes)
    except (FileNotFoundError, RuntimeError, ValueError) as error:
        console.print(f'[red]error:[/red] {error}', soft_wrap=True)
        return 1
    with atomic_write(args.report or f'{args.out}.json') as file:
        json.dump(report.to_dict(), file, indent=1)
    console.print(
        f'{report.num_points} joints, {report.num_classes} classes, '
        f'{report.parameters:,} parameters written to {args.out}',
        soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
