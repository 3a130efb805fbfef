"""Joints of any unit as pixels of a square picture, ready to be drawn."""
from typing import Dict, Optional

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from .skeleton_normalize import normalize_clip


@TRANSFORMS.register_module()
class SkeletonToCanvas(BaseTransform):
    """Put a clip onto a square canvas that the person fills.

    What MMAction2's PoseCompact (``hw_ratio=1``) and the Resize behind it do
    to pixels, without rounding the box to whole pixels, and for coordinates
    of any unit: metres, or those of J-HMDB. The smallest square round all
    joints of the clip is widened by ``padding`` and scaled to ``size``
    pixels. RandomResizedCrop, Resize, FlipPose and the heat-maps go on from
    here.

    Joints that are not finite, or whose score is at or below ``min_score``,
    do not count for the square; they lie in its middle with score 0, so that
    nothing is drawn for them. (PoseCompact leaves out coordinates that are
    exactly 0 instead.)

    Required Keys:

    - keypoint: shape (M, T, V, C), the first two axes are taken
    - keypoint_score (optional): shape (M, T, V)

    Modified Keys:

    - keypoint: pixels, shape (M, T, V, 2), float32
    - keypoint_score: 0 for missing joints

    Added Keys:

    - img_shape: (size, size)

    Args:
        size (int): Side of the canvas in pixels. Defaults to 64.
        padding (float): Of the square, to each side as a share of its half.
            Defaults to 0.25.
        min_score (float, optional): None: scores do not matter.
            Defaults to 0.
        y_up (bool): The second axis points up, as Kinect's metres do;
            pictures have it down. Defaults to False.

    Raises:
        ValueError: If ``size`` is not positive or ``padding`` negative.
    """

    def __init__(self,
                 size: int = 64,
                 padding: float = 0.25,
                 min_score: Optional[float] = 0.,
                 y_up: bool = False) -> None:
        if size < 1 or padding < 0:
            raise ValueError('expected a positive size and a padding of at '
                             f'least 0, got {size} and {padding}')
        self.size = size
        self.padding = padding
        self.min_score = min_score
        self.y_up = y_up

    def transform(self, results: Dict) -> Dict:
        """Place.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the joints in pixels.
        """
        keypoint = np.asarray(results['keypoint'])[..., :2]
        valid = np.isfinite(keypoint).all(axis=-1)  # (M, T, V)
        score = results.get('keypoint_score')
        if score is not None:
            valid &= np.isfinite(score)
            if self.min_score is not None:
                # NaN is gone from what is compared
                valid &= np.where(valid, score, -np.inf) > self.min_score
            results['keypoint_score'] = np.where(valid, score,
                                                 0).astype(np.float32)
        points = normalize_clip(keypoint, valid, keep_ratio=True)
        if self.y_up:
            points[..., 1] *= -1
        results['keypoint'] = (points / (1 + self.padding) + 1) * np.float32(
            self.size / 2)
        results['img_shape'] = (self.size, self.size)
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(size={self.size}, '
                f'padding={self.padding}, min_score={self.min_score}, '
                f'y_up={self.y_up})')
