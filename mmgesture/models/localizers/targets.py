"""Which points of a pyramid answer for which segment."""
import math
from typing import List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

__all__ = ['PyramidPoints', 'assign_segments', 'pyramid_points']


class PyramidPoints(NamedTuple):
    """The points of all levels, level after level.

    Attributes:
        position (Tensor): In steps of the window, fp32, shape (P,).
        stride (Tensor): Steps between points of the level, shape (P,).
        low (Tensor): Least distance to a segment's farther end for which
            the level answers, in steps, shape (P,).
        high (Tensor): The distance from which on it no longer does.
    """
    position: Tensor
    stride: Tensor
    low: Tensor
    high: Tensor


def pyramid_points(lengths: Sequence[int], range_base: float,
                   device: torch.device) -> PyramidPoints:
    """Points of levels with strides 1, 2, 4, ...

    Level l answers for segments whose farther end is ``range_base * 2^(l-1)``
    to ``range_base * 2^l`` steps away, the first one from 0 and the last one
    to infinity.

    Args:
        lengths (Sequence[int]): Steps of each level.
        range_base (float): End of the first level's range, in steps.
        device (torch.device): Where to.

    Returns:
        PyramidPoints: P = sum of the lengths.
    """
    parts: List[Tuple[Tensor, ...]] = []
    for level, length in enumerate(lengths):
        stride = 2**level
        low = range_base * stride / 2 if level else 0.
        last = level == len(lengths) - 1
        high = math.inf if last else range_base * stride
        position = torch.arange(length, device=device).float() * stride
        parts.append((position, *(torch.full_like(position, value)
                                  for value in (stride, low, high))))
    return PyramidPoints(*(torch.cat(column) for column in zip(*parts)))


def assign_segments(points: PyramidPoints,
                    segments: Tensor,
                    labels: Tensor,
                    num_classes: int,
                    radius: float = 1.5,
                    tie: float = 1e-3) -> Tuple[Tensor, Tensor]:
    """Targets of all points of a window.

    A point is positive for a segment that it lies in, whose centre is less
    than ``radius`` strides away, and whose farther end is in the level's
    range (ActionFormer, Zhang et al., ECCV 2022, Sec. 3.4; centre sampling).
    Of several the shortest wins; segments within ``tie`` steps of its length
    add their labels.

    Args:
        points (PyramidPoints): Points of the pyramid.
        segments (Tensor): Start and end in steps, shape (N, 2).
        labels (Tensor): Classes, int64, shape (N,).
        num_classes (int): Classes K.
        radius (float): Reach around a centre in strides. Defaults to 1.5.
        tie (float): In steps. Defaults to 1e-3.

    Returns:
        tuple[Tensor, Tensor]: Multi-hot classes (P, K), fp32, zero for
        negative points; distances to start and end in strides (P, 2), of
        meaning at positive points only.
    """
    classes = points.position.new_zeros(len(points.position), num_classes)
    if not len(segments):
        return classes, points.position.new_zeros(len(points.position), 2)
    segments = segments.to(points.position.dtype)
    start, end = segments.T
    position = points.position[:, None]  # (P, 1) against (N,) -> (P, N)
    left, right = position - start, end - position
    farther = torch.maximum(left, right)
    centre = (position - (start + end) / 2).abs()
    fits = ((torch.minimum(left, right) > 0)
            & (centre < radius * points.stride[:, None])
            & (farther >= points.low[:, None])
            & (farther < points.high[:, None]))
    length = (end - start).expand_as(left).masked_fill(~fits, torch.inf)
    shortest, index = length.min(1)  # (P,)
    winners = fits & (length <= shortest[:, None] + tie)  # (P, N)
    one_hot = torch.nn.functional.one_hot(labels, num_classes)
    classes = (winners.float() @ one_hot.float()).clamp(max=1)
    row = torch.arange(len(index), device=index.device)
    distances = torch.stack((left[row, index], right[row, index]), 1)
    return classes, distances / points.stride[:, None]
