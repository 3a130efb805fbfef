"""Coordinates of a clip, freed of where and how large the person is."""
from typing import Dict, Optional

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS

__all__ = ['NormalizeSkeleton', 'normalize_clip']

# A range below this part of the largest coordinate is rounding noise.
_FLAT = 1e-6


def normalize_clip(keypoint: np.ndarray,
                   valid: np.ndarray,
                   keep_ratio: bool = False) -> np.ndarray:
    """Map a clip onto [-1, 1], each axis by its least and largest value.

    Args:
        keypoint (np.ndarray): Coordinates, shape (M, T, V, C), any unit.
        valid (np.ndarray): Joints that count, shape (M, T, V), bool. The
            others become 0, the middle of the range.
        keep_ratio (bool): One scale for all axes, that of the longest, so
            that angles stay. Defaults to False.

    Returns:
        np.ndarray: Shape (M, T, V, C), float32. An axis on which nothing
        differs is 0, and so is a clip without a valid joint.
    """
    result = np.zeros(keypoint.shape, dtype=np.float32)
    points = keypoint[valid].astype(np.float64)  # (n, C)
    if not len(points):
        return result
    low, high = points.min(axis=0), points.max(axis=0)
    extent = high - low
    extent[extent <= _FLAT * np.abs(points).max()] = 0
    if keep_ratio:
        extent = np.full_like(extent, extent.max())
    middle = (low + high) / 2
    scale = np.divide(2., extent, out=np.zeros_like(extent), where=extent > 0)
    result[valid] = (points - middle) * scale
    return result


@TRANSFORMS.register_module()
class NormalizeSkeleton(BaseTransform):
    """Bring the coordinates of a clip to [-1, 1].

    As MMN does it: least and largest value of every axis over the whole
    clip, all persons together. (The released code subtracts the centre joint
    of the first frame before, which the next step undoes; that is left out.)

    A joint with a coordinate that is not finite is missing: it does not
    count for the range and becomes 0. So does a joint whose score is at or
    below ``min_score``. A clip without any valid joint becomes 0.

    Required Keys:

    - keypoint: shape (M, T, V, C)
    - keypoint_score (optional): shape (M, T, V)

    Modified Keys:

    - keypoint: float32
    - keypoint_score: 0 for missing joints

    Args:
        keep_ratio (bool): One scale for all axes. Defaults to False, as in
            MMN.
        min_score (float, optional): Joints with this score or less are
            missing; OpenPose gives (0, 0) and 0 to what it does not see.
            None: scores do not matter, as in the released code. Defaults to
            None.
        dims (int, optional): Keep so many coordinates: 2 drops the depth of
            3-D joints. None: all. Defaults to None.

    Raises:
        ValueError: If ``dims`` is not positive.
    """

    def __init__(self,
                 keep_ratio: bool = False,
                 min_score: Optional[float] = None,
                 dims: Optional[int] = None) -> None:
        if dims is not None and dims < 1:
            raise ValueError(f'dims expected a positive number, got {dims}')
        self.keep_ratio = keep_ratio
        self.min_score = min_score
        self.dims = dims

    def transform(self, results: Dict) -> Dict:
        """Normalise.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the new ``keypoint``.

        Raises:
            ValueError: If there are fewer coordinates than ``dims``.
        """
        keypoint = results['keypoint']
        if self.dims is not None:
            if keypoint.shape[-1] < self.dims:
                raise ValueError(
                    f'NormalizeSkeleton(dims={self.dims}) expected at least '
                    'as many coordinates, got keypoint of shape '
                    f'{keypoint.shape} of {results.get("sample_id")}')
            keypoint = keypoint[..., :self.dims]
        valid = np.isfinite(keypoint).all(axis=-1)
        score = results.get('keypoint_score')
        if score is not None:
            finite = np.isfinite(score)
            if self.min_score is not None:
                # comparing NaN would warn
                seen = np.where(finite, score, -np.inf) > self.min_score
                valid &= seen
            results['keypoint_score'] = np.where(
                valid & finite, score, 0).astype(np.float32)
        results['keypoint'] = normalize_clip(keypoint, valid, self.keep_ratio)
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(keep_ratio={self.keep_ratio}, '
                f'min_score={self.min_score}, dims={self.dims})')
