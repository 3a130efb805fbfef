"""The last transform of an untrimmed pipeline."""
from typing import Dict, Sequence

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform
from mmengine.structures import InstanceData

from mmgesture.registry import TRANSFORMS

__all__ = ['PackWindowInputs']

#: What every window says about itself.
META_KEYS = ('video_id', 'window_start', 'num_steps', 'stride', 'offset',
             'fps', 'num_frames')


@TRANSFORMS.register_module()
class PackWindowInputs(BaseTransform):
    """Pack a window, its segments and its place in the video.

    Windows at the end of short videos are filled up with zeros on the right;
    ``num_steps`` says how much is real.

    Required Keys:

    - features: (C, num_steps), float32; or imgs: (1, 3, T, height, width),
      uint8, with T = num_steps, as FormatShape makes it
    - window_size
    - video_id, window_start, num_steps, stride, offset, fps, num_frames
    - gt_segments, gt_labels (optional)
    - video_annotations (optional)

    The data sample has ``gt_instances`` (``segments``, float32, (N, 2), in
    steps from the window's start, and ``labels``, int64, (N,)) where the
    labels are known, and the metainfo ``sample_id, unreadable``, those above
    and ``video_annotations``.

    Args:
        meta_keys (Sequence[str]): Further keys to keep in the metainfo if
            they are there. Defaults to ('subject', 'split').
    """

    def __init__(
        self, meta_keys: Sequence[str] = ('subject', 'split')) -> None:
        self.meta_keys = tuple(meta_keys)

    def transform(self, results: Dict) -> Dict:
        """Pack.

        Args:
            results (dict): See the class.

        Returns:
            dict: ``inputs`` (Tensor): (C, W), float32, or (3, W, height,
            width), uint8, with W = window_size; ``data_samples``
            (ActionDataSample).
        """
        array = results['features'] if 'features' in results else \
            results['imgs'][0]  # the only clip
        padding = [(0, 0)] * array.ndim
        padding[1] = (0, results['window_size'] - array.shape[1])
        padded = np.pad(array, padding)
        sample = ActionDataSample()
        if results.get('gt_segments') is not None:
            sample.gt_instances = InstanceData(
                segments=torch.from_numpy(
                    np.asarray(results['gt_segments'],
                               np.float32).reshape(-1, 2)),
                labels=torch.from_numpy(
                    np.asarray(results['gt_labels'], np.int64)))
        meta = {k: results[k] for k in self.meta_keys if k in results}
        meta.update({k: results[k] for k in META_KEYS})
        meta.update(
            sample_id=results['sample_id'],
            unreadable=bool(results.get('unreadable', False)))
        if 'video_annotations' in results:
            meta['video_annotations'] = results['video_annotations']
        sample.set_metainfo(meta)
        return dict(
            inputs=torch.from_numpy(np.ascontiguousarray(padded)),
            data_samples=sample)

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(meta_keys={self.meta_keys})'
