"""Transforms that MMAction2 lacks; its own work beside them."""
from .decode import DecodeVideo, OpenVideo
from .flow_flip import FlipFlowVideo
from .format import PackGestureInputs
from .frame_difference import FrameDifference
from .load_keypoints import LoadKeypoints
from .load_window import LoadFeatureWindow, SampleWindowFrames
from .pack_window import PackWindowInputs
from .pose_heatmap import GestureGeneratePoseTarget
from .rgb_pose_decode import DecodeRGBPose, PackRGBPoseInputs
from .rgb_pose_sample import SampleRGBPoseFrames
from .sample import UniformSampleSegment
from .skeleton_augment import STCA, DropFrameBlock, MaskAxis
from .skeleton_canvas import SkeletonToCanvas
from .skeleton_flip import FlipPose, MirrorSkeleton
from .skeleton_format import FormatSkeletonInput, PackSkeletonInputs
from .skeleton_normalize import NormalizeSkeleton
from .skeleton_sample import SampleSkeletonFrames
from .skeleton_stream import ReorderJoints, SkeletonStream
from .taylor import ComputeTaylor, SampleTaylorWindows
from .window_augment import (CropWindow, JitterFeatures, RotateFeatures,
                             StretchWindow)

__all__ = [
    'ComputeTaylor', 'CropWindow', 'DecodeRGBPose', 'DecodeVideo',
    'DropFrameBlock', 'FlipFlowVideo', 'FlipPose', 'FormatSkeletonInput',
    'FrameDifference', 'GestureGeneratePoseTarget', 'JitterFeatures',
    'LoadFeatureWindow', 'LoadKeypoints', 'MaskAxis', 'MirrorSkeleton',
    'NormalizeSkeleton', 'OpenVideo', 'PackGestureInputs', 'PackRGBPoseInputs',
    'PackSkeletonInputs', 'PackWindowInputs', 'ReorderJoints',
    'RotateFeatures', 'STCA', 'SampleRGBPoseFrames', 'SampleSkeletonFrames',
    'SampleTaylorWindows', 'SampleWindowFrames', 'SkeletonStream',
    'SkeletonToCanvas', 'StretchWindow', 'UniformSampleSegment'
]
