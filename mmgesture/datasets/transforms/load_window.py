"""What a window shows: stored features, or frames to decode."""
from typing import Dict

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS

__all__ = ['LoadFeatureWindow', 'SampleWindowFrames']


@TRANSFORMS.register_module()
class LoadFeatureWindow(BaseTransform):
    """Read the steps of a window out of the video's feature file.

    Required Keys:

    - feature_folder
    - video_id
    - window_start
    - num_steps
    - num_channels
    - unreadable (bool, optional)

    Added Keys:

    - features: (C, num_steps), float32; zeros where the file is unreadable
    - unreadable
    """

    def transform(self, results: Dict) -> Dict:
        """Read.

        Args:
            results (dict): See the class.

        Returns:
            dict: With ``features``.

        Raises:
            UnreadableMediaError: If the file cannot be read, or holds NaN.
        """
        results.setdefault('unreadable', False)
        count = results['num_steps']
        if results['unreadable']:
            results['features'] = np.zeros((results['num_channels'], count),
                                           np.float32)
            return results
        steps = results['feature_folder'].read(results['video_id'],
                                               results['window_start'], count)
        results['features'] = np.ascontiguousarray(steps.T)  # (T, C) -> (C, T)
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}()'


@TRANSFORMS.register_module()
class SampleWindowFrames(BaseTransform):
    """Choose the frames of a window, at the rate of the data set.

    Between OpenVideo and DecodeVideo. Frames beyond the video's end, which
    only the last step can have, are its last frame.

    Required Keys:

    - frame_grid
    - grid
    - window_start
    - num_steps
    - total_frames: of the opened file

    Added Keys:

    - frame_inds
    - clip_len: frames of the window that exist
    - num_clips (1)
    - frame_interval
    """

    def transform(self, results: Dict) -> Dict:
        """Choose.

        Args:
            results (dict): See the class.

        Returns:
            dict: With ``frame_inds``, (num_steps,), int64.
        """
        chosen = results['frame_grid'].frame_indices(
            results['grid'], results['window_start'], results['num_steps'],
            results['total_frames'])
        results['frame_inds'] = chosen
        results['clip_len'] = len(chosen)
        results['num_clips'] = 1
        results['frame_interval'] = results['grid'].stride
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}()'
