"""Argument checks shared by every backend of the selective scan."""
from typing import Optional, Tuple

import torch
from torch import Tensor

DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)


def _check_one(name: str, tensor: Tensor, axes: str, shape: Tuple[int, ...],
               device: torch.device) -> None:
    if not isinstance(tensor, Tensor):
        raise TypeError(f'{name}: expected a Tensor {axes}, got '
                        f'{type(tensor).__name__}')
    if tensor.dtype not in DTYPES:
        raise TypeError(f'{name}: expected a real floating dtype of '
                        f'{[str(d) for d in DTYPES]}, got {tensor.dtype}; '
                        'cast it first')
    if tuple(tensor.shape) != shape:
        raise ValueError(f'{name}: expected shape {axes} = {shape}, got '
                         f'{tuple(tensor.shape)}')
    if tensor.device != device:
        raise ValueError(f'{name}: expected device {device} (that of u), got '
                         f'{tensor.device}; move it first')


def check_scan(u: Tensor,
               delta: Tensor,
               A: Tensor,
               B: Tensor,
               C: Tensor,
               D: Optional[Tensor],
               z: Optional[Tensor],
               delta_bias: Optional[Tensor],
               suffix: str = '') -> None:
    """Check the arguments of one direction.

    Args:
        u, delta, z (Tensor): shape (B, D, L).
        A (Tensor): shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        suffix (str): added to the names in messages, e.g. ``'_b'``.

    Raises:
        TypeError: an argument is no tensor or not of a floating dtype.
        ValueError: wrong shape, device, or a mixture with float64.
    """
    for name, tensor, dims in (('u', u, 3), ('A', A, 2)):
        if not isinstance(tensor, Tensor):
            raise TypeError(f'{name}{suffix}: expected a Tensor, got '
                            f'{type(tensor).__name__}')
        if tensor.dim() != dims:
            axes = '(B, D, L)' if dims == 3 else '(D, N)'
            raise ValueError(f'{name}{suffix}: expected {dims} axes {axes}, '
                             f'got shape {tuple(tensor.shape)}')
    batch, channels, length = u.shape
    states = A.shape[1]
    tokens = (batch, channels, length)
    mixed = (batch, states, length)
    required = (('u', u, '(B, D, L)', tokens),
                ('delta', delta, '(B, D, L)', tokens),
                ('A', A, '(D, N)', (channels, states)),
                ('B', B, '(B, N, L)', mixed), ('C', C, '(B, N, L)', mixed))
    optional = (('D', D, '(D,)', (channels, )), ('z', z, '(B, D, L)', tokens),
                ('delta_bias', delta_bias, '(D,)', (channels, )))
    given = required + tuple(o for o in optional if o[1] is not None)
    for name, tensor, axes, shape in given:
        _check_one(name + suffix, tensor, axes, shape, u.device)
    doubles = [t.dtype == torch.float64 for _, t, _, _ in given]
    if any(doubles) and not all(doubles):
        dtypes = {n + suffix: str(t.dtype) for n, t, _, _ in given}
        raise ValueError('expected either all arguments in float64 or none, '
                         f'got {dtypes}; cast them to one dtype')
