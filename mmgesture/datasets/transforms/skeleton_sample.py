"""Which frames of a skeleton clip the model sees, and when they were."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from ..media_errors import UnreadableMediaError
from .sample import jittered_indices, uniform_indices

__all__ = [
    'SampleSkeletonFrames', 'linspace_indices', 'normalized_time',
    'sorted_random_indices'
]


#: Ways to choose frames, and those that can choose several clips.
MODES = ('linspace', 'random', 'uniform', 'jitter')
SEVERAL = ('uniform', 'jitter')


def linspace_indices(length: int, clip_len: int) -> np.ndarray:
    """Frames at equal steps, the first and the last among them.

    Args:
        length (int): Frames of the clip, at least 1.
        clip_len (int): Frames to choose.

    Returns:
        np.ndarray: floor(i (length - 1) / (clip_len - 1)), in integers,
        shape (clip_len,), int64. Short clips repeat frames.
    """
    steps = np.arange(clip_len, dtype=np.int64)
    return steps * (length - 1) // max(clip_len - 1, 1)


def sorted_random_indices(length: int,
                          clip_len: int,
                          rng=np.random) -> np.ndarray:
    """Frames drawn independently, with replacement, then sorted.

    Args:
        length (int): Frames of the clip, at least 1.
        clip_len (int): Frames to choose.
        rng (module | np.random.RandomState): Source of ``randint``.
            Defaults to numpy's global one, which GestureDataset seeds per
            sample.

    Returns:
        np.ndarray: Ascending, shape (clip_len,), int64.
    """
    return np.sort(rng.randint(0, length, size=clip_len)).astype(np.int64)


def normalized_time(indices: np.ndarray, length: int) -> np.ndarray:
    """When frames were, from -1 to below 1: T_idx of MMN's Sec. 3.3.

    Args:
        indices (np.ndarray): Frame numbers of the clip, from 0.
        length (int): Frames of the clip.

    Returns:
        np.ndarray: 2 index / length - 1, the same shape, float32.
    """
    return (2. * indices / length - 1.).astype(np.float32)


@TRANSFORMS.register_module()
class SampleSkeletonFrames(BaseTransform):
    """Take a fixed number of frames of a skeleton clip.

    The clip is the whole ``keypoint`` array. One that is empty is
    unreadable; in test it is then replaced by a blank frame.

    Required Keys:

    - keypoint: shape (M, L, V, C)
    - keypoint_score (optional): shape (M, L, V)

    Modified Keys:

    - keypoint: shape (M, N * T, V, C), N clips one after the other
    - keypoint_score: shape (M, N * T, V)

    Added Keys:

    - frame_inds: numbers within the clip, shape (N * T,), int64
    - index_t: their time in [-1, 1), shape (N * T,), float32
    - clip_len: T
    - num_clips: N
    - frame_interval
    - total_frames: L

    Args:
        clip_len (int): Frames T. Defaults to 64.
        mode (str): How MMN chooses: ``'linspace'`` in test, ``'random'`` in
            training, drawn independently and sorted. How MMAction2 chooses
            for graph networks and PoseConv3D: ``'uniform'`` in test, the
            centres of T equal parts, ``'jitter'`` in training, a random
            frame of each part. Defaults to ``'linspace'``.
        num_clips (int): Clips N of a sample, for ``'uniform'`` and
            ``'jitter'``. Defaults to 1.

    Raises:
        ValueError: If a number is not positive, ``mode`` is unknown, or it
            cannot choose several clips.
    """

    def __init__(self,
                 clip_len: int = 64,
                 mode: str = 'linspace',
                 num_clips: int = 1) -> None:
        if clip_len < 1 or num_clips < 1:
            raise ValueError('clip_len and num_clips expected 1 or more, got '
                             f'{clip_len} and {num_clips}')
        if mode not in MODES:
            raise ValueError(f'mode expected one of {MODES}, got {mode!r}')
        if num_clips > 1 and mode not in SEVERAL:
            raise ValueError(f'num_clips={num_clips} expected a mode of '
                             f'{SEVERAL}, got {mode!r}, which gives every '
                             'clip the same frames or none to rely on')
        self.clip_len = clip_len
        self.mode = mode
        self.num_clips = num_clips

    def transform(self, results: Dict) -> Dict:
        """Sample.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the frames chosen.

        Raises:
            UnreadableMediaError: If the clip has no frame.
        """
        keypoint = results['keypoint']
        score = results.get('keypoint_score')
        length = keypoint.shape[1]
        if not length:
            if not results.get('unreadable'):
                raise UnreadableMediaError(
                    str(results.get('keypoints') or results.get('sample_id')),
                    'the skeleton clip has no frame')
            length = 1
            blank = keypoint.shape[:1] + (1, ) + keypoint.shape[2:]
            keypoint = np.zeros(blank, dtype=np.float32)
            score = None if score is None else np.zeros(
                blank[:3], dtype=np.float32)
        indices = self._choose(length)
        results['keypoint'] = keypoint[:, indices]
        if score is not None:
            results['keypoint_score'] = score[:, indices]
        results.update(
            frame_inds=indices,
            index_t=normalized_time(indices, length),
            clip_len=self.clip_len,
            num_clips=self.num_clips,
            frame_interval=length / self.clip_len,
            total_frames=length)
        return results

    def _choose(self, length: int) -> np.ndarray:
        if self.mode == 'linspace':
            return linspace_indices(length, self.clip_len)
        if self.mode == 'random':
            return sorted_random_indices(length, self.clip_len)
        choose = uniform_indices if self.mode == 'uniform' \
            else jittered_indices
        return choose(length, self.clip_len, self.num_clips)

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(clip_len={self.clip_len}, '
                f'mode={self.mode!r}, num_clips={self.num_clips})')
