"""The selective scan of a stream: from a carried state to the next one."""
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .checks import check_scan
from .interface import _no_autocast

#: Steps whose decays are held at a time.
PIECE = 64


def selective_scan_from(
        state: Tensor,
        u: Tensor,
        delta: Tensor,
        A: Tensor,
        B: Tensor,
        C: Tensor,
        D: Optional[Tensor] = None,
        z: Optional[Tensor] = None,
        delta_bias: Optional[Tensor] = None,
        delta_softplus: bool = False) -> Tuple[Tensor, Tensor]:
    """Scan some more steps of a sequence whose past is in ``state``.

    The recurrence of :func:`.interface.selective_scan`, which starts from
    zero. Scanning a sequence piece by piece, whatever the pieces, gives what
    one scan of the whole gives, up to rounding. Memory does not grow with
    the number of steps that came before. Plain torch, differentiable in all
    arguments: made for the few steps of a stream, on which a call of a
    kernel costs more than it saves.

    Args:
        state (Tensor): h before the first step, shape (B, D, N), float32
            (float64 where all else is); not changed.
        u, delta, z (Tensor): inputs, steps and gates, shape (B, D, L).
        A (Tensor): shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        delta_softplus (bool): apply softplus to ``delta + delta_bias``.

    Returns:
        tuple[Tensor, Tensor]: y, shape (B, D, L), in u's dtype, and the
        state after the last step, shape (B, D, N).

    Raises:
        TypeError: an argument is no tensor or not of a floating dtype.
        ValueError: a wrong shape, device or mixture with float64.
    """
    check_scan(u, delta, A, B, C, D, z, delta_bias)
    expected = (u.shape[0], *A.shape)
    wide = torch.float64 if u.dtype == torch.float64 else torch.float32
    if tuple(state.shape) != expected or state.dtype != wide:
        raise ValueError(f'state: expected shape (B, D, N) = {expected} in '
                         f'{wide}, got {tuple(state.shape)} in {state.dtype}')
    dtype = u.dtype
    with _no_autocast(u.device.type):
        u, delta, A, B, C, D, z, delta_bias = (
            None if x is None else x.to(wide)
            for x in (u, delta, A, B, C, D, z, delta_bias))
        if delta_bias is not None:
            delta = delta + delta_bias[:, None]
        if delta_softplus:
            delta = F.softplus(delta)
        outputs = []
        for first in range(0, u.shape[2], PIECE):
            part = slice(first, first + PIECE)
            # (B, D, L) -> (L, B, D, 1); (B, N, L) -> (L, B, 1, N)
            step = delta[..., part].permute(2, 0, 1)[..., None]
            drive = step * u[..., part].permute(2, 0, 1)[..., None] * \
                B[..., part].permute(2, 0, 1)[:, :, None]
            decay = torch.exp(step * A)  # (L, B, D, N)
            read = C[..., part].permute(2, 0, 1)[..., None]  # (L, B, N, 1)
            for t in range(len(step)):
                state = torch.addcmul(drive[t], decay[t], state)
                outputs.append(torch.matmul(state, read[t]))  # (B, D, 1)
        y = torch.cat(outputs, -1) if outputs else torch.zeros_like(u)
        if D is not None:
            y = y + D[:, None] * u
        if z is not None:
            y = y * F.silu(z)
    return y.to(dtype), state
