"""From scores at points to a list of segments."""
from typing import NamedTuple, Optional

import numpy as np
import torch
from torch import Tensor

from mmgesture.ops.segments import nms, soft_nms

__all__ = ['Detections', 'suppress']


class Detections(NamedTuple):
    """What a head found in a window.

    Attributes:
        segments (Tensor): Start and end in steps of the window, fp32, shape
            (M, 2).
        scores (Tensor): fp32, shape (M,), descending.
        labels (Tensor): Classes, int64, shape (M,).
    """
    segments: Tensor
    scores: Tensor
    labels: Tensor


def suppress(segments: Tensor,
             scores: Tensor,
             labels: Tensor,
             how: Optional[dict] = None,
             max_num: int = 200) -> Detections:
    """Suppress what overlaps, class by class.

    Args:
        segments (Tensor): Candidates, shape (N, 2).
        scores (Tensor): Shape (N,).
        labels (Tensor): Shape (N,).
        how (dict, optional): ``type`` is ``'soft_nms'`` (with ``sigma`` and
            ``min_score``) or ``'nms'`` (with ``iou_threshold``); None
            suppresses nothing. Defaults to None.
        max_num (int): Largest number of results. Defaults to 200.

    Returns:
        Detections: By descending score, on the device of the candidates.

    Raises:
        ValueError: If the type is unknown.
    """
    arrays = [
        x.detach().cpu().numpy()
        for x in (segments.double(), scores.double(), labels)
    ]
    options = dict(how or {})
    kind = options.pop('type', None)
    if kind == 'soft_nms':
        arrays = soft_nms(*arrays, max_num=max_num, **options)
    elif kind == 'nms':
        arrays = nms(*arrays, **options)
    elif how is None:
        order = np.argsort(-arrays[1], kind='stable')
        arrays = [array[order] for array in arrays]
    else:
        raise ValueError("type of nms expected 'soft_nms' or 'nms', got "
                         f'{kind!r}')
    segments_, scores_, labels_ = (
        torch.from_numpy(array[:max_num]).to(segments.device)
        for array in arrays)
    return Detections(segments_.float(), scores_.float(), labels_)
