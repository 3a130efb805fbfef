"""The selective scan's public functions and the choice of a backend."""
from contextlib import nullcontext
from typing import Dict, Optional, Sequence, Tuple, Union

import torch
from torch import Tensor

from . import cpu, mamba_ssm, triton_scan
from .checks import check_scan
from .chunked import selective_scan_chunked
from .cpu_autograd import bidirectional_selective_scan_cpu, selective_scan_cpu
from .mamba_ssm import selective_scan_mamba
from .reference import selective_scan_reference
from .triton_scan import (bidirectional_selective_scan_triton,
                          selective_scan_triton)

BACKENDS = {
    'reference': selective_scan_reference,
    'torch': selective_scan_chunked,
    'cpu': selective_scan_cpu,
    'mamba_ssm': selective_scan_mamba,
    'triton': selective_scan_triton,
}

#: What runs both directions in one call, without flipped copies.
PAIRS = {
    'cpu': bidirectional_selective_scan_cpu,
    'triton': bidirectional_selective_scan_triton,
}

#: What ``'auto'`` tries on CUDA, in this order. mamba_ssm comes first as the
#: kernel that others have tuned and published with; that it is faster than
#: ours, although it flips copies for the second direction, is an assumption:
#: not measured.
CUDA_PREFERENCE = ('mamba_ssm', 'triton')


def available_backends() -> Dict[str, Optional[str]]:
    """Backends by name: None where usable, else the reason why not."""
    return {
        'reference': None,
        'torch': None,
        'cpu': cpu.unusable_reason(),
        'mamba_ssm': mamba_ssm.unusable_reason(),
        'triton': triton_scan.unusable_reason(),
    }


def _unfit(backend: str, tensors: Sequence[Optional[Tensor]]) -> Optional[str]:
    """Why this backend cannot take these tensors; None when it can."""
    if backend == 'cpu':
        return cpu.unusable_reason() or cpu.fits(tensors)
    if backend == 'triton':
        return triton_scan.unusable_reason() or triton_scan.fits(tensors)
    if backend == 'mamba_ssm':
        reason = mamba_ssm.unusable_reason()
        if reason is None and tensors[0].device.type != 'cuda':
            reason = f'its tensors must lie on CUDA, got {tensors[0].device}'
        if reason is None and tensors[0].dtype == torch.float64:
            reason = 'it computes in float32, got float64'
        return reason
    return None


def _choose(backend: str, tensors: Sequence[Optional[Tensor]]) -> str:
    if backend == 'auto':
        on_cpu = tensors[0].device.type == 'cpu'
        for fast in ('cpu', ) if on_cpu else CUDA_PREFERENCE:
            if not _unfit(fast, tensors):
                return fast
        return 'torch'
    if backend not in BACKENDS:
        raise ValueError(f"backend: expected 'auto' or one of "
                         f'{sorted(BACKENDS)}, got {backend!r}')
    reason = _unfit(backend, tensors)
    if reason is not None:
        raise RuntimeError(f'backend {backend!r} cannot be used here: '
                           f"{reason}; backend='auto' picks one that can")
    return backend


def _autocast_enabled(device_type: str) -> bool:
    if device_type == 'meta':  # shapes only: autocast does not know it
        return False
    if hasattr(torch, 'get_autocast_dtype'):  # torch >= 2.4
        return torch.is_autocast_enabled(device_type)
    if device_type == 'cpu':
        return torch.is_autocast_cpu_enabled()
    return torch.is_autocast_enabled()


def _no_autocast(device_type: str):
    """Switches autocast off where it is on, and leaves no trace elsewhere."""
    if _autocast_enabled(device_type):
        return torch.autocast(device_type, enabled=False)
    return nullcontext()


def _widen(tensors: Sequence[Optional[Tensor]], backend: str) -> Tuple:
    """Half precision to float32, unless the backend reads it as it is."""

    def wide(t: Optional[Tensor]) -> Optional[Tensor]:
        if t is None or t.dtype in (torch.float32, torch.float64):
            return t
        # tensors with a time axis are widened value by value in the kernel
        if backend == 'cpu' and t.dim() == 3 and t.dtype == torch.bfloat16:
            return t
        return t.float()

    return tuple(
        tensors if backend == 'triton' else (wide(t) for t in tensors))


def selective_scan(u: Tensor,
                   delta: Tensor,
                   A: Tensor,
                   B: Tensor,
                   C: Tensor,
                   D: Optional[Tensor] = None,
                   z: Optional[Tensor] = None,
                   delta_bias: Optional[Tensor] = None,
                   delta_softplus: bool = False,
                   backend: str = 'auto',
                   reverse: bool = False) -> Tensor:
    """Selective state-space scan (Mamba, arXiv 2312.00752, Algorithm 2).

    ``delta = softplus(delta + delta_bias)``,
    ``h_t = exp(delta_t A) h_{t-1} + delta_t B_t u_t``,
    ``y_t = (C_t h_t + D u_t) silu(z_t)``. MSF-Mamba's Eq. 4 prints the exact
    zero-order hold of B; Mamba's kernels compute ``delta B``, and so does
    this. The state is float32 whatever the input (float64 for float64), also
    under autocast.

    Args:
        u, delta, z (Tensor): inputs, steps and gates, shape (B, D, L); any
            strides. Channel-last memory, a transposed (B, L, D), is fastest
            on the CPU.
        A (Tensor): shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        delta_softplus (bool): apply softplus to ``delta + delta_bias``.
        backend (str): ``'reference'`` (sequential), ``'torch'`` (chunked),
            ``'cpu'`` (C++), ``'mamba_ssm'`` or ``'triton'`` (CUDA) or
            ``'auto'``: the fastest that can take the tensors.
        reverse (bool): scan from the last step to the first; equal to
            flipping every input and the output, without the copies.

    Returns:
        Tensor: y, shape (B, D, L), in u's dtype.

    Raises:
        TypeError: an argument is no tensor or not of a floating dtype.
        ValueError: a wrong shape, device, mixture with float64, or an
            unknown backend.
        RuntimeError: the backend asked for cannot be used.
    """
    tensors = (u, delta, A, B, C, D, z, delta_bias)
    check_scan(*tensors)
    name = _choose(backend, tensors)
    with _no_autocast(u.device.type):
        y = BACKENDS[name](
            *_widen(tensors, name),
            delta_softplus=delta_softplus,
            reverse=reverse)
    return y.to(u.dtype)


def bidirectional_selective_scan(
        u_f: Tensor,
        u_b: Tensor,
        delta_f: Tensor,
        delta_b: Tensor,
        A_f: Tensor,
        A_b: Tensor,
        B_f: Tensor,
        B_b: Tensor,
        C_f: Tensor,
        C_b: Tensor,
        D_f: Optional[Tensor] = None,
        D_b: Optional[Tensor] = None,
        z: Optional[Tensor] = None,
        bias_f: Optional[Tensor] = None,
        bias_b: Optional[Tensor] = None,
        delta_softplus: bool = True,
        backend: str = 'auto',
        merge: Optional[str] = None
) -> Union[Tensor, Tuple[Tensor, Tensor]]:
    """Two scans over the same tokens, the second from the last to the first.

    All tensors, inputs and outputs, are in the natural order of the tokens;
    the C++ backend runs both in one call and walks backwards through memory
    for the second, so that nothing is flipped.

    Args:
        u_f, u_b, delta_f, delta_b (Tensor): inputs and steps of the forward
            and the backward direction, shape (B, D, L).
        A_f, A_b (Tensor): shape (D, N).
        B_f, B_b, C_f, C_b (Tensor): shape (B, N, L).
        D_f, D_b, bias_f, bias_b (Tensor): shape (D,).
        z (Tensor): gate of both outputs, shape (B, D, L).
        delta_softplus (bool): apply softplus to ``delta + bias``.
        backend (str): see :func:`selective_scan`.
        merge (str, optional): ``'sum'`` returns y_f + y_b, ``'mean'`` half of
            that; the C++ backend adds while it scans.

    Returns:
        Tensor | tuple[Tensor, Tensor]: y_f and y_b, or what ``merge`` makes
        of them, shape (B, D, L), in u's dtype.

    Raises:
        TypeError: an argument is no tensor or not of a floating dtype.
        ValueError: a wrong shape, device, mixture with float64, or an
            unknown backend or merge.
        RuntimeError: the backend asked for cannot be used.
    """
    forward = (u_f, delta_f, A_f, B_f, C_f, D_f, z, bias_f)
    backward = (u_b, delta_b, A_b, B_b, C_b, D_b, z, bias_b)
    check_scan(*forward, suffix='_f')
    check_scan(*backward, suffix='_b')
    if u_b.shape != u_f.shape or A_b.shape != A_f.shape:
        raise ValueError(
            'u_b, A_b: expected the shapes of u_f and A_f, '
            f'{tuple(u_f.shape)} and {tuple(A_f.shape)}, got '
            f'{tuple(u_b.shape)} and {tuple(A_b.shape)}')
    if merge not in (None, 'sum', 'mean'):
        raise ValueError("merge: expected None, 'sum' or 'mean', got "
                         f'{merge!r}')
    name = _choose(backend, forward + backward)
    tensors = _widen((u_f, u_b, delta_f, delta_b, A_f, A_b, B_f, B_b, C_f, C_b,
                      D_f, D_b, z, bias_f, bias_b), name)
    with _no_autocast(u_f.device.type):
        if name in PAIRS:
            ys = PAIRS[name](
                *tensors, delta_softplus=delta_softplus,
                merge=merge is not None)
        else:
            ys = _one_by_one(BACKENDS[name], tensors, delta_softplus)
            ys = (sum(ys), ) if merge else ys
    if merge is None:
        return ys[0].to(u_f.dtype), ys[1].to(u_b.dtype)
    return (ys[0] / 2 if merge == 'mean' else ys[0]).to(u_f.dtype)


def _one_by_one(function, tensors: Sequence[Optional[Tensor]],
                delta_softplus: bool) -> Tuple[Tensor, Tensor]:
    """Both directions with a function for one."""
    gate = tensors[12]
    pairs = tensors[:12] + tensors[13:]
    # u, delta, A, B, C, D, then z, then the bias
    return tuple(
        function(
            *pairs[i:12:2],
            gate,
            pairs[12 + i],
            delta_softplus=delta_softplus,
            reverse=bool(i)) for i in (0, 1))
