"""Conversion of public checkpoints."""
from .manet import (ManetReport, convert_manet_checkpoint,
                    convert_manet_state)
from .mmn import MMNReport, convert_mmn_checkpoint, convert_mmn_state
from .rgb_pose import MergeReport, merge_rgb_pose, merge_rgb_pose_states
from .videomamba import (TARGETS, ConversionReport, build_target,
                         convert_checkpoint, convert_state_dict)

__all__ = [
    'TARGETS', 'ConversionReport', 'MMNReport', 'ManetReport', 'MergeReport',
    'build_target', 'convert_checkpoint', 'convert_manet_checkpoint',
    'convert_manet_state', 'convert_mmn_checkpoint', 'convert_mmn_state',
    'convert_state_dict', 'merge_rgb_pose', 'merge_rgb_pose_states'
]
