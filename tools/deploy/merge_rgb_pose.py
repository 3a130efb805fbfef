"""Merge a stream of pictures and one of joints or limbs for joint training.

The result starts RGBPoseConv3D with exactly the scores of the two streams:
what its lateral connections add begins with weights of 0.

Example:
    python tools/deploy/merge_rgb_pose.py \\
        configs/mm_gesture/rgbpose_joint_imigue.py \\
        --rgb work_dirs/slowonly_rgb_imigue/best.pth \\
        --pose work_dirs/posec3d_joint_imigue/best.pth \\
        --out checkpoints/rgbpose_joint_init.pth
    python tools/train.py configs/mm_gesture/rgbpose_joint_imigue.py \\
        --load-from checkpoints/rgbpose_joint_init.pth
"""
import argparse
import logging
import sys

import torch
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope
from rich.console import Console

from mmgesture.apis.preflight import (PreflightError, load_config,
                                      set_pretrained)
from mmgesture.engine import trusting_checkpoints
from mmgesture.models.convert import merge_rgb_pose
from mmgesture.registry import MODELS


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='config of the joint model')
    parser.add_argument(
        '--rgb', required=True, help='checkpoint of the pictures')
    parser.add_argument(
        '--pose', required=True, help='checkpoint of the joints or limbs')
    parser.add_argument('--out', required=True, help='file to write')
    parser.add_argument(
        '--seed',
        type=int,
        default=0,
        help='of the lateral connections (default: 0)')
    parser.add_argument(
        '--trust-checkpoint',
        action='store_true',
        help='unpickle the files; they could run any code')
    return parser.parse_args(argv)


def main(argv=None):
    args = parse_args(argv)
    console = Console(soft_wrap=True, highlight=False)
    try:
        cfg = load_config(args.config, imports=True)
        set_pretrained(cfg, None)
        torch.manual_seed(args.seed)
        with DefaultScope.overwrite_default_scope('mmaction'):
            model = MODELS.build(cfg.model)
        # it would say of each weight how it was drawn
        logger = MMLogger.get_current_instance()
        level = logger.level
        logger.setLevel(logging.ERROR)
        model.init_weights()
        logger.setLevel(level)
        with trusting_checkpoints(args.trust_checkpoint):
            report = merge_rgb_pose(model, args.rgb, args.pose, args.out)
    except (FileNotFoundError, PreflightError, RuntimeError,
            ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 1
    for name, (had, has) in report.padded.items():
        console.print(f'{name}: {had} input channels, {has - had} of zeros '
                      'behind them')
    console.print(f'{report.copied} tensors copied, {len(report.padded)} '
                  f'padded, {len(report.drawn)} of the lateral connections '
                  f'as drawn with seed {args.seed}; written to {args.out}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
