"""Bricks for sequences of different length in one padded batch.

A sequence is a tensor (B, C, T) with a mask (B, 1, T), True where a step is
valid; valid steps come first. All bricks expect and leave zeros at the
padded steps, and what they give at the valid ones does not depend on how
much padding follows.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mmgesture.ops.causal_conv1d import causal_conv1d

__all__ = [
    'ChannelNorm', 'MaskedConv1d', 'MaskedGroupNorm', 'halve_mask',
    'masked_max_pool', 'masked_mean', 'step_mask'
]


def step_mask(num_steps: Tensor, length: int) -> Tensor:
    """The mask of sequences with these numbers of valid steps.

    Args:
        num_steps (Tensor): Valid steps of each sequence, integers, shape
            (B,).
        length (int): Steps T of the padded batch.

    Returns:
        Tensor: Bool, shape (B, 1, T).
    """
    steps = torch.arange(length, device=num_steps.device)
    return (steps < num_steps[:, None])[:, None]  # (B, T) -> (B, 1, T)


def halve_mask(mask: Tensor, stride: int = 2) -> Tensor:
    """The mask after a convolution or pooling with a stride.

    Step j of the output has its centre at step ``stride * j`` of the input
    and is valid where that one is.

    Args:
        mask (Tensor): Bool, shape (B, 1, T).
        stride (int): Defaults to 2.

    Returns:
        Tensor: Bool, shape (B, 1, ceil(T / stride)).
    """
    return mask if stride == 1 else mask[:, :, ::stride]


def masked_mean(x: Tensor, mask: Tensor, dim: int = -1) -> Tensor:
    """Mean over the valid steps.

    Args:
        x (Tensor): Shape (B, C, T), zero at padded steps.
        mask (Tensor): Bool, shape (B, 1, T).
        dim (int): The axis of the steps. Defaults to -1.

    Returns:
        Tensor: Shape (B, C, 1).
    """
    count = mask.sum(dim, keepdim=True).clamp(min=1)
    return x.sum(dim, keepdim=True) / count


def masked_max_pool(x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
    """Max pooling over three steps with stride two.

    Args:
        x (Tensor): Shape (B, C, T).
        mask (Tensor): Bool, shape (B, 1, T).

    Returns:
        tuple[Tensor, Tensor]: Shape (B, C, ceil(T / 2)), zero at padded
        steps, and its mask.
    """
    # zeros would win over negative values of the last valid step
    x = F.max_pool1d(x.masked_fill(~mask, -torch.inf), 3, 2, 1)
    mask = halve_mask(mask)
    return x.masked_fill(~mask, 0), mask


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of each step.

    Args:
        channels (int): Number C of channels.
        eps (float): Added to the variance. Defaults to 1e-5.
    """

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise every step by itself.

        Args:
            x (Tensor): Shape (B, C, T).

        Returns:
            Tensor: Shape (B, C, T); at padded steps the bias, not zero.
        """
        # (B, C, T) -> (B, T, C) and back
        x = F.layer_norm(
            x.transpose(1, 2), self.weight.shape, self.weight, self.bias,
            self.eps)
        return x.transpose(1, 2)

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'{self.weight.numel()}, eps={self.eps}'


class MaskedGroupNorm(nn.Module):
    """Group normalisation whose statistics see the valid steps alone.

    PyTorch's takes mean and variance over all T steps of a group of
    channels, zeros of the padding included, so that a result would depend on
    the length of the batch.

    Args:
        groups (int): Number of groups.
        channels (int): Number C of channels, a multiple of ``groups``.
        eps (float): Added to the variance. Defaults to 1e-5.

    Raises:
        ValueError: If the channels cannot be divided into the groups.
    """

    def __init__(self, groups: int, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        if channels % groups:
            raise ValueError(f'channels={channels} expected to be a multiple '
                             f'of groups={groups}')
        self.groups = groups
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Normalise the groups of each sequence.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T).

        Returns:
            Tensor: Shape (B, C, T), zero at padded steps.
        """
        groups = x.unflatten(1, (self.groups, -1))  # (B, G, C / G, T)
        valid = mask.unsqueeze(1)  # (B, 1, 1, T)
        count = valid.sum((2, 3), keepdim=True).clamp(min=1) * groups.shape[2]
        mean = groups.sum((2, 3), keepdim=True) / count
        centred = (groups - mean) * valid
        variance = centred.square().sum((2, 3), keepdim=True) / count
        x = (centred * torch.rsqrt(variance + self.eps)).flatten(1, 2)
        return (x * self.weight[:, None] + self.bias[:, None]) * mask

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'{self.groups}, {self.weight.numel()}, eps={self.eps}'


class MaskedConv1d(nn.Conv1d):
    """Convolution over time that keeps the padding at zero.

    Args:
        in_channels (int): Channels of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Odd number of steps. Defaults to 3.
        stride (int): Defaults to 1.
        groups (int): Groups of channels. Defaults to 1.
        bias (bool): Defaults to True.

    Raises:
        ValueError: If the kernel is even.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 stride: int = 1,
                 groups: int = 1,
                 bias: bool = True) -> None:
        if kernel_size % 2 == 0:
            raise ValueError('kernel_size expected an odd number, got '
                             f'{kernel_size}')
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=kernel_size // 2,
            groups=groups,
            bias=bias)

    def _convolve(self, x: Tensor) -> Tensor:
        """The convolution; depthwise ones by what is fast on a CPU."""
        size = self.kernel_size[0]
        if self.groups == self.in_channels == self.out_channels and \
                self.stride[0] == 1 and self.bias is not None:
            weight = self.weight[:, 0]  # (C, k)
            if size == 1:
                return torch.addcmul(self.bias[:, None], x, weight)
            if size > 5 and x.device.type == 'cpu':
                # PyTorch goes channel by channel; the causal kernel, moved
                # by half its length, does not
                x = F.pad(x, (0, size // 2))
                x = causal_conv1d(x, weight, self.bias, activation=None)
                return x[..., size // 2:]
        return super().forward(x)

    def forward(self, x: Tensor, mask: Optional[Tensor] = None) -> Tensor:
        """Convolve.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor, optional): Mask of the input, bool, (B, 1, T); None
                if all steps are valid. Defaults to None.

        Returns:
            Tensor: Shape (B, C', ceil(T / stride)).
        """
        x = self._convolve(x)
        return x if mask is None else x * halve_mask(mask, self.stride[0])
