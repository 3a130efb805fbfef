"""Mirroring pictures whose colours are directions."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from ..modalities.flow_encoding import ENCODINGS, mirror_flow_image


@TRANSFORMS.register_module()
class FlipFlowVideo(BaseTransform):
    """Mirror flow pictures left to right, and the directions in them.

    MMAction2's Flip moves pixels only: what went left would still be
    coloured as going left.

    Required Keys:

    - imgs

    Added Keys:

    - flip
    - flip_direction

    Args:
        flip_ratio (float): Probability. Defaults to 0.5.
        encoding (str): 'uvm' or 'color_wheel'. Defaults to 'uvm'.
    """

    def __init__(self, flip_ratio: float = 0.5, encoding: str = 'uvm') -> None:
        if encoding not in ENCODINGS:
            raise ValueError(f'expected encoding to be one of {ENCODINGS}, '
                             f'got {encoding!r}')
        if not 0 <= flip_ratio <= 1:
            raise ValueError('expected flip_ratio in [0, 1], got '
                             f'{flip_ratio}')
        self.flip_ratio = flip_ratio
        self.encoding = encoding

    def transform(self, results: Dict) -> Dict:
        """Mirror all frames or none.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the flow pictures.
        """
        flip = bool(np.random.rand() < self.flip_ratio)
        results['flip'] = flip
        results['flip_direction'] = 'horizontal'
        if flip:
            results['imgs'] = [
                mirror_flow_image(image, self.encoding)
                for image in results['imgs']
            ]
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(flip_ratio={self.flip_ratio}, '
                f'encoding={self.encoding!r})')
