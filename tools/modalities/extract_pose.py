"""Estimate the skeletons of a set's videos with mmpose.

One npz per video below ROOT/FOLDER, and an annotation file that names them,
beside the one that is read: a config of skeletons reads it by ann_file. An
interrupted run is taken up where it stopped. Config and weights are local
files; mmpose needs no compiled mmcv for this:
pip install --no-deps -r requirements/pose.txt

Example:
    python tools/modalities/extract_pose.py data/my/annotations.jsonl \\
        --root data/my --layout coco-17 --config td-hm_res50_coco-256x192.py \\
        --weights td-hm_res50_coco-256x192.pth --trust-checkpoint
"""
import argparse
import os
import sys

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeRemainingColumn)

from mmgesture.datasets.modalities.pose import PoseSettings, extract_poses
from mmgesture.datasets.modalities.pose_mmpose import MMPoseEstimator
from mmgesture.engine import trusting_checkpoints
from mmgesture.structures import read_annotations
from mmgesture.structures.skeleton import get_layout, layout_names


def parse_args(argv=None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('annotations', help='annotation file, in its data root')
    add('--root', required=True, help='data root of it')
    add('--config', required=True, help="mmpose's config of a top-down model")
    add('--weights', help='its checkpoint; without it the model is random, '
        'which only tests want')
    add('--layout', required=True, choices=layout_names(),
        help="of the model's joints")
    add('--folder', help='of the skeletons below ROOT (default: '
        'keypoints_LAYOUT)')
    add('--out', help='annotation file to write (default: '
        'ROOT/annotations_LAYOUT.jsonl)')
    add('--box', type=float, nargs=4, metavar=('X1', 'Y1', 'X2', 'Y2'),
        help='part of the picture that holds the person, as shares of width '
        'and height (default: all of it)')
    add('--no-follow', action='store_true',
        help='look there in every frame, not round the joints of the last')
    add('--min-score', type=float, default=0.3,
        help='below it a joint is not seen (default: 0.3)')
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help="unpickle the weights, as mmpose's own need; it could run any "
        'code')
    return parser.parse_args(argv)


def main(argv=None) -> int:
    """Estimate and report."""
    args = parse_args(argv)
    console, errors = Console(), Console(stderr=True)
    folder = args.folder or f'keypoints_{args.layout}'
    out = args.out or os.path.join(args.root,
                                   f'annotations_{args.layout}.jsonl')
    recipe = dict(
        config=os.path.basename(args.config),
        weights=args.weights and os.path.basename(args.weights))
    try:
        settings = PoseSettings(args.layout, args.box, not args.no_follow,
                                min_score=args.min_score)
        videos = {r.video for r in read_annotations(args.annotations).records}
        with trusting_checkpoints(args.trust_checkpoint):
            estimator = MMPoseEstimator(args.config, args.weights,
                                        args.device)
        expected = get_layout(args.layout).num_joints
        if estimator.num_joints != expected:
            raise ValueError(
                f'the layout {args.layout!r} has {expected} joints, the model '
                f'{estimator.num_joints}')
        with Progress(
                TextColumn('videos'),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=errors) as progress:
            task = progress.add_task('videos', total=len(videos - {None}))
            report = extract_poses(args.annotations, args.root, out, folder,
                                   estimator, settings, recipe,
                                   lambda _: progress.advance(task))
    except (ValueError, OSError, ImportError, RuntimeError) as error:
        errors.print(str(error), style='red', markup=False)
        return 1
    for error in report.failed:
        errors.print(f'not made: {error}', style='red', markup=False)
    console.print(
        f'{report.written} files written, {report.reused} reused, '
        f'{len(report.failed)} failed; see {out}', markup=False)
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main())
