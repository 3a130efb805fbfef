"""Transforms that MMAction2 lacks; its own work beside them."""
from .decode import DecodeVideo, OpenVideo
from .flow_flip import FlipFlowVideo
from .format import PackGestureInputs
from .frame_difference import FrameDifference
from .load_keypoints import LoadKeypoints
from .pose_heatmap import GestureGeneratePoseTarget
from .rgb_pose_sample import SampleRGBPoseFrames
from .sample import UniformSampleSegment
from .skeleton_augment import STCA, DropFrameBlock, MaskAxis
from .skeleton_format import FormatSkeletonInput, PackSkeletonInputs
from .skeleton_normalize import NormalizeSkeleton
from .skeleton_sample import SampleSkeletonFrames
from .skeleton_stream import ReorderJoints, SkeletonStream
from .taylor import ComputeTaylor, SampleTaylorWindows

__all__ = [
    'ComputeTaylor', 'DecodeVideo', 'DropFrameBlock', 'FlipFlowVideo',
    'FormatSkeletonInput', 'FrameDifference', 'GestureGeneratePoseTarget',
    'LoadKeypoints', 'MaskAxis', 'NormalizeSkeleton', 'OpenVideo',
    'PackGestureInputs', 'PackSkeletonInputs', 'ReorderJoints', 'STCA',
    'SampleRGBPoseFrames', 'SampleSkeletonFrames', 'SampleTaylorWindows',
    'SkeletonStream', 'UniformSampleSegment'
]
