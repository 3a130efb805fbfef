"""Write feature sequences of whole videos, for localizers.

One <video_id>.npy (steps, channels) per video and features.json, which says
how the steps lie in time. An interrupted run is taken up where it stopped.

Examples:
    python tools/modalities/extract_features.py recognizer \\
        data/mini_smg/annotations.jsonl --root data/mini_smg \\
        --config CONFIG --checkpoint CHECKPOINT \\
        --out data/mini_smg/features/msf-quickstart
    python tools/modalities/extract_features.py skeleton \\
        data/mini_smg/annotations.jsonl --root data/mini_smg \\
        --out data/mini_smg/features/skeleton
"""
import argparse
import os
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)

from mmgesture.datasets.features import extract_skeleton_features
from mmgesture.structures import read_annotations, untrimmed_videos
from mmgesture.structures.skeleton import layout_names


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument('annotations', help='annotation file')
    common.add_argument('--root', required=True, help='data root of it')
    common.add_argument('--out', required=True, help='folder of the features')
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest='kind', required=True)
    clip = kinds.add_parser(
        'recognizer', parents=[common],
        help="what a recognizer's last layer sees of every window")
    add = clip.add_argument
    add('--config', required=True, help='ours or one of MMAction2')
    add('--checkpoint', required=True)
    add('--window', type=int, default=16,
        help='sampled frames of a window (default: 16)')
    add('--stride', type=int, default=4,
        help='sampled frames from one to the next (default: 4)')
    add('--fps', type=float,
        help="rate to sample at (default: every video's own)")
    add('--batch-size', type=int, default=16)
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help='unpickle a foreign checkpoint, which can run its code')
    body = kinds.add_parser(
        'skeleton', parents=[common],
        help='joints seen from the body, and their velocities')
    add = body.add_argument
    add('--layout', default='kinect-25', choices=layout_names(),
        help='of files that do not tell (default: kinect-25)')
    add('--dims', type=int, default=3, choices=(2, 3),
        help='pixels or metres (default: 3)')
    add('--lag', type=float, default=0.1,
        help='reach of the velocities, seconds (default: 0.1)')
    add('--causal', action='store_true',
        help='for streams: no value depends on later frames')
    return parser.parse_args(argv)


def skeletons(args, console) -> int:
    """Make features of skeletons and report."""
    total = len(untrimmed_videos(read_annotations(args.annotations),
                                 source=args.annotations))
    with _progress(console, 'videos') as progress:
        task = progress.add_task('videos', total=total)
        report = extract_skeleton_features(
            args.annotations, args.root, args.out, args.layout, args.dims,
            args.lag, lambda _: progress.advance(task), args.causal)
    for name, joints in report.interpolated.items():
        console.print(f'{name}: {joints} positions of joints that were not '
                      'tracked are filled in', markup=False)
    return _report(args, console, report)


def clips(args, console) -> int:
    """Make features of a recognizer and report."""
    from mmgesture.apis.feature_extraction import extract_features, file_hash
    from mmgesture.apis.sliding_recognizer import SlidingRecognizer
    from mmgesture.apis.trained_model import load_model
    trained = load_model(args.config, args.checkpoint, args.device,
                         args.trust_checkpoint)
    recognizer = SlidingRecognizer(trained, args.window, args.stride,
                                   args.fps, args.batch_size)
    made_by = dict(
        kind='recognizer',
        config=os.path.basename(args.config),
        checkpoint=os.path.basename(args.checkpoint),
        sha256=file_hash(args.checkpoint))
    with _progress(console, 'windows') as progress:
        task = progress.add_task('', total=None)

        def advance(name, count):
            progress.update(task, advance=count, description=name)

        report = extract_features(recognizer, args.annotations, args.root,
                                  args.out, made_by, advance)
    return _report(args, console, report)


def _progress(console, what) -> Progress:
    return Progress(
        TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn(),
        TextColumn(what), TimeRemainingColumn(), console=console)


def _report(args, console, report) -> int:
    for error in report.failed:
        console.print(f'not made: {error}', style='red', markup=False)
    console.print(
        f'{report.written} files written, {report.reused} reused, '
        f'{len(report.failed)} failed; in {args.out}', markup=False)
    return 1 if report.failed else 0


def main(argv=None) -> int:
    """Extract and report."""
    args = parse_args(argv)
    console = Console(stderr=True, soft_wrap=True)
    try:
        return (skeletons if args.kind == 'skeleton' else clips)(args,
                                                                 console)
    except (ValueError, OSError, RuntimeError) as error:
        console.print(str(error), style='red', markup=False)
        return 1


if __name__ == '__main__':
    sys.exit(main())
