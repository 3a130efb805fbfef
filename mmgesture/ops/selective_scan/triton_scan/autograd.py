"""Operators around the Triton kernels, and their gradients.

Forward and backward are torch custom operators, so that ``torch.compile``
and ``torch.export`` see one opaque node each; torch before 2.4 has no
``torch.library.custom_op`` and calls the functions themselves.
"""
from typing import List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from . import launch
from .launch import Direction

_Maybe = Optional[Tensor]


def _directions(tensors: Sequence[_Maybe]) -> Tuple[List[Direction], _Maybe]:
    """Both, or the one, from the public order of the arguments."""
    if len(tensors) == 8:
        z = tensors[6]
        groups = [(*tensors[:6], tensors[7])]
    else:
        z = tensors[12]
        groups = [(*tensors[i:12:2], tensors[13 + i]) for i in (0, 1)]
    return launch.arrange([Direction(*group) for group in groups], z)


def _forward(tensors: Sequence[Optional[Tensor]], softplus: bool,
             reverse: bool, keep: bool) -> List[Tensor]:
    """ys, then states."""
    directions, z = _directions(tensors)
    ys, states = launch.forward(directions, z, softplus, reverse, keep)
    return [*ys, *states]


def _forward_fake(tensors, softplus, reverse, keep):
    directions, _ = _directions(tensors)
    ys = [launch.empty_like(one.u, one.u) for one in directions]
    return ys + [
        launch.boundary_states(one.u, one.A) for one in directions if keep
    ]


def _order(parts: list, z: Tensor) -> List[Tensor]:
    """Gradients of the directions (u, delta, A, B, C, D, bias) as arguments.
    """
    if len(parts) == 1:
        return [*parts[0][:6], z, parts[0][6]]
    pairs = [grad for both in zip(*parts) for grad in both]
    return [*pairs[:12], z, *pairs[12:]]


def _backward(grads: Sequence[Tensor], tensors: Sequence[Optional[Tensor]],
              states: Sequence[Tensor], softplus: bool,
              reverse: bool) -> List[Tensor]:
    """A gradient for each argument, an empty tensor for an absent one."""
    directions, z = _directions(tensors)
    results = launch.backward(grads, directions, z, softplus, reverse, states)
    grad_z = grads[0].new_empty(0)
    if z is not None:
        grad_z = results[0].z
        for other in results[1:]:
            grad_z = grad_z + other.z
    ordered = _order([list(out[:7]) for out in results], grad_z)
    return [
        g.new_empty(0) if t is None else g.to(t.dtype)
        for g, t in zip(ordered, tensors)
    ]


def _backward_fake(grads, tensors, states, softplus, reverse):
    directions, z = _directions(tensors)
    parts = []
    for one in directions:
        batch, mixed, length = one.B.shape
        rows = one.B.new_empty(batch, length, mixed).transpose(1, 2)
        parts.append([
            launch.empty_like(one.u, one.u),
            launch.empty_like(one.delta, one.u),
            torch.empty_like(one.A), rows,
            torch.empty_like(rows),
            *(one.u.new_empty(one.u.shape[1]) for _ in range(2))
        ])
    grad_z = None if z is None else launch.empty_like(z, directions[0].u)
    return [
        grads[0].new_empty(0) if t is None else g.to(t.dtype)
        for g, t in zip(_order(parts, grad_z), tensors)
    ]


if hasattr(torch.library, 'custom_op'):
    forward_op = torch.library.custom_op(
        'mmgesture::triton_scan', _forward, mutates_args=())
    forward_op.register_fake(_forward_fake)
    backward_op = torch.library.custom_op(
        'mmgesture::triton_scan_backward', _backward, mutates_args=())
    backward_op.register_fake(_backward_fake)
else:
    forward_op, backward_op = _forward, _backward


class TritonScan(torch.autograd.Function):
    """8 tensors (one direction) or 15 (both), behind two flags."""

    @staticmethod
    def forward(ctx, softplus, reverse, *tensors):
        results = forward_op(list(tensors), softplus, reverse, True)
        count = len(results) // 2
        ctx.save_for_backward(*tensors, *results[count:])
        ctx.flags, ctx.count = (softplus, reverse), count
        return tuple(results[:count])

    @staticmethod
    def backward(ctx, *grads):
        saved = ctx.saved_tensors
        tensors, states = saved[:-ctx.count], saved[-ctx.count:]
        results = backward_op(
            list(grads), list(tensors), list(states), *ctx.flags)
        wanted = (g if need else None
                  for g, need in zip(results, ctx.needs_input_grad[2:]))
        return (None, None, *wanted)


def _run(tensors: Sequence[_Maybe], softplus: bool,
         reverse: bool) -> Tuple[Tensor, ...]:
    if torch.is_grad_enabled() and any(
            t is not None and t.requires_grad for t in tensors):
        return TritonScan.apply(softplus, reverse, *tensors)
    return tuple(forward_op(list(tensors), softplus, reverse, False))


def selective_scan_triton(u: Tensor,
                          delta: Tensor,
                          A: Tensor,
                          B: Tensor,
                          C: Tensor,
                          D: Optional[Tensor] = None,
                          z: Optional[Tensor] = None,
                          delta_bias: Optional[Tensor] = None,
                          delta_softplus: bool = False,
                          reverse: bool = False) -> Tensor:
    """Selective scan in Triton; see ``selective_scan_reference``.

    Inputs in half precision are read as they are; the state and all sums
    are float32.

    Args:
        u, delta, z (Tensor): shape (B, D, L), on CUDA; without copies where
            they share dense strides.
        A (Tensor): shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        delta_softplus (bool): apply softplus to ``delta + delta_bias``.
        reverse (bool): go from the last step to the first.

    Returns:
        Tensor: shape (B, D, L), in the dtype of u.
    """
    return _run((u, delta, A, B, C, D, z, delta_bias), delta_softplus,
                reverse)[0]


def bidirectional_selective_scan_triton(
        *tensors: Optional[Tensor],
        delta_softplus: bool,
        merge: bool = False) -> Tuple[Tensor, ...]:
    """Both directions in one launch.

    Args:
        *tensors: the fifteen tensors of ``bidirectional_selective_scan``, in
            its order, on CUDA.
        delta_softplus (bool): apply softplus to ``delta + bias``.
        merge (bool): return the sum of the directions alone.

    Returns:
        tuple[Tensor, ...]: y of both directions, each (B, D, L), or their
        sum.
    """
    y_f, y_b = _run(tensors, delta_softplus, False)
    return (y_f + y_b, ) if merge else (y_f, y_b)
