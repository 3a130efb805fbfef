"""Classification heads that MMAction2 lacks."""
from .manet_head import MANetHead
from .rgb_pose_head import GestureRGBPoseHead
from .trn_head import MultiScaleTRNHead

__all__ = ['GestureRGBPoseHead', 'MANetHead', 'MultiScaleTRNHead']
