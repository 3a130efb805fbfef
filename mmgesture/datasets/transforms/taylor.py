"""Taylor video on the fly: no second copy of the set on disk."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from ..modalities.taylor import (NORMS, grey_frames, taylor_peak,
                                 taylor_video, window_length)


@TRANSFORMS.register_module()
class SampleTaylorWindows(BaseTransform):
    """Replace each sampled frame by the full-rate window that starts at it.

    Between the sampling and the decoding; :class:`ComputeTaylor` makes one
    picture of each window. Windows beyond the end of the file become its
    last window, as in generated Taylor videos.

    Required Keys:

    - frame_inds
    - total_frames

    Modified Keys:

    - frame_inds: W times as many, window by window

    Args:
        terms (int): Terms K of the series; W = K + 3. Defaults to 3.
    """

    def __init__(self, terms: int = 3) -> None:
        self.window = window_length(terms)
        self.terms = terms

    def transform(self, results: Dict) -> Dict:
        """Widen.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the frame numbers of the windows.
        """
        total = results['total_frames']
        starts = np.minimum(results['frame_inds'],
                            max(total - self.window, 0))
        # (N,) -> (N, W): a file shorter than a window repeats its last frame
        windows = starts[:, None] + np.arange(self.window)
        results['frame_inds'] = np.minimum(windows, total - 1).reshape(-1)
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(terms={self.terms})'


@TRANSFORMS.register_module()
class ComputeTaylor(BaseTransform):
    """Make one Taylor picture of each decoded window.

    After :class:`SampleTaylorWindows` and the decoding, before cropping and
    flipping. Here ``norm='clip'`` means the sampled clip.

    Required Keys:

    - imgs
    - frame_inds

    Modified Keys:

    - imgs
    - frame_inds

    Args:
        terms (int): As in :class:`SampleTaylorWindows`. Defaults to 3.
        norm (str): 'channel', 'frame' or 'clip'. Defaults to 'channel'.
        epsilon (float): Below this nothing moves. Defaults to 1e-4.
    """

    def __init__(self,
                 terms: int = 3,
                 norm: str = 'channel',
                 epsilon: float = 1e-4) -> None:
        if norm not in NORMS:
            raise ValueError(f'expected norm to be one of {NORMS}, got '
                             f'{norm!r}')
        self.window = window_length(terms)
        self.terms = terms
        self.norm = norm
        self.epsilon = epsilon

    def transform(self, results: Dict) -> Dict:
        """Compute.

        Args:
            results (dict): See the class.

        Returns:
            dict: With ``imgs``, one RGB picture (H, W, 3), uint8, for each
            window.

        Raises:
            ValueError: If the frames are not whole windows.
        """
        imgs = results['imgs']
        if not imgs or len(imgs) % self.window:
            raise ValueError(
                f'expected windows of {self.window} frames, got {len(imgs)} '
                'frames; put SampleTaylorWindows with the same terms before '
                'the decoding')
        grey = grey_frames(np.stack(imgs))
        # (N * W, H, W') -> (N, W, H, W')
        windows = grey.reshape(-1, self.window, *grey.shape[1:])
        peak = None
        if self.norm == 'clip':
            peak = max(taylor_peak(w, self.terms) for w in windows)
        results['imgs'] = [
            taylor_video(w, self.terms, self.norm, self.epsilon, peak=peak)[0]
            for w in windows
        ]
        results['frame_inds'] = results['frame_inds'][::self.window]
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(terms={self.terms}, '
                f'norm={self.norm!r}, epsilon={self.epsilon})')
