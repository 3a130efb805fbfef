"""What every step of a window should be said to be."""
from typing import NamedTuple, Sequence, Tuple

import torch
from torch import Tensor

__all__ = ['StepTargets', 'step_targets']


class StepTargets(NamedTuple):
    """Targets of a batch of windows.

    Attributes:
        labels (Tensor): Class of every step, K for none, int64, shape (B, T).
        bounds (Tensor): How near a gesture's start and its end are, in
            [0, 1], fp32, shape (B, T, 2).
    """
    labels: Tensor
    bounds: Tensor


def step_targets(segments: Sequence[Tuple[Tensor, Tensor]],
                 ends: Tensor,
                 length: int,
                 num_classes: int,
                 width: float) -> StepTargets:
    """Lay segments out over the steps.

    Step i is in a segment if its centre is. Where segments overlap, the one
    that began later counts: it is the news. Near a start or end the target
    of the boundary is ``exp(-((i - place) / width)^2 / 2)``, 1 at the place;
    what the window cuts off is no boundary.

    Args:
        segments (Sequence[tuple[Tensor, Tensor]]): Of each window, starts
            and ends in steps (step i covers i - 1/2 to i + 1/2), shape
            (N, 2), and labels, shape (N,).
        ends (Tensor): Steps of each window that exist, shape (B,).
        length (int): Steps T of the batch.
        num_classes (int): K.
        width (float): Of the boundaries, in steps.

    Returns:
        StepTargets: On the device of ``ends``.
    """
    device = ends.device
    steps = torch.arange(length, device=device).float()
    labels = torch.full((len(segments), length), num_classes, device=device)
    bounds = torch.zeros(len(segments), length, 2, device=device)
    for row, (times, classes) in enumerate(segments):
        for k in torch.argsort(times[:, 0], stable=True).tolist():
            start, end = times[k].tolist()
            inside = (steps >= start) & (steps < end)
            labels[row, inside] = classes[k].to(device)
            last = float(ends[row]) - 0.5
            for side, place in enumerate((start, end)):
                if -0.5 < place < last:
                    near = torch.exp(-((steps - place) / width)**2 / 2)
                    bounds[row, :, side] = bounds[row, :, side].maximum(near)
    return StepTargets(labels, bounds)
