"""Calls of the C++ kernels: one or two directions, forward and backward.

Everything here works on plain CPU tensors without autograd: those with a time
axis in float32 or bfloat16, the others in float32. The kernels compute in
float32. ``cpu_ops.py`` makes operators of it.
"""
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor

from .. import library as lib


class Direction(NamedTuple):
    """Inputs of one direction; shapes as in ``selective_scan``."""
    u: Tensor
    delta: Tensor
    A: Tensor
    B: Tensor
    C: Tensor
    D: Optional[Tensor]
    delta_bias: Optional[Tensor]
    reverse: bool


class Gradients(NamedTuple):
    """Gradients of one direction; None where the input was None."""
    u: Tensor
    delta: Tensor
    A: Tensor
    B: Tensor
    C: Tensor
    D: Optional[Tensor]
    delta_bias: Optional[Tensor]


def _ceil(value: int, block: int) -> int:
    return (value + block - 1) // block * block


def like_tokens(x: Tensor) -> Tensor:
    """An empty (B, D, L) tensor in the memory order and dtype of x.

    Channel-last memory (what a linear layer gives) stays channel-last, so
    that the next linear layer needs no copy either.
    """
    batch, channels, length = x.shape
    if x.stride(1) == 1:
        y = x.new_empty(batch, length, channels)
        return y.transpose(1, 2)  # (B, L, D) -> (B, D, L)
    return x.new_empty(batch, channels, length)


def empty_boundaries(u: Tensor, A: Tensor) -> Tensor:
    """Room for the states before each chunk, (B, chunks, D', N') padded."""
    batch, channels, length = u.shape
    padded = _ceil(channels, lib.CHANNEL_BLOCK)
    # narrower kernels leave some of the padding alone: a result that is read
    # by torch's checks must not hold what was in that memory before
    make = A.new_empty if padded == channels else A.new_zeros
    return make(batch, (length + lib.CHUNK - 1) // lib.CHUNK, padded,
                _ceil(A.shape[1], lib.STATE_BLOCK))


def _contiguous(x: Optional[Tensor]) -> Optional[Tensor]:
    return None if x is None else x.contiguous()


def _fill(args: lib.ScanArgs, one: Direction, z: Optional[Tensor],
          softplus: bool) -> List[Optional[Tensor]]:
    """Write the inputs into args; returns what must stay alive."""
    small = [_contiguous(x) for x in (one.A, one.D, one.delta_bias)]
    args.batch, args.channels, args.length = one.u.shape
    args.states = one.A.shape[1]
    args.softplus, args.reverse = softplus, one.reverse
    args.u, args.delta = lib.view(one.u), lib.view(one.delta)
    args.z = lib.view(z)
    args.b, args.c = lib.view(one.B), lib.view(one.C)
    args.a, args.skip, args.delta_bias = (lib.pointer(x) for x in small)
    return small


def forward(
    directions: Sequence[Direction],
    z: Optional[Tensor],
    softplus: bool,
    keep: bool,
    outputs: bool = True,
    merge: bool = False,
    bound: bool = False
) -> Tuple[List[Optional[Tensor]], List[Optional[Tensor]]]:
    """Run one or two directions over the same tokens.

    Args:
        directions (Sequence[Direction]): CPU tensors, any strides.
        z (Tensor, optional): gate of all directions, (B, D, L).
        softplus (bool): apply softplus to ``delta + delta_bias``.
        keep (bool): also return the states that backward starts from.
        outputs (bool): False computes these states only.
        merge (bool): return the sum of two directions, in place of both.
        bound (bool): the same work without the recurrence's dependency, for
            benchmarks; the values are wrong.

    Returns:
        tuple: list of y (B, D, L), one with ``merge``, and list of boundary
        states; None where not asked for.
    """
    args = (lib.ScanArgs * len(directions))()
    alive, ys, kept = [], [], []
    for i, (arg, one) in enumerate(zip(args, directions)):
        # a sum is gated once, by the direction that completes it
        gate = None if merge and i == 0 else z
        alive.append(_fill(arg, one, gate, softplus))
        arg.accumulate_y = merge and i > 0
        if arg.accumulate_y:
            y = ys[0]
        else:
            y = like_tokens(one.u) if outputs else None
        boundaries = empty_boundaries(one.u, one.A) if keep else None
        arg.y = lib.view(y)
        arg.boundaries = lib.pointer(boundaries)
        ys.append(y)
        kept.append(boundaries)
    if directions[0].u.numel() > 0:
        library = lib.require_library()
        run = (
            library.mmgesture_scan_bound
            if bound else library.mmgesture_scan_forward)
        status = run(args, len(directions), lib.threads())
        lib.check_status(status, 'selective_scan')
    del alive
    return ys[:1] if merge else ys, kept


def _sum_groups(sums: Tensor, which: int, states: int) -> Tensor:
    """dB (which 0) or dC (1): (groups, B, L, N' / 4, 2, 4) -> (B, N, L)."""
    total = sums[..., which, :].sum(0)  # In the groups' order: deterministic.
    # (B, L, N' / 4, 4) -> (B, L, N) -> (B, N, L)
    return total.flatten(2)[..., :states].contiguous().transpose(1, 2)


def backward(
    grads: Sequence[Optional[Tensor]], directions: Sequence[Direction],
    z: Optional[Tensor], softplus: bool, kept: Sequence[Optional[Tensor]]
) -> Tuple[List[Gradients], Optional[Tensor]]:
    """Gradients of :func:`forward`.

    Args:
        grads (Sequence[Tensor]): gradient of each y, (B, D, L).
        directions (Sequence[Direction]): as given to :func:`forward`.
        z (Tensor, optional): as given to :func:`forward`.
        softplus (bool): as given to :func:`forward`.
        kept (Sequence[Tensor]): boundary states; computed when None.

    Returns:
        tuple: list of :class:`Gradients` and the gradient of z (or None).
    """
    if any(k is None for k in kept):
        _, kept = forward(directions, None, softplus, True, outputs=False)
    args = (lib.ScanArgs * len(directions))()
    alive, results = [], []
    grad_z = None if z is None else like_tokens(z)
    for i, (arg, one, grad, states) in enumerate(
            zip(args, directions, grads, kept)):
        alive.append(_fill(arg, one, z, softplus))
        batch, channels, length = one.u.shape
        count = one.A.shape[1]
        new = one.A.new_empty
        out = dict(
            u=like_tokens(one.u),
            delta=like_tokens(one.delta),
            bc=new((channels + lib.GROUP - 1) // lib.GROUP, batch, length,
                   _ceil(count, lib.STATE_BLOCK) // 4, 2, 4),
            a=new(batch, channels, count),
            skip=new(batch, channels),
            bias=new(batch, channels))
        arg.boundaries = lib.pointer(states)
        arg.grad_y = lib.view(grad)
        arg.grad_u, arg.grad_delta = lib.view(out['u']), lib.view(out['delta'])
        arg.grad_z = lib.view(grad_z)
        arg.accumulate_z = i > 0
        arg.grad_bc, arg.grad_a = lib.pointer(out['bc']), lib.pointer(out['a'])
        arg.grad_skip = lib.pointer(out['skip'])
        arg.grad_bias = lib.pointer(out['bias'])
        results.append(out)
    if directions[0].u.numel() > 0:
        status = lib.require_library().mmgesture_scan_backward(
            args, len(directions), lib.threads())
        lib.check_status(status, 'selective_scan backward')
    else:
        for out in results:
            for tensor in out.values():
                tensor.zero_()
    del alive
    gradients = []
    for one, out in zip(directions, results):
        count = one.A.shape[1]
        has_skip, has_bias = one.D is not None, one.delta_bias is not None
        gradients.append(
            Gradients(
                u=out['u'],
                delta=out['delta'],
                A=out['a'].sum(0),
                B=_sum_groups(out['bc'], 0, count).to(one.B.dtype),
                C=_sum_groups(out['bc'], 1, count).to(one.C.dtype),
                D=out['skip'].sum(0) if has_skip else None,
                delta_bias=out['bias'].sum(0) if has_bias else None))
    return gradients, grad_z


@torch.compiler.assume_constant_result  # the loader's lock cannot be traced
def unusable_reason() -> Optional[str]:
    """None when the backend can be used, else why it cannot."""
    return lib.load_library()[1]


def fits(tensors: Sequence[Optional[Tensor]]) -> Optional[str]:
    """None when these arguments suit the C++ kernels, else why not."""
    for tensor in tensors:
        if tensor is None:
            continue
        if tensor.device.type != 'cpu':
            return f'its tensors must lie on the CPU, got {tensor.device}'
        if tensor.dtype == torch.float64:
            return 'it computes in float32, got float64'
    return None
