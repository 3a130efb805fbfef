"""The selective scan as it is defined: one step after the other."""
from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor


def selective_scan_reference(u: Tensor,
                             delta: Tensor,
                             A: Tensor,
                             B: Tensor,
                             C: Tensor,
                             D: Optional[Tensor] = None,
                             z: Optional[Tensor] = None,
                             delta_bias: Optional[Tensor] = None,
                             delta_softplus: bool = False,
                             reverse: bool = False) -> Tensor:
    """Sequential definition (Mamba, arXiv 2312.00752, Eq. 2 and Alg. 2).

    ``delta = softplus(delta + delta_bias)``;
    ``h_t = exp(delta_t A) h_{t-1} + delta_t B_t u_t`` (Mamba's kernels use
    ``delta B`` in place of the exact zero-order hold, and so do we);
    ``y_t = C_t h_t + D u_t``; ``y = y * silu(z)``.

    Args:
        u, delta, z (Tensor): shape (B, D, L), float32 or float64.
        A (Tensor): shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        delta_softplus (bool): apply softplus to ``delta + delta_bias``.
        reverse (bool): go from the last step to the first.

    Returns:
        Tensor: shape (B, D, L), in the dtype of u.
    """
    if delta_bias is not None:
        delta = delta + delta_bias[:, None]
    if delta_softplus:
        delta = F.softplus(delta)
    batch, channels, length = u.shape
    state = u.new_zeros(batch, channels, A.shape[1])  # (B, D, N)
    outputs = []
    steps = range(length)
    for t in reversed(steps) if reverse else steps:
        step = delta[:, :, t, None]  # (B, D, L) -> (B, D, 1)
        decay = torch.exp(step * A)  # (B, D, N)
        state = decay * state + step * u[:, :, t, None] * B[:, None, :, t]
        outputs.append((state * C[:, None, :, t]).sum(-1))  # (B, D)
    if reverse:
        outputs.reverse()
    y = torch.stack(outputs, dim=-1) if outputs else torch.zeros_like(u)
    if D is not None:
        y = y + D[:, None] * u
    if z is not None:
        y = y * F.silu(z)
    return y
