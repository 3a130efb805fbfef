"""Operators around the C++ kernels: autograd, and shapes for tracing.

``mmgesture::selective_scan`` and ``mmgesture::bidirectional_selective_scan``
are torch custom operators (with a fake implementation, so that
``torch.compile`` and ``torch.export`` see one opaque node), their backward
passes are operators of their own. torch before 2.4 has no
``torch.library.custom_op``; there an ``autograd.Function`` does the same.
"""
from typing import List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from . import cpu
from .cpu import Direction, Gradients, empty_boundaries, like_tokens

HAS_CUSTOM_OP = hasattr(torch.library, 'custom_op')

_Maybe = Optional[Tensor]


def _pack(u: Tensor, states: Sequence[_Maybe], keep: bool) -> List[Tensor]:
    """Boundary states as outputs; an empty tensor each when not kept."""
    return [s if keep else u.new_empty(0) for s in states]


def _kept(states: Sequence[Tensor]) -> List[_Maybe]:
    return [s if s.dim() == 4 else None for s in states]


def _full(x: _Maybe, like: Tensor) -> Tensor:
    """An operator returns tensors only: an empty one stands for None."""
    return like.new_empty(0) if x is None else x


def _present(grad: Tensor, value: _Maybe) -> _Maybe:
    return None if value is None else grad


def scan(u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: _Maybe,
         z: _Maybe, delta_bias: _Maybe, softplus: bool, reverse: bool,
         keep: bool) -> Tuple[Tensor, Tensor]:
    """One direction: y and the boundary states."""
    one = Direction(u, delta, A, B, C, D, delta_bias, reverse)
    ys, states = cpu.forward([one], z, softplus, keep)
    return ys[0], _pack(u, states, keep)[0]


def scan_fake(u, delta, A, B, C, D, z, delta_bias, softplus, reverse, keep):
    """Shapes of :func:`scan`."""
    state = empty_boundaries(u, A) if keep else u.new_empty(0)
    return like_tokens(u), state


def scan_backward(
    grad: Tensor, u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor,
    D: _Maybe, z: _Maybe, delta_bias: _Maybe, state: Tensor, softplus: bool,
    reverse: bool
) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Gradients of u, delta, A, B, C, D, z, delta_bias."""
    one = Direction(u, delta, A, B, C, D, delta_bias, reverse)
    grads, grad_z = cpu.backward([grad], [one], z, softplus, _kept([state]))
    g = grads[0]
    return (g.u, g.delta, g.A, g.B, g.C, _full(g.D, u), _full(grad_z, u),
            _full(g.delta_bias, u))


def _fake_gradients(one: Direction) -> Gradients:
    def states_last(x: Tensor) -> Tensor:
        batch, states, length = x.shape
        return x.new_empty(batch, length, states).transpose(1, 2)

    small = [None if x is None else torch.empty_like(x)
             for x in (one.D, one.delta_bias)]
    return Gradients(
        like_tokens(one.u), like_tokens(one.delta),
        one.A.new_empty(one.A.shape), states_last(one.B), states_last(one.C),
        *small)


def scan_backward_fake(grad, u, delta, A, B, C, D, z, delta_bias, state,
                       softplus, reverse):
    """Shapes of :func:`scan_backward`."""
    g = _fake_gradients(Direction(u, delta, A, B, C, D, delta_bias, reverse))
    grad_z = None if z is None else like_tokens(z)
    return (g.u, g.delta, g.A, g.B, g.C, _full(g.D, u), _full(grad_z, u),
            _full(g.delta_bias, u))


def bidirectional(u_f: Tensor, u_b: Tensor, delta_f: Tensor, delta_b: Tensor,
                  A_f: Tensor, A_b: Tensor, B_f: Tensor, B_b: Tensor,
                  C_f: Tensor, C_b: Tensor, D_f: _Maybe, D_b: _Maybe,
                  z: _Maybe, bias_f: _Maybe, bias_b: _Maybe, softplus: bool,
                  merge: bool,
                  keep: bool) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    """Both directions: y_f, y_b and their boundary states.

    With ``merge`` the first is their sum and the second empty.
    """
    both = [
        Direction(u_f, delta_f, A_f, B_f, C_f, D_f, bias_f, False),
        Direction(u_b, delta_b, A_b, B_b, C_b, D_b, bias_b, True)
    ]
    ys, states = cpu.forward(both, z, softplus, keep, merge=merge)
    if merge:
        ys.append(u_f.new_empty(0))
    return (*ys, *_pack(u_f, states, keep))


def bidirectional_fake(u_f, u_b, delta_f, delta_b, A_f, A_b, B_f, B_b, C_f,
                       C_b, D_f, D_b, z, bias_f, bias_b, softplus, merge,
                       keep):
    """Shapes of :func:`bidirectional`."""
    states = [empty_boundaries(u_f, A_f), empty_boundaries(u_b, A_b)]
    y_b = u_f.new_empty(0) if merge else like_tokens(u_b)
    return (like_tokens(u_f), y_b, *_pack(u_f, states, keep))


def bidirectional_backward(
    grad_f: Tensor, grad_b: Tensor, u_f: Tensor, u_b: Tensor, delta_f: Tensor,
    delta_b: Tensor, A_f: Tensor, A_b: Tensor, B_f: Tensor, B_b: Tensor,
    C_f: Tensor, C_b: Tensor, D_f: _Maybe, D_b: _Maybe, z: _Maybe,
    bias_f: _Maybe, bias_b: _Maybe, state_f: Tensor, state_b: Tensor,
    softplus: bool
) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor,
           Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Gradients of the fifteen tensors of :func:`bidirectional`."""
    both = [
        Direction(u_f, delta_f, A_f, B_f, C_f, D_f, bias_f, False),
        Direction(u_b, delta_b, A_b, B_b, C_b, D_b, bias_b, True)
    ]
    grads, grad_z = cpu.backward([grad_f, grad_b], both, z, softplus,
                                 _kept([state_f, state_b]))
    return _flatten(*grads, grad_z, u_f)


def _flatten(f: Gradients, b: Gradients, grad_z: _Maybe, like: Tensor):
    return (f.u, b.u, f.delta, b.delta, f.A, b.A, f.B, b.B, f.C, b.C,
            _full(f.D, like), _full(b.D, like), _full(grad_z, like),
            _full(f.delta_bias, like), _full(b.delta_bias, like))


def bidirectional_backward_fake(grad_f, grad_b, u_f, u_b, delta_f, delta_b,
                                A_f, A_b, B_f, B_b, C_f, C_b, D_f, D_b, z,
                                bias_f, bias_b, state_f, state_b, softplus):
    """Shapes of :func:`bidirectional_backward`."""
    f = Direction(u_f, delta_f, A_f, B_f, C_f, D_f, bias_f, False)
    b = Direction(u_b, delta_b, A_b, B_b, C_b, D_b, bias_b, True)
    grad_z = None if z is None else like_tokens(z)
    return _flatten(_fake_gradients(f), _fake_gradients(b), grad_z, u_f)
