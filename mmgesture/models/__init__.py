"""Networks; importing this package registers them with MMAction2."""
from .backbones import (GestureAAGCN, GestureC3D, GestureResNet,
                        GestureResNet3d, GestureResNetTSM, GestureSTGCN,
                        GestureSwin3D, GestureTimeSformer, GestureUniFormer,
                        GestureUniFormerV2, GestureVisionTransformer, MANet,
                        MMN, MSFMamba, VideoMamba)
from .data_preprocessors import (GestureDataPreprocessor,
                                 WindowDataPreprocessor)
from .heads import GestureRGBPoseHead, MANetHead, MultiScaleTRNHead
from .localizers import (AnchorFreeSegmentHead, CausalLocalizer, ClipEncoder,
                         FrameEncoder, GestureLocalizer, QueryPointHead,
                         TemporalPyramid)
from .necks import ASWM, MCFM, NeckChain, ScaleMean
from .recognizers import MotionRecognizer3D

__all__ = [
    'ASWM', 'AnchorFreeSegmentHead', 'CausalLocalizer', 'ClipEncoder',
    'FrameEncoder', 'GestureAAGCN', 'GestureC3D', 'GestureDataPreprocessor',
    'GestureLocalizer', 'GestureRGBPoseHead', 'GestureResNet',
    'GestureResNet3d', 'GestureResNetTSM', 'GestureSTGCN', 'GestureSwin3D',
    'GestureTimeSformer', 'GestureUniFormer', 'GestureUniFormerV2',
    'GestureVisionTransformer', 'MANet', 'MANetHead', 'MCFM', 'MMN',
    'MSFMamba', 'MotionRecognizer3D', 'MultiScaleTRNHead', 'NeckChain',
    'QueryPointHead', 'ScaleMean', 'TemporalPyramid', 'VideoMamba',
    'WindowDataPreprocessor'
]
