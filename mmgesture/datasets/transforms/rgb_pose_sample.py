"""One choice of frames for the video and the skeleton of a sample."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from .sample import jittered_indices, uniform_indices


@TRANSFORMS.register_module()
class SampleRGBPoseFrames(BaseTransform):
    """Sample frames for RGBPoseConv3D, aligned in time.

    The skeleton's frames are taken as by UniformSampleSegment, one from each
    of ``pose_len`` equal parts. Of every ``pose_len / rgb_len`` of them in a
    row, the middle one is also a frame of the video clip: so each picture
    has its skeleton, and what the lateral connections of the network fuse
    belongs to the same moment. Short samples repeat frames in order.

    In place of MMUniformSampleFrames, which draws the frames of the two
    independently, wraps short samples round to their beginning, and in test
    mode seeds numpy's global generator with 255, so that everything random
    after it repeats in the worker.

    The skeleton holds the frames ``[start, end)`` alone, as LoadKeypoints
    leaves it, and the video is the whole file: numbers for the video are
    therefore ``start`` higher. MMAction2's MMDecode and FormatShape go on
    from here.

    Required Keys:

    - total_frames: of the skeleton clip
    - start (int, optional): where it begins in the video

    Added Keys:

    - RGB_inds: shape (num_clips * rgb_len,), int32
    - Pose_inds: shape (num_clips * pose_len,), int32
    - clip_len: dict of both lengths
    - num_clips
    - frame_interval (None)
    - modality (['RGB', 'Pose'])

    Args:
        rgb_len (int): Video frames per clip. Defaults to 8.
        pose_len (int): Skeleton frames per clip, a multiple of ``rgb_len``.
            Defaults to 32.
        num_clips (int): Clips per sample. Defaults to 1.
        jitter (bool): Random frame of each part, from numpy's global
            generator (which GestureDataset seeds per sample), instead of its
            centre; for training. Defaults to False.
    """

    def __init__(self,
                 rgb_len: int = 8,
                 pose_len: int = 32,
                 num_clips: int = 1,
                 jitter: bool = False) -> None:
        if rgb_len < 1 or num_clips < 1:
            raise ValueError('expected positive rgb_len and num_clips, got '
                             f'{rgb_len} and {num_clips}')
        if pose_len < rgb_len or pose_len % rgb_len:
            raise ValueError('expected pose_len to be a multiple of rgb_len, '
                             f'got {pose_len} and {rgb_len}')
        self.rgb_len = rgb_len
        self.pose_len = pose_len
        self.num_clips = num_clips
        self.jitter = jitter

    def transform(self, results: Dict) -> Dict:
        """Choose frame numbers.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the numbers for both.

        Raises:
            ValueError: If the clip has no frame.
        """
        length = results['total_frames']
        if length < 1:
            raise ValueError(f'{results.get("sample_id")}: expected a clip '
                             f'of at least one frame, got {length}')
        choose = jittered_indices if self.jitter else uniform_indices
        pose = choose(length, self.pose_len, self.num_clips)
        each = self.pose_len // self.rgb_len
        # (clips * pose_len,) -> (clips * rgb_len, each) -> its middle
        rgb = pose.reshape(-1, each)[:, each // 2]
        results['RGB_inds'] = (rgb + (results.get('start')
                                      or 0)).astype(np.int32)
        results['Pose_inds'] = pose.astype(np.int32)
        results['clip_len'] = dict(RGB=self.rgb_len, Pose=self.pose_len)
        results['num_clips'] = self.num_clips
        results['frame_interval'] = None
        results['modality'] = ['RGB', 'Pose']
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(rgb_len={self.rgb_len}, '
                f'pose_len={self.pose_len}, num_clips={self.num_clips}, '
                f'jitter={self.jitter})')
