"""Focal loss, and the distance-IoU loss in one dimension."""
from torch import Tensor
from torch.nn import functional as F

__all__ = ['distance_iou_loss', 'sigmoid_focal_loss']


def sigmoid_focal_loss(logits: Tensor,
                       targets: Tensor,
                       alpha: float = 0.25,
                       gamma: float = 2.) -> Tensor:
    """Focal loss of independent classes (Lin et al., ICCV 2017, Eq. 5).

    ``-alpha_t (1 - p_t)^gamma log p_t`` with p_t the probability given to
    the target. Written with logsigmoid, so that logits of any size have
    finite values and gradients; soft targets mix both cases.

    Args:
        logits (Tensor): Any shape.
        targets (Tensor): In [0, 1], of the same shape.
        alpha (float): Weight of positives; negatives get 1 - alpha. Defaults
            to 0.25.
        gamma (float): Defaults to 2.

    Returns:
        Tensor: The sum, a scalar.
    """
    p = logits.sigmoid()
    positive = -alpha * (1 - p)**gamma * F.logsigmoid(logits)
    negative = -(1 - alpha) * p**gamma * F.logsigmoid(-logits)
    return (targets * positive + (1 - targets) * negative).sum()


def distance_iou_loss(offsets: Tensor,
                      targets: Tensor,
                      eps: float = 1e-6) -> Tensor:
    """Distance-IoU loss of segments around the same points.

    Zheng et al., "Distance-IoU Loss" (AAAI 2020), Eq. 7, in one dimension:
    ``1 - IoU + (rho / length of the enclosing segment)^2`` with rho the
    distance of the centres.

    Args:
        offsets (Tensor): Predicted distances from a point to start and end,
            at least 0, shape (N, 2).
        targets (Tensor): The true ones, shape (N, 2).
        eps (float): Guards the divisions. Defaults to 1e-6.

    Returns:
        Tensor: One value for each point, shape (N,).
    """
    left, right = offsets.unbind(-1)
    true_left, true_right = targets.unbind(-1)
    inner = left.minimum(true_left) + right.minimum(true_right)
    union = left + right + true_left + true_right - inner
    outer = left.maximum(true_left) + right.maximum(true_right)
    rho = (right - left - true_right + true_left) / 2
    return (1 - inner / union.clamp(min=eps) +
            (rho / outer.clamp(min=eps)).square())
