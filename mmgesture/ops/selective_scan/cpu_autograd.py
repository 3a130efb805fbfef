"""Differentiable entry points of the C++ backend."""
from typing import Optional, Tuple

import torch
from torch import Tensor

from . import cpu_ops as ops

_TENSORS, _PAIR = 8, 15  # Tensor arguments of one and of two directions.


def _save(ctx, inputs: tuple, states: tuple, tensors: int) -> None:
    ctx.save_for_backward(*inputs[:tensors], *states)
    # Nobody differentiates the boundary states: no zeros in their size.
    ctx.mark_non_differentiable(*states)
    ctx.set_materialize_grads(False)


def _setup_scan(ctx, inputs, output) -> None:
    _save(ctx, inputs, output[1:], _TENSORS)
    ctx.softplus, ctx.reverse, _ = inputs[_TENSORS:]


def _setup_pair(ctx, inputs, output) -> None:
    _save(ctx, inputs, output[2:], _PAIR)
    ctx.softplus, ctx.merge, _ = inputs[_PAIR:]


def _keep_wanted(grads: tuple, needed: tuple) -> tuple:
    """The backward operators return an empty tensor for an absent input."""
    return tuple(g if want else None for g, want in zip(grads, needed))


def _scan_gradients(ctx, grad, _) -> tuple:
    *inputs, state = ctx.saved_tensors
    if grad is None:
        return (None, ) * (_TENSORS + 3)
    grads = _scan_backward(grad, *inputs, state, ctx.softplus, ctx.reverse)
    return (*_keep_wanted(grads, ctx.needs_input_grad), None, None, None)


def _pair_gradients(ctx, grad_f, grad_b, *_) -> tuple:
    *inputs, state_f, state_b = ctx.saved_tensors
    if grad_f is None and grad_b is None:
        return (None, ) * (_PAIR + 3)
    if ctx.merge:  # y is their sum
        grad_b = grad_f
    grad_f = torch.zeros_like(inputs[0]) if grad_f is None else grad_f
    grad_b = torch.zeros_like(inputs[1]) if grad_b is None else grad_b
    grads = _pair_backward(grad_f, grad_b, *inputs, state_f, state_b,
                           ctx.softplus)
    return (*_keep_wanted(grads, ctx.needs_input_grad), None, None, None)


class ScanFunction(torch.autograd.Function):
    """What the operator does, for torch without ``custom_op``."""

    @staticmethod
    def forward(ctx, *inputs):
        output = ops.scan(*inputs)
        _setup_scan(ctx, inputs, output)
        return output

    @staticmethod
    def backward(ctx, *grads):
        return _scan_gradients(ctx, *grads)


class PairFunction(torch.autograd.Function):
    """What the operator does, for torch without ``custom_op``."""

    @staticmethod
    def forward(ctx, *inputs):
        output = ops.bidirectional(*inputs)
        _setup_pair(ctx, inputs, output)
        return output

    @staticmethod
    def backward(ctx, *grads):
        return _pair_gradients(ctx, *grads)


def _operator(name: str, function, fake):
    op = torch.library.custom_op(
        f'mmgesture::{name}', function, mutates_args=(), device_types='cpu')
    op.register_fake(fake)
    return op


if ops.HAS_CUSTOM_OP:
    _scan_backward = _operator('selective_scan_backward', ops.scan_backward,
                               ops.scan_backward_fake)
    _pair_backward = _operator('bidirectional_selective_scan_backward',
                               ops.bidirectional_backward,
                               ops.bidirectional_backward_fake)
    scan_op = _operator('selective_scan', ops.scan, ops.scan_fake)
    scan_op.register_autograd(_scan_gradients, setup_context=_setup_scan)
    pair_op = _operator('bidirectional_selective_scan', ops.bidirectional,
                        ops.bidirectional_fake)
    pair_op.register_autograd(_pair_gradients, setup_context=_setup_pair)
else:
    _scan_backward = ops.scan_backward
    _pair_backward = ops.bidirectional_backward
    scan_op, pair_op = ScanFunction.apply, PairFunction.apply


def _needs_grad(*tensors: Optional[Tensor]) -> bool:
    return torch.is_grad_enabled() and any(
        t is not None and t.requires_grad for t in tensors)


def selective_scan_cpu(u: Tensor,
                       delta: Tensor,
                       A: Tensor,
                       B: Tensor,
                       C: Tensor,
                       D: Optional[Tensor] = None,
                       z: Optional[Tensor] = None,
                       delta_bias: Optional[Tensor] = None,
                       delta_softplus: bool = False,
                       reverse: bool = False) -> Tensor:
    """Selective scan in C++; see ``selective_scan_reference``.

    Args:
        u, delta, z (Tensor): float32 or bfloat16 on the CPU, shape (B, D, L),
            any strides; fast where channels or time are contiguous.
        A (Tensor): float32, as D and the bias, shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        delta_softplus (bool): apply softplus to ``delta + delta_bias``.
        reverse (bool): go from the last step to the first.

    Returns:
        Tensor: shape (B, D, L), in the memory order and dtype of u.
    """
    tensors = (u, delta, A, B, C, D, z, delta_bias)
    return scan_op(*tensors, delta_softplus, reverse, _needs_grad(*tensors))[0]


def bidirectional_selective_scan_cpu(
        *tensors: Optional[Tensor],
        delta_softplus: bool,
        merge: bool = False) -> Tuple[Tensor, ...]:
    """Both directions in one call.

    Args:
        *tensors: the fifteen tensors of ``bidirectional_selective_scan``, in
            its order, on the CPU: float32, or bfloat16 with a time axis.
        delta_softplus (bool): apply softplus to ``delta + bias``.
        merge (bool): add the directions where they are computed, which
            spares two passes over memory.

    Returns:
        tuple[Tensor, ...]: y of both directions, each (B, D, L), or their
        sum alone.
    """
    results = pair_op(*tensors, delta_softplus, merge, _needs_grad(*tensors))
    return tuple(results[:1 if merge else 2])
