"""Random changes of skeleton clips: STCA and what MMN's code really does."""
from typing import Dict, Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS

__all__ = [
    'STCA', 'DropFrameBlock', 'MaskAxis', 'affine_clip', 'jitter_frames'
]


def affine_clip(keypoint: np.ndarray, angle, scale,
                shift: np.ndarray) -> np.ndarray:
    """Turn, scale and shift (MMN, Eq. 2): S (x R^T) + e.

    Args:
        keypoint (np.ndarray): Shape (M, T, V, C), C at least 2.
        angle (float | np.ndarray): Radians, from the first axis towards the
            second, about the origin; one, or one per frame, shape (T,).
            Further axes do not turn.
        scale (float | np.ndarray): Of all axes; one, or one per frame.
        shift (np.ndarray): Added after, shape (C,) or (T, C).

    Returns:
        np.ndarray: The same shape and dtype.
    """
    angle = np.reshape(angle, (-1, 1))  # (1 or T, 1), against (M, T, V)
    scale = np.reshape(scale, (-1, 1, 1))
    shift = np.reshape(shift, (-1, 1, keypoint.shape[-1]))
    x, y = keypoint[..., 0], keypoint[..., 1]
    turned = keypoint.copy()
    turned[..., 0] = np.cos(angle) * x - np.sin(angle) * y
    turned[..., 1] = np.sin(angle) * x + np.cos(angle) * y
    return (turned * scale + shift).astype(keypoint.dtype)


def jitter_frames(length: int, offsets: np.ndarray) -> np.ndarray:
    """Frame numbers after jitter (MMN, Eq. 3).

    Args:
        length (int): Frames T.
        offsets (np.ndarray): Whole frames, shape (T,).

    Returns:
        np.ndarray: min(max(t + offset_t, 0), T - 1), shape (T,).
    """
    return np.clip(np.arange(length) + offsets, 0, length - 1)


def _check_prob(prob: float) -> None:
    if not 0 <= prob <= 1:
        raise ValueError(f'prob expected a number in [0, 1], got {prob}')


@TRANSFORMS.register_module()
class STCA(BaseTransform):
    """Skeletal-temporal context-aware augmentation (MMN, Sec. 3.3).

    Skeletal: the clip is turned by an angle of U(-15, 15) degrees, scaled by
    U(0.9, 1.1) and shifted by U(-0.1, 0.1) per axis, all joints alike.
    Temporal: frame t shows frame t + d, d of -3 to 3, within the clip; the
    time index stays, as the jitter stands for errors of timing. For
    coordinates in [-1, 1] and after frames were sampled.

    "To each frame" in the paper may mean one draw per frame; a new angle at
    every frame drowns the small motions that are to be told apart, so the
    default is one draw per clip.

    Required Keys:

    - keypoint: shape (M, T, V, C), C at least 2
    - keypoint_score (optional)

    Modified Keys:

    - keypoint
    - keypoint_score

    Args:
        prob (float): Probability that a clip is changed. Defaults to 1.
        skeletal (bool): Turn, scale, shift (Table 5). Defaults to True.
        temporal (bool): Jitter (Table 5). Defaults to True.
        max_angle (float): Degrees. Defaults to 15.
        scale_range (Sequence[float]): Least and largest scale. Defaults to
            (0.9, 1.1).
        max_shift (float): In units of the coordinates. Defaults to 0.1.
        max_jitter (int): Frames. Defaults to 3.
        per_frame (bool): Draw angle, scale and shift anew for every frame.
            Defaults to False.

    Raises:
        ValueError: If ``prob`` or ``scale_range`` is no such thing.
    """

    def __init__(self,
                 prob: float = 1.,
                 skeletal: bool = True,
                 temporal: bool = True,
                 max_angle: float = 15.,
                 scale_range: Sequence[float] = (0.9, 1.1),
                 max_shift: float = 0.1,
                 max_jitter: int = 3,
                 per_frame: bool = False) -> None:
        _check_prob(prob)
        if len(scale_range) != 2 or scale_range[0] > scale_range[1]:
            raise ValueError('scale_range expected (least, largest), got '
                             f'{scale_range}')
        self.prob = prob
        self.skeletal = skeletal
        self.temporal = temporal
        self.max_angle = max_angle
        self.scale_range = tuple(scale_range)
        self.max_shift = max_shift
        self.max_jitter = max_jitter
        self.per_frame = per_frame

    def transform(self, results: Dict) -> Dict:
        """Augment.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the clip changed.
        """
        if np.random.random_sample() >= self.prob:
            return results
        keypoint = results['keypoint']
        frames, channels = keypoint.shape[1], keypoint.shape[-1]
        if self.skeletal:
            draws = frames if self.per_frame else 1
            limit = np.deg2rad(self.max_angle)
            angle = np.random.uniform(-limit, limit, draws)
            scale = np.random.uniform(*self.scale_range, draws)
            shift = np.random.uniform(-self.max_shift, self.max_shift,
                                      (draws, channels))
            keypoint = affine_clip(keypoint, angle, scale, shift)
        if self.temporal:
            offsets = np.random.randint(-self.max_jitter, self.max_jitter + 1,
                                        frames)
            chosen = jitter_frames(frames, offsets)
            keypoint = keypoint[:, chosen]
            if 'keypoint_score' in results:
                results['keypoint_score'] = \
                    results['keypoint_score'][:, chosen]
        results['keypoint'] = keypoint
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(prob={self.prob}, '
                f'skeletal={self.skeletal}, temporal={self.temporal}, '
                f'max_angle={self.max_angle}, '
                f'scale_range={self.scale_range}, '
                f'max_shift={self.max_shift}, max_jitter={self.max_jitter}, '
                f'per_frame={self.per_frame})')


@TRANSFORMS.register_module()
class MaskAxis(BaseTransform):
    """Set one of the first two axes of a clip to 0 (MMN's code only).

    Required Keys:

    - keypoint: shape (M, T, V, C), C at least 2

    Modified Keys:

    - keypoint

    Args:
        prob (float): Probability that a clip is changed. Defaults to 0.2.

    Raises:
        ValueError: If ``prob`` is no probability.
    """

    def __init__(self, prob: float = 0.2) -> None:
        _check_prob(prob)
        self.prob = prob

    def transform(self, results: Dict) -> Dict:
        """Mask.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the clip changed.
        """
        if np.random.random_sample() < self.prob:
            keypoint = results['keypoint'].copy()
            keypoint[..., np.random.randint(2)] = 0
            results['keypoint'] = keypoint
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(prob={self.prob})'


@TRANSFORMS.register_module()
class DropFrameBlock(BaseTransform):
    """Set successive frames of a clip to 0 (MMN's code only).

    Required Keys:

    - keypoint: shape (M, T, V, C)

    Modified Keys:

    - keypoint

    Args:
        prob (float): Probability that a clip is changed. Defaults to 0.2.
        lengths (Sequence[int]): Least and largest number of frames, both
            possible. Defaults to (4, 16).

    Raises:
        ValueError: If ``prob`` or ``lengths`` is no such thing.
    """

    def __init__(
        self, prob: float = 0.2, lengths: Sequence[int] = (4, 16)) -> None:
        _check_prob(prob)
        if len(lengths) != 2 or not 1 <= lengths[0] <= lengths[1]:
            raise ValueError('lengths expected (least, largest), both 1 or '
                             f'more, got {lengths}')
        self.prob = prob
        self.lengths = tuple(lengths)

    def transform(self, results: Dict) -> Dict:
        """Drop.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the clip changed.
        """
        if np.random.random_sample() < self.prob:
            keypoint = results['keypoint'].copy()
            frames = keypoint.shape[1]
            number = np.random.randint(self.lengths[0], self.lengths[1] + 1)
            number = min(number, frames)
            start = np.random.randint(frames - number + 1)
            keypoint[:, start:start + number] = 0
            results['keypoint'] = keypoint
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(prob={self.prob}, '
                f'lengths={self.lengths})')
