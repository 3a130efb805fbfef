"""Transforms that MMAction2 lacks; its own work beside them."""
from .decode import DecodeVideo, OpenVideo
from .flow_flip import FlipFlowVideo
from .format import PackGestureInputs
from .frame_difference import FrameDifference
from .load_keypoints import LoadKeypoints
from .load_window import LoadFeatureWindow, SampleWindowFrames
from .pack_window import PackWindowInputs
from .pose_heatmap import GestureGeneratePoseTarget
from .rgb_pose_sample import SampleRGBPoseFrames
from .sample import UniformSampleSegment
from .skeleton_augment import STCA, DropFrameBlock, MaskAxis
from .skeleton_format import FormatSkeletonInput, PackSkeletonInputs
from .skeleton_normalize import NormalizeSkeleton
from .skeleton_sample import SampleSkeletonFrames
from .skeleton_stream import ReorderJoints, SkeletonStream
from .taylor import ComputeTaylor, SampleTaylorWindows
from .window_augment import (CropWindow, JitterFeatures, RotateFeatures,
                             StretchWindow)

__all__ = [
    'ComputeTaylor', 'CropWindow', 'DecodeVideo', 'DropFrameBlock',
    'FlipFlowVideo', 'FormatSkeletonInput', 'FrameDifference',
    'GestureGeneratePoseTarget', 'JitterFeatures', 'LoadFeatureWindow',
    'LoadKeypoints', 'MaskAxis', 'NormalizeSkeleton', 'OpenVideo',
    'PackGestureInputs', 'PackSkeletonInputs', 'PackWindowInputs',
    'ReorderJoints', 'RotateFeatures', 'STCA', 'SampleRGBPoseFrames',
    'SampleSkeletonFrames', 'SampleTaylorWindows', 'SampleWindowFrames',
    'SkeletonStream', 'StretchWindow', 'UniformSampleSegment'
]
