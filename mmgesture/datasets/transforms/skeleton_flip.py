"""Mirrored people: what was left is right, in pixels or coordinates."""
from typing import Dict, Optional

import numpy as np
from mmaction.datasets.transforms import Flip
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from mmgesture.structures.skeleton import get_layout
from .skeleton_stream import layout_of

__all__ = ['FlipPose', 'MirrorSkeleton']


@TRANSFORMS.register_module()
class FlipPose(Flip):
    """MMAction2's Flip for a named layout: pixels, and pictures with them.

    Required and modified keys are those of ``mmaction``'s Flip.

    Args:
        layout (str): Name of the layout, which says which joints a mirror
            exchanges.
        flip_ratio (float): Probability. Defaults to 0.5.

    Raises:
        ValueError: If there is no such layout.
    """

    def __init__(self, layout: str, flip_ratio: float = 0.5) -> None:
        found = get_layout(layout)
        self.layout = found.name
        super().__init__(
            flip_ratio=flip_ratio,
            left_kp=list(found.left),
            right_kp=list(found.right))

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(layout={self.layout!r}, '
                f'flip_ratio={self.flip_ratio})')


@TRANSFORMS.register_module()
class MirrorSkeleton(BaseTransform):
    """Mirror joints about 0 of their first axis.

    After NormalizeSkeleton, whose range is symmetric about 0, and before
    SkeletonStream and ReorderJoints. Not part of MMN's recipe; for sets
    whose classes do not tell left from right.

    Required Keys:

    - keypoint: shape (M, T, V, C), in the order of the layout
    - keypoint_score (optional)
    - layout (optional)

    Modified Keys:

    - keypoint
    - keypoint_score

    Args:
        prob (float): Probability. Defaults to 0.5.
        layout (str, optional): Name of the layout; None: that of the clip.
            Defaults to None.

    Raises:
        ValueError: If ``prob`` is no probability.
    """

    def __init__(self, prob: float = 0.5, layout: Optional[str] = None):
        if not 0 <= prob <= 1:
            raise ValueError(f'prob expected a number in [0, 1], got {prob}')
        self.prob = prob
        self.layout = layout

    def transform(self, results: Dict) -> Dict:
        """Mirror or not.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the joints.

        Raises:
            ValueError: If the layout is not known or does not fit.
        """
        keypoint = results['keypoint']
        layout = layout_of(results, self.layout, keypoint.shape[2],
                           'MirrorSkeleton')
        if np.random.random_sample() < self.prob:
            index = layout.flip_index
            keypoint = keypoint[:, :, index]
            keypoint[..., 0] *= -1  # a copy: indexed by an array
            results['keypoint'] = keypoint
            if results.get('keypoint_score') is not None:
                results['keypoint_score'] = \
                    results['keypoint_score'][:, :, index]
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(prob={self.prob}, '
                f'layout={self.layout!r})')
