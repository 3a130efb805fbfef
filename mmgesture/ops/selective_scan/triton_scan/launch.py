"""Launches of the Triton kernels: one or two directions, without autograd."""
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from . import loader

#: Steps of a chunk, elements of a (steps, channels, states) tile, and warps
#: of a program. Chosen on paper for at most 16 elements a thread: not
#: measured on any card yet.
STEPS, TILE, WARPS = 32, 2048, 4
#: Copies of dB and dC that programs add to, so that fewer of them meet in
#: one place.
SLOTS = 8


class Direction(NamedTuple):
    """One direction of a scan, as the kernels take it.

    Attributes:
        u, delta (Tensor): shape (B, D, L), same strides.
        A (Tensor): shape (D, N), float32, contiguous.
        B, C (Tensor): shape (B, N, L), same strides.
        D, bias (Tensor): shape (D,), contiguous, or None.
    """
    u: Tensor
    delta: Tensor
    A: Tensor
    B: Tensor
    C: Tensor
    D: Optional[Tensor]
    bias: Optional[Tensor]


class Gradients(NamedTuple):
    """Gradients of one direction; z's share is None without a gate."""
    u: Tensor
    delta: Tensor
    A: Tensor
    B: Tensor
    C: Tensor
    D: Tensor
    bias: Tensor
    z: Optional[Tensor]


def _laid_out(x: Tensor, like: Tensor) -> Tensor:
    """x itself when its strides are those of ``like``, else a copy."""
    if x.stride() == like.stride():
        return x
    return empty_like(x, like).copy_(x)


def empty_like(x: Tensor, like: Tensor) -> Tensor:
    """An empty tensor of x's dtype with the shape and strides of like."""
    return torch.empty_strided(
        like.shape, like.stride(), dtype=x.dtype, device=x.device)


def _dense(x: Tensor) -> Tensor:
    """x, or a contiguous copy where strides leave gaps or overlap."""
    batch, columns, length = x.shape
    for strides in ((columns * length, length, 1),
                    (columns * length, 1, columns)):
        if x.stride() == strides:
            return x
    return x.contiguous()


def arrange(directions: Sequence[Direction],
            z: Optional[Tensor]) -> Tuple[List[Direction], Optional[Tensor]]:
    """Give all (B, D, L) tensors one set of strides, all (B, N, L) another.

    Nothing is copied where the tensors come from linear layers of one
    module, as in the models.
    """
    tokens = _dense(directions[0].u)
    mixed = directions[0].B
    arranged = [
        Direction(
            _laid_out(one.u, tokens), _laid_out(one.delta, tokens),
            one.A.float().contiguous(), _laid_out(one.B, mixed),
            _laid_out(one.C, mixed),
            None if one.D is None else one.D.contiguous(),
            None if one.bias is None else one.bias.contiguous())
        for one in directions
    ]
    return arranged, None if z is None else _laid_out(z, tokens)


def boundary_states(u: Tensor, A: Tensor) -> Tensor:
    """Room for the state before each chunk, (B, chunks, D, N), float32."""
    batch, channels, length = u.shape
    return u.new_empty(
        batch, -(-length // STEPS), channels, A.shape[1], dtype=torch.float32)


def _power_of_two(count: int) -> int:
    return 1 << max(count - 1, 0).bit_length()


def _settings(one: Direction, count: int) -> Tuple[tuple, tuple, dict]:
    """Grid, sizes with strides, and constants, equal for both kernels."""
    batch, channels, length = one.u.shape
    states = one.A.shape[1]
    padded = _power_of_two(states)
    wide = min(max(TILE // (STEPS * padded), 1), _power_of_two(channels))
    grid = (-(-channels // wide), batch, count)
    sizes = (channels, states, length, *one.u.stride(), *one.B.stride())
    return grid, sizes, dict(
        STEPS=STEPS, WIDE=wide, N=padded, num_warps=WARPS)


def _flags(directions: Sequence[Direction]) -> dict:
    first, last = directions[0], directions[-1]
    return dict(
        HAS_D0=first.D is not None,
        HAS_D1=last.D is not None,
        HAS_BIAS0=first.bias is not None,
        HAS_BIAS1=last.bias is not None)


def _pointers(one: Direction) -> tuple:
    """Inputs; u stands for what is absent and is never read in its place."""
    return tuple(one.u if x is None else x for x in one)


def forward(directions: Sequence[Direction], z: Optional[Tensor],
            softplus: bool, reverse: bool,
            keep: bool) -> Tuple[List[Tensor], List[Tensor]]:
    """Run one direction, or two of which the second goes backwards.

    Args:
        directions (Sequence[Direction]): as :func:`arrange` returns them.
        z (Tensor, optional): gate, shape (B, D, L), with u's strides.
        softplus (bool): apply softplus to ``delta + bias``.
        reverse (bool): the first direction goes backwards.
        keep (bool): also return the states that backward starts from.

    Returns:
        tuple: list of y (B, D, L) in u's dtype, and list of states (empty
        without ``keep``).
    """
    ys = [empty_like(one.u, one.u) for one in directions]
    states = [boundary_states(one.u, one.A) for one in directions if keep]
    if directions[0].u.numel() == 0:
        return ys, states
    grid, sizes, constants = _settings(directions[0], len(directions))
    pointers = []
    for i in (0, -1):  # a single direction stands in both places
        pointers += [
            *_pointers(directions[i]), ys[i], states[i] if keep else ys[i]
        ]
    loader.kernels().forward_kernel[grid](
        *pointers,
        directions[0].u if z is None else z,
        *sizes,
        **_flags(directions),
        HAS_Z=z is not None,
        SOFTPLUS=softplus,
        KEEP=keep,
        REVERSE=reverse,
        **constants)
    return ys, states


def _empty_gradients(one: Direction, z: Optional[Tensor],
                     slots: int) -> Gradients:
    batch, channels, length = one.u.shape
    states = one.A.shape[1]

    def small(*shape: int) -> Tensor:
        return one.u.new_zeros(shape, dtype=torch.float32)

    return Gradients(
        u=empty_like(one.u, one.u),
        delta=empty_like(one.delta, one.u),
        A=small(batch, channels, states),
        B=small(slots, batch, length, states),
        C=small(slots, batch, length, states),
        D=small(batch, channels),
        bias=small(batch, channels),
        z=None if z is None else empty_like(z, one.u))


def backward(grads: Sequence[Tensor], directions: Sequence[Direction],
             z: Optional[Tensor], softplus: bool, reverse: bool,
             states: Sequence[Tensor]) -> List[Gradients]:
    """Gradients of :func:`forward`, z's share of each direction apart.

    dB and dC are summed over channel blocks with atomic additions, whose
    order changes the last bits from run to run; under
    ``torch.use_deterministic_algorithms`` every block has a place of its
    own.

    Args:
        grads (Sequence[Tensor]): gradient of each y, (B, D, L).
        directions (Sequence[Direction]): as given to :func:`forward`.
        z (Tensor, optional): as given to :func:`forward`.
        softplus (bool): as given to :func:`forward`.
        reverse (bool): as given to :func:`forward`.
        states (Sequence[Tensor]): as returned by :func:`forward`.

    Returns:
        list[Gradients]: in float32, those of u, delta and z in their dtype.
    """
    first = directions[0]
    grads = [_laid_out(grad, first.u) for grad in grads]
    grid, sizes, constants = _settings(first, len(directions))
    slots = min(grid[0], SLOTS)
    if torch.are_deterministic_algorithms_enabled():
        slots = grid[0]
    results = [_empty_gradients(one, z, slots) for one in directions]
    if first.u.numel() > 0:
        pointers = []
        for i in (0, -1):
            out = results[i]
            pointers += [
                *_pointers(directions[i]), states[i], grads[i], out.u,
                out.delta, out.u if z is None else out.z, *out[2:7]
            ]
        loader.kernels().backward_kernel[grid](
            *pointers,
            first.u if z is None else z,
            slots,
            *sizes,
            **_flags(directions),
            HAS_Z=z is not None,
            SOFTPLUS=softplus,
            REVERSE=reverse,
            **constants)
    return [
        out._replace(
            A=out.A.sum(0),
            # (slots, B, L, N) -> (B, L, N) -> (B, N, L)
            B=out.B.sum(0).transpose(1, 2),
            C=out.C.sum(0).transpose(1, 2),
            D=out.D.sum(0),
            bias=out.bias.sum(0)) for out in results
    ]
