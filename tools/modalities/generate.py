"""Convert every video of a set to another modality.

The result is a data root of its own with the same names and segments, so
that a config reads it by another data_root. An interrupted run is taken up
where it stopped.

Example:
    python tools/modalities/generate.py taylor \\
        data/mini_smg/annotations.jsonl --root data/mini_smg \\
        --out data/mini_smg_taylor --workers 4
"""
import argparse
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)

from mmgesture.datasets.modalities import (CommandConverter, DISFlow,
                                           EstimatedDepth, FarnebackFlow,
                                           FlowConverter, RAFTFlow,
                                           SensorDepth, TaylorConverter,
                                           generate_modality)
from mmgesture.datasets.modalities.generate import source_files
from mmgesture.structures import read_annotations


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument('annotations', help='annotation file')
    common.add_argument('--root', required=True, help='data root of it')
    common.add_argument(
        '--out', required=True, help='data root of the modality')
    common.add_argument('--workers', type=int, default=1, help='processes')
    common.add_argument(
        '--short-side',
        type=int,
        default=256,
        help='shrink to this first, never enlarged; 0: never (default: 256)')
    common.add_argument(
        '--crf',
        type=int,
        default=12,
        help='quality of x264, smaller is better (default: 12)')
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest='modality', required=True)
    taylor = kinds.add_parser('taylor', parents=[common])
    taylor.add_argument('--terms', type=int, default=3)
    taylor.add_argument(
        '--norm', choices=('channel', 'frame', 'clip'), default='channel')
    taylor.add_argument('--epsilon', type=float, default=1e-4)
    flow = kinds.add_parser('flow', parents=[common])
    flow.add_argument(
        '--method',
        choices=('dis', 'farneback', 'raft', 'command'),
        default='dis')
    flow.add_argument(
        '--encoding', choices=('uvm', 'color_wheel'), default='uvm')
    flow.add_argument(
        '--bound',
        type=float,
        default=20,
        help='pixels per frame that are shown as extremes; 0, for the wheel '
        'alone: the largest of each frame (default: 20)')
    flow.add_argument('--preset', default='medium', help='of dis')
    flow.add_argument('--raft-size', choices=('large', 'small'),
                      default='large')
    depth = kinds.add_parser('depth', parents=[common])
    depth.add_argument(
        '--method',
        choices=('sensor', 'video-depth-anything', 'command'),
        default='sensor')
    depth.add_argument(
        '--invert', action='store_true', help='of the sensor: near is bright')
    depth.add_argument('--repository', help='of Video-Depth-Anything')
    depth.add_argument('--encoder', default='vits')
    depth.add_argument('--max-frames', type=int, default=2000)
    for kind in (flow, depth):
        kind.add_argument('--weights', help='local weight file')
        kind.add_argument('--device', default='cpu')
        kind.add_argument(
            '--command', help='command line with {input} and {output}')
    return parser.parse_args(argv)


def make_converter(args: argparse.Namespace):
    """The converter that the command line asks for."""
    size = dict(short_side=args.short_side or None, crf=args.crf)
    if args.modality == 'taylor':
        return TaylorConverter(args.terms, args.norm, args.epsilon, **size)
    for method, needed in (('command', ('command', )),
                           ('raft', ('weights', )),
                           ('video-depth-anything',
                            ('repository', 'weights'))):
        for name in needed:
            if args.method == method and not getattr(args, name):
                raise ValueError(f'--method {method} needs --{name}')
    if args.method == 'command':
        return CommandConverter(args.command, args.modality, crf=args.crf)
    if args.modality == 'depth':
        if args.method == 'sensor':
            return SensorDepth(args.invert, **size)
        return EstimatedDepth(
            args.repository,
            args.weights,
            args.encoder,
            device=args.device,
            max_frames=args.max_frames,
            **size)
    method = FarnebackFlow()
    if args.method == 'dis':
        method = DISFlow(args.preset)
    elif args.method == 'raft':
        method = RAFTFlow(args.weights, args.raft_size, args.device)
    return FlowConverter(method, args.encoding, args.bound or None, **size)


def main(argv=None) -> int:
    """Convert and report."""
    args = parse_args(argv)
    console, errors = Console(), Console(stderr=True)
    try:
        converter = make_converter(args)
        total = len(
            source_files(
                read_annotations(args.annotations), converter.field,
                args.annotations))
        with Progress(
                TextColumn(args.modality),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=errors) as progress:
            task = progress.add_task(args.modality, total=total)
            report = generate_modality(args.annotations, args.root, args.out,
                                       converter, args.workers,
                                       lambda _: progress.advance(task))
    except (ValueError, OSError, ImportError) as error:
        errors.print(str(error), style='red', markup=False)
        return 1
    for error in report.failed:
        errors.print(f'not made: {error}', style='red', markup=False)
    console.print(
        f'{report.written} files written, {report.reused} reused, '
        f'{len(report.failed)} failed; see {args.out}/annotations.jsonl',
        markup=False)
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main())
