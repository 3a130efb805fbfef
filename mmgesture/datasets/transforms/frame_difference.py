"""Differences of neighbouring sampled frames as pictures."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS


@TRANSFORMS.register_module()
class FrameDifference(BaseTransform):
    """Replace each frame by its difference to the next one of its clip.

    The last frame of a clip has no next one and repeats the difference
    before it, as generated flow does; a clip of one frame has none.

    Required Keys:

    - imgs
    - num_clips (int, optional)

    Modified Keys:

    - imgs

    Args:
        signed (bool): ``128 + (next - this) / 2`` instead of the absolute
            difference. Defaults to True.
    """

    def __init__(self, signed: bool = True) -> None:
        self.signed = signed

    def transform(self, results: Dict) -> Dict:
        """Subtract.

        Args:
            results (dict): See the class.

        Returns:
            dict: With as many ``imgs`` (H, W, 3), uint8, as before.
        """
        frames = np.stack(results['imgs']).astype(np.int16)
        clips = results.get('num_clips', 1)
        # (C * T, H, W, 3) -> (C, T, H, W, 3)
        frames = frames.reshape(clips, -1, *frames.shape[1:])
        difference = np.zeros_like(frames)
        difference[:, :-1] = np.diff(frames, axis=1)
        if frames.shape[1] > 1:
            difference[:, -1] = difference[:, -2]
        if self.signed:
            difference = 128 + difference // 2
        else:
            difference = np.abs(difference)
        # (C, T, H, W, 3) -> C * T of (H, W, 3)
        results['imgs'] = list(
            difference.astype(np.uint8).reshape(-1, *frames.shape[2:]))
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(signed={self.signed})'
