"""Depthwise causal convolution over time with bias and SiLU.

The short convolution in front of Mamba's scan (arXiv 2312.00752, Fig. 3).
"""
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from . import library as lib
from .selective_scan.cpu import fits, like_tokens, unusable_reason

_BACKENDS = ('auto', 'torch', 'cpu')


def _check(x: Tensor, weight: Tensor, bias: Optional[Tensor],
           activation: Optional[str], backend: str) -> None:
    for name, tensor, dims, axes in (('x', x, 3, '(B, D, L)'),
                                     ('weight', weight, 2, '(D, W)')):
        if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
            raise TypeError(f'{name}: expected a floating Tensor {axes}, got '
                            f'{getattr(tensor, "dtype", type(tensor))}')
        if tensor.dim() != dims:
            raise ValueError(f'{name}: expected {dims} axes {axes}, got shape '
                             f'{tuple(tensor.shape)}')
    channels = x.shape[1]
    if weight.shape[0] != channels or weight.shape[1] < 1:
        raise ValueError(f'weight: expected shape (D, W) with D = {channels} '
                         f'and W >= 1, got {tuple(weight.shape)}')
    if bias is not None and tuple(bias.shape) != (channels, ):
        raise ValueError(f'bias: expected shape (D,) = ({channels},), got '
                         f'{tuple(bias.shape)}')
    if activation not in (None, 'silu'):
        raise ValueError("activation: expected None or 'silu', got "
                         f'{activation!r}')
    if backend not in _BACKENDS:
        raise ValueError(f'backend: expected one of {_BACKENDS}, got '
                         f'{backend!r}')


def _conv_torch(x: Tensor, weight: Tensor, bias: Optional[Tensor],
                silu: bool, reverse: bool) -> Tensor:
    """Padded at both ends; the direction decides which end is cut off."""
    channels, width = weight.shape
    kernel = weight.flip(1) if reverse else weight  # (D, W)
    start = width - 1 if reverse else 0
    y = F.conv1d(
        x, kernel[:, None], bias, padding=width - 1, groups=channels)
    y = y[:, :, start:start + x.shape[2]]
    return F.silu(y) if silu else y


def _fill(x: Tensor, weight: Tensor, bias: Optional[Tensor], silu: bool,
          reverse: bool) -> lib.ConvArgs:
    args = lib.ConvArgs()
    args.batch, args.channels, args.length = x.shape
    args.width = weight.shape[1]
    args.silu, args.reverse = silu, reverse
    args.x = lib.view(x)
    args.weight, args.bias = lib.pointer(weight), lib.pointer(bias)
    return args


def _conv_cpu(x: Tensor, weight: Tensor, bias: Optional[Tensor], silu: bool,
              reverse: bool) -> Tensor:
    weight = weight.contiguous()
    bias = None if bias is None else bias.contiguous()
    y = like_tokens(x)
    if x.numel() > 0:
        args = _fill(x, weight, bias, silu, reverse)
        args.y = lib.view(y)
        status = lib.require_library().mmgesture_conv_forward(
            args, lib.threads())
        lib.check_status(status, 'causal_conv1d')
    return y


def _conv_cpu_fake(x, weight, bias, silu, reverse):
    return like_tokens(x)


def _conv_cpu_backward(grad: Tensor, x: Tensor, weight: Tensor,
                       bias: Optional[Tensor], silu: bool,
                       reverse: bool) -> Tuple[Tensor, Tensor, Tensor]:
    weight = weight.contiguous()
    bias = None if bias is None else bias.contiguous()
    batch, channels, _ = x.shape
    grad_x = like_tokens(x)
    grad_weight = weight.new_zeros(batch, channels, weight.shape[1])
    grad_bias = weight.new_zeros(batch, channels)
    if x.numel() > 0:
        args = _fill(x, weight, bias, silu, reverse)
        args.grad_y, args.grad_x = lib.view(grad), lib.view(grad_x)
        args.grad_weight = lib.pointer(grad_weight)
        args.grad_bias = lib.pointer(grad_bias)
        status = lib.require_library().mmgesture_conv_backward(
            args, lib.threads())
        lib.check_status(status, 'causal_conv1d backward')
    return grad_x, grad_weight.sum(0), grad_bias.sum(0)


def _conv_cpu_backward_fake(grad, x, weight, bias, silu, reverse):
    return (like_tokens(x), weight.new_empty(weight.shape),
            weight.new_empty(x.shape[1]))


def _setup(ctx, inputs, output) -> None:
    x, weight, bias, ctx.silu, ctx.reverse = inputs
    ctx.save_for_backward(x, weight, bias)


def _gradients(ctx, grad) -> tuple:
    x, weight, bias = ctx.saved_tensors
    grads = _backward_op(grad, x, weight, bias, ctx.silu, ctx.reverse)
    wanted = (g if need else None
              for g, need in zip(grads, ctx.needs_input_grad))
    return (*wanted, None, None)


class ConvFunction(torch.autograd.Function):
    """What the operator does, for torch without ``custom_op``."""

    @staticmethod
    def forward(ctx, *inputs):
        output = _conv_cpu(*inputs)
        _setup(ctx, inputs, output)
        return output

    @staticmethod
    def backward(ctx, grad):
        return _gradients(ctx, grad)


if hasattr(torch.library, 'custom_op'):
    _backward_op = torch.library.custom_op(
        'mmgesture::causal_conv1d_backward',
        _conv_cpu_backward,
        mutates_args=(),
        device_types='cpu')
    _backward_op.register_fake(_conv_cpu_backward_fake)
    conv_op = torch.library.custom_op(
        'mmgesture::causal_conv1d',
        _conv_cpu,
        mutates_args=(),
        device_types='cpu')
    conv_op.register_fake(_conv_cpu_fake)
    conv_op.register_autograd(_gradients, setup_context=_setup)
else:
    _backward_op, conv_op = _conv_cpu_backward, ConvFunction.apply


def causal_conv1d(x: Tensor,
                  weight: Tensor,
                  bias: Optional[Tensor] = None,
                  activation: Optional[str] = 'silu',
                  reverse: bool = False,
                  backend: str = 'auto') -> Tensor:
    """``y_t = act(sum_k weight_k x_{t - W + 1 + k} + bias)``, per channel.

    Args:
        x (Tensor): shape (B, D, L), any strides.
        weight (Tensor): shape (D, W).
        bias (Tensor, optional): shape (D,).
        activation (str, optional): ``'silu'`` or None.
        reverse (bool): anti-causal, step t sees t and what follows; equal to
            flipping x and y, without the copies.
        backend (str): ``'torch'``, ``'cpu'`` (fused in C++, float32 inside)
            or ``'auto'``.

    Returns:
        Tensor: shape (B, D, L); x's dtype, or autocast's with ``'torch'``.

    Raises:
        TypeError: x or weight is no floating tensor.
        ValueError: a wrong shape or word.
        RuntimeError: backend ``'cpu'`` cannot be used.
    """
    _check(x, weight, bias, activation, backend)
    silu = activation == 'silu'
    tensors = (x, weight, bias)
    if backend != 'torch':
        reason = unusable_reason() or fits(tensors)
        if reason is None and weight.shape[1] > lib.MAX_CONV_WIDTH:
            reason = (f'weight: it takes widths up to {lib.MAX_CONV_WIDTH}, '
                      f'got {weight.shape[1]}')
        if reason is None:
            tokens = x if x.dtype == torch.bfloat16 else x.float()
            wide = (None if t is None else t.float() for t in (weight, bias))
            return conv_op(tokens, *wide, silu, reverse).to(x.dtype)
        if backend == 'cpu':
            raise RuntimeError(f"backend 'cpu' cannot be used here: {reason}; "
                               "backend='auto' picks one that can")
    return _conv_torch(x, weight, bias, silu, reverse)
