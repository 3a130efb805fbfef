"""Augmentation of feature windows, for training alone.

Chance comes from numpy's global generator, which the data set seeds for each
sample and epoch.
"""
from typing import Dict, Optional, Sequence, Tuple

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from ..windows import segments_in_window

__all__ = ['CropWindow', 'JitterFeatures', 'RotateFeatures', 'StretchWindow']


def _check_range(name: str, values: Sequence[float], low: float) -> tuple:
    """An ascending pair of numbers above ``low``."""
    values = tuple(values)
    if len(values) != 2 or not low < values[0] <= values[1]:
        raise ValueError(f'expected {name} of two ascending numbers above '
                         f'{low}, got {values}')
    return values


@TRANSFORMS.register_module()
class CropWindow(BaseTransform):
    """Keep a random part of the steps, as ActionFormer and DyFADet do.

    Required Keys:

    - features: (C, num_steps)
    - num_steps, window_start, window_size
    - gt_segments, gt_labels

    Modified Keys: all of these but window_size

    Args:
        ratio (Sequence[float]): Smallest and largest part. Defaults to
            (0.9, 1.0).
        min_inside (float): Segments count if this share of them is left.
            Defaults to 0.5.
    """

    def __init__(self,
                 ratio: Sequence[float] = (0.9, 1.0),
                 min_inside: float = 0.5) -> None:
        self.ratio = _check_range('ratio', ratio, 0)
        if self.ratio[1] > 1 or not 0 < min_inside <= 1:
            raise ValueError('expected ratio and min_inside of at most 1, '
                             f'got {ratio} and {min_inside}')
        self.min_inside = min_inside

    def transform(self, results: Dict) -> Dict:
        """Crop.

        Args:
            results (dict): See the class.

        Returns:
            dict: With fewer steps.
        """
        steps = results['num_steps']
        count = max(round(steps * np.random.uniform(*self.ratio)), 1)
        start = np.random.randint(0, steps - count + 1)
        results['features'] = results['features'][:, start:start + count]
        results['num_steps'] = count
        results['window_start'] += start
        segments, keep = segments_in_window(results['gt_segments'], start,
                                            count, count, self.min_inside)
        results['gt_segments'] = segments
        results['gt_labels'] = results['gt_labels'][keep]
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(ratio={self.ratio}, '
                f'min_inside={self.min_inside})')


@TRANSFORMS.register_module()
class StretchWindow(BaseTransform):
    """Play the window faster or slower.

    Steps are interpolated linearly. What no longer fits is cut off at the
    end; segments are clipped as in :class:`CropWindow`. Channels that are
    velocities are scaled with the speed. ``stride`` is no longer right
    afterwards: for training alone.

    Required Keys:

    - features: (C, num_steps)
    - num_steps, window_size
    - gt_segments, gt_labels

    Modified Keys: all of these but window_size

    Args:
        speed (Sequence[float]): Slowest and fastest; above 1 is faster.
            Drawn evenly on a logarithmic scale. Defaults to (0.8, 1.25).
        velocity_channels (Sequence[int], optional): First channel of the
            velocities and one past the last. Defaults to None.
        min_inside (float): Segments count if this share of them is left.
            Defaults to 0.5.
    """

    def __init__(self,
                 speed: Sequence[float] = (0.8, 1.25),
                 velocity_channels: Optional[Tuple[int, int]] = None,
                 min_inside: float = 0.5) -> None:
        self.speed = _check_range('speed', speed, 0)
        self.velocity_channels = velocity_channels
        self.min_inside = min_inside

    def transform(self, results: Dict) -> Dict:
        """Stretch.

        Args:
            results (dict): See the class.

        Returns:
            dict: At another speed.
        """
        speed = np.exp(np.random.uniform(*np.log(self.speed)))
        features, steps = results['features'], results['num_steps']
        # borders of the first and last step go to borders
        full = max(round(steps / speed), 1)
        count = min(full, results['window_size'])
        ratio = steps / full
        # (count,), positions in the old steps
        where = (np.arange(count) + 0.5) * ratio - 0.5
        where = np.clip(where, 0, steps - 1)
        left = np.floor(where).astype(np.int64)
        right = np.minimum(left + 1, steps - 1)
        weight = (where - left).astype(np.float32)
        features = features[:, left] * (1 - weight) + \
            features[:, right] * weight
        if self.velocity_channels is not None:
            features[slice(*self.velocity_channels)] *= ratio
        results['features'], results['num_steps'] = features, count
        segments = (results['gt_segments'] + 0.5) / ratio - 0.5
        segments, keep = segments_in_window(segments, 0, count, count,
                                            self.min_inside)
        results['gt_segments'] = segments
        results['gt_labels'] = results['gt_labels'][keep]
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(speed={self.speed}, '
                f'velocity_channels={self.velocity_channels}, '
                f'min_inside={self.min_inside})')


@TRANSFORMS.register_module()
class RotateFeatures(BaseTransform):
    """Turn and resize features that are 3-D vectors.

    For skeleton features, whose channels are vectors (x, y, z) one after the
    other, see :func:`mmgesture.datasets.features.skeleton_features`: the
    rotation of the room and the size of the person act on them alike.

    Required Keys:

    - features: (C, num_steps), C a multiple of 3

    Modified Keys:

    - features

    Args:
        degrees (Sequence[float]): Largest angle about x, y and z. Defaults
            to (15, 15, 15).
        scale (Sequence[float]): Smallest and largest factor. Defaults to
            (0.9, 1.1).
    """

    def __init__(self,
                 degrees: Sequence[float] = (15, 15, 15),
                 scale: Sequence[float] = (0.9, 1.1)) -> None:
        self.degrees = tuple(degrees)
        if len(self.degrees) != 3 or min(self.degrees) < 0:
            raise ValueError('expected three angles of at least 0, got '
                             f'{degrees}')
        self.scale = _check_range('scale', scale, 0)

    def transform(self, results: Dict) -> Dict:
        """Turn.

        Args:
            results (dict): See the class.

        Returns:
            dict: With turned features.

        Raises:
            ValueError: If the channels are no 3-D vectors.
        """
        features = results['features']
        if features.shape[0] % 3:
            raise ValueError('RotateFeatures expected 3-D vectors, got '
                             f'{features.shape[0]} channels')
        angles = np.radians([np.random.uniform(-d, d) for d in self.degrees])
        turn = np.eye(3) * np.random.uniform(*self.scale)
        for axis, angle in enumerate(angles):
            a, b = [k for k in range(3) if k != axis]
            step = np.eye(3)
            step[a, a] = step[b, b] = np.cos(angle)
            step[a, b], step[b, a] = -np.sin(angle), np.sin(angle)
            turn = step @ turn
        # (C, T) -> (C / 3, 3, T)
        vectors = features.reshape(-1, 3, features.shape[1])
        results['features'] = np.einsum(
            'ij,njt->nit', turn.astype(np.float32),
            vectors).reshape(features.shape)
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(degrees={self.degrees}, '
                f'scale={self.scale})')


@TRANSFORMS.register_module()
class JitterFeatures(BaseTransform):
    """Add noise to every value.

    Required Keys:

    - features

    Modified Keys:

    - features

    Args:
        std (float): Standard deviation of the noise, in units of the
            features. Defaults to 0.02.
    """

    def __init__(self, std: float = 0.02) -> None:
        if not std >= 0:
            raise ValueError(f'expected std of at least 0, got {std}')
        self.std = std

    def transform(self, results: Dict) -> Dict:
        """Add the noise.

        Args:
            results (dict): See the class.

        Returns:
            dict: With noisy features.
        """
        noise = np.random.standard_normal(results['features'].shape)
        results['features'] = results['features'] + \
            (self.std * noise).astype(np.float32)
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(std={self.std})'
