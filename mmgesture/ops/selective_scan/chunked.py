"""The selective scan in plain torch, many steps at a time."""
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

#: A segment holds up to SIDE chunks of SIDE steps. The chunks advance
#: together, so that a segment takes 2 * SIDE dependent steps in place of
#: SIDE * SIDE, on tensors that still fit in a cache.
SIDE = 16


def _segment(state: Tensor, step: Tensor, inputs: Tensor, b: Tensor,
             c: Tensor, A: Tensor) -> Tuple[Tensor, Tensor]:
    """Scan one segment.

    Every chunk is scanned from a zero state while the product of its decays
    is kept; then the true initial state of each chunk follows from the one
    before, and its share is added. Decays are multiplied, never divided by:
    their cumulative product underflows where the state forgets quickly.

    Args:
        state (Tensor): h before the segment, shape (B, N, D).
        step, inputs (Tensor): delta and u, shape (K, S, B, D): K chunks of
            S steps.
        b, c (Tensor): shape (K, S, B, N).
        A (Tensor): shape (N, D).

    Returns:
        tuple: y without skip and gate (K, S, B, D), and the state after the
        segment (B, N, D).
    """
    chunks, steps = step.shape[:2]
    driven = step * inputs
    locals_, products = [], []
    for s in range(steps):
        decay = torch.exp(step[:, s, :, None] * A)  # (K, B, N, D)
        drive = driven[:, s, :, None] * b[:, s, ..., None]
        if s == 0:
            locals_.append(drive)
            products.append(decay)
        else:
            locals_.append(torch.addcmul(drive, decay, locals_[-1]))
            products.append(decay * products[-1])
    starts = []
    for k in range(chunks):
        starts.append(state)
        state = torch.addcmul(locals_[-1][k], products[-1][k], state)
    start = torch.stack(starts)  # (K, B, N, D)
    outputs = [
        torch.matmul(c[:, s, :, None], torch.addcmul(h, p, start))
        for s, (h, p) in enumerate(zip(locals_, products))
    ]  # each (K, B, 1, D)
    y = torch.cat(outputs, dim=2).transpose(1, 2)  # -> (K, S, B, D)
    return y, state


def _cut(x: Tensor, start: int, stop: int, chunks: int,
         reverse: bool) -> Tensor:
    """Steps start..stop of (B, X, L) as (K, S, B, X), padded with zeros.

    A zero delta neither decays nor drives the state, so that the padding
    leaves no trace.
    """
    x = x[:, :, start:stop].permute(2, 0, 1)  # (B, X, S) -> (S, B, X)
    if reverse:
        x = x.flip(0)
    missing = -(stop - start) % chunks
    x = F.pad(x, (0, 0, 0, 0, 0, missing))
    return x.unflatten(0, (chunks, -1))  # (K * S, B, X) -> (K, S, B, X)


def selective_scan_chunked(u: Tensor,
                           delta: Tensor,
                           A: Tensor,
                           B: Tensor,
                           C: Tensor,
                           D: Optional[Tensor] = None,
                           z: Optional[Tensor] = None,
                           delta_bias: Optional[Tensor] = None,
                           delta_softplus: bool = False,
                           reverse: bool = False) -> Tensor:
    """Selective scan with many steps done at once.

    Same arguments and result as
    :func:`~mmgesture.ops.selective_scan.reference.selective_scan_reference`.
    Python's control flow depends on shapes alone, so that ``torch.export``
    can trace it. In training the insides of a segment are recomputed, so
    that memory grows with (L / 256) B D N and not with L B D N.

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
    size = SIDE * SIDE
    spans = [(start, min(start + size, length))
             for start in range(0, length, size)]
    recompute = (
        len(spans) > 1 and torch.is_grad_enabled()
        and not torch.compiler.is_compiling())
    A = A.t()  # (D, N) -> (N, D): channels last, the long axis
    state = u.new_zeros(batch, A.shape[0], channels)  # (B, N, D)
    outputs = []
    for start, stop in reversed(spans) if reverse else spans:
        chunks = -(-(stop - start) // SIDE)
        parts = [
            _cut(x, start, stop, chunks, reverse) for x in (delta, u, B, C)
        ]
        if recompute:
            y, state = checkpoint(
                _segment,
                state,
                *parts,
                A,
                use_reentrant=False,
                preserve_rng_state=False)
        else:
            y, state = _segment(state, *parts, A)
        y = y.flatten(0, 1)[:stop - start]  # (K, S, B, D) -> (S, B, D)
        outputs.append(y.flip(0) if reverse else y)
    if reverse:
        outputs.reverse()
    if outputs:
        y = torch.cat(outputs).permute(1, 2, 0)  # (L, B, D) -> (B, D, L)
    else:
        y = torch.zeros_like(u)
    if D is not None:
        y = y + D[:, None] * u
    if z is not None:
        y = y * F.silu(z)
    return y
