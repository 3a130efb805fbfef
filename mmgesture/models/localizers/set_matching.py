"""Which query answers for which segment: the Hungarian method."""
from typing import List, Sequence, Tuple

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

__all__ = ['match_queries', 'paired_iou']

Pairs = Tuple[Tensor, Tensor]


def paired_iou(a: Tensor, b: Tensor) -> Tensor:
    """tIoU of segments, differentiable.

    Args:
        a (Tensor): Start and end, shape (..., 2).
        b (Tensor): Of a shape that broadcasts against it.

    Returns:
        Tensor: Shape (...).
    """
    inner = (a[..., 1].minimum(b[..., 1]) -
             a[..., 0].maximum(b[..., 0])).clamp(min=0)
    union = (a[..., 1] - a[..., 0]) + (b[..., 1] - b[..., 0]) - inner
    return inner / union.clamp(min=1e-6)


def centre_length(segments: Tensor) -> Tensor:
    """Start and end to centre and length.

    Args:
        segments (Tensor): Shape (..., 2).

    Returns:
        Tensor: Shape (..., 2).
    """
    start, end = segments.unbind(-1)
    return torch.stack(((start + end) / 2, end - start), -1)


@torch.no_grad()
def match_queries(logits: Tensor,
                  segments: Tensor,
                  targets: Sequence[Tuple[Tensor, Tensor]],
                  class_cost: float = 10.,
                  l1_cost: float = 5.,
                  iou_cost: float = 5.) -> List[Pairs]:
    """Match queries and true segments one to one, window by window.

    The cost of a pair is ``-class_cost p + l1_cost |(c, l) - (c', l')|
    - iou_cost tIoU`` with p the probability of the true class (Tan et al.,
    "PointTAD", NeurIPS 2022, whose "generalised" IoU is the plain one).

    Args:
        logits (Tensor): Shape (B, Nq, K + 1), the last one background.
        segments (Tensor): As parts of the window, shape (B, Nq, 2).
        targets (Sequence[tuple[Tensor, Tensor]]): Segments (N, 2) and labels
            (N,) of each window.
        class_cost (float): Defaults to 10.
        l1_cost (float): Defaults to 5.
        iou_cost (float): Defaults to 5.

    Returns:
        list[tuple[Tensor, Tensor]]: Numbers of queries and of segments, int64,
        of min(Nq, N) pairs, on the device of the logits.
    """
    pairs = []
    for scores, found, (truth, labels) in zip(
            logits.float().softmax(-1), segments, targets):
        distance = torch.cdist(
            centre_length(found), centre_length(truth), p=1)
        cost = (l1_cost * distance - class_cost * scores[:, labels] -
                iou_cost * paired_iou(found[:, None], truth[None]))
        # a diverged model is the optimizer wrapper's to report
        cost = cost.nan_to_num(1e6, 1e6, -1e6).cpu().numpy()
        pairs.append(
            tuple(
                torch.from_numpy(index).to(logits.device)
                for index in linear_sum_assignment(cost)))
    return pairs
