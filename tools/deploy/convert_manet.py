"""Convert the official MA-Net checkpoint for this package.

Its wrappers hold three convolutions each that its forward never uses
(10.95 M parameters): they are left out, all else must fit.

Example:
    python tools/deploy/convert_manet.py best_top1_acc_epoch_40.pth \
        checkpoints/manet-r50_ma52.pth \
        --classes mmgesture.datasets.ma52.CLASSES
    python tools/test.py configs/baselines/manet-r50_ma52.py \
        checkpoints/manet-r50_ma52.pth \
        --cfg-options model.backbone.num_segments=8 \
        model.cls_head.num_segments=8

The official model was trained on 8 frames. To start another set's training
from its encoder: --pretrained checkpoints/manet-r50_ma52.pth.
"""
import argparse
import json
import sys

from mmengine.utils import get_object_from_string
from rich.console import Console

from mmgesture.engine import trusting_checkpoints
from mmgesture.fileio import atomic_write
from mmgesture.models.convert import convert_manet_checkpoint


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', help='official checkpoint file')
    parser.add_argument('out', help='file to write')
    parser.add_argument(
        '--classes',
        help='dotted name of the class names, written into the file')
    parser.add_argument('--depth', type=int, default=50, help='default: 50')
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
            report = convert_manet_checkpoint(args.source, args.out, classes,
                                              args.depth)
    except (FileNotFoundError, RuntimeError, ValueError) as error:
        console.print(f'[red]error:[/red] {error}', soft_wrap=True)
        return 1
    with atomic_write(args.report or f'{args.out}.json') as file:
        json.dump(report.to_dict(), file, indent=1)
    console.print(
        f'{report.num_classes} classes, {report.parameters:,} parameters '
        f'written to {args.out}; {report.dead_parameters:,} dead ones in '
        f'{len(report.dead)} tensors left out',
        soft_wrap=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
