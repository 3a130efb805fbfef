"""The dynamic feature aggregation convolution of DyFADet, in two forms."""
import math
from typing import Optional

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .masked import ChannelNorm, MaskedConv1d

__all__ = ['DFAConv', 'DFADepthConv', 'restricted_tanh', 'stack_neighbours']


def restricted_tanh(u: Tensor, tau: float = 1.5) -> Tensor:
    """The gate's activation: zero below a point, rising to one.

    ``max(0, (tanh(u - tau) + tanh(tau)) / (1 + tanh(tau)))``: 0 at u = 0 and
    for every negative u, so that a gate can shut a tap off altogether.

    Args:
        u (Tensor): Any shape.
        tau (float): Where it is steepest. Defaults to 1.5.

    Returns:
        Tensor: The shape of ``u``, in [0, 1).
    """
    low = math.tanh(tau)
    return ((torch.tanh(u - tau) + low) / (1 + low)).relu()


def stack_neighbours(x: Tensor, size: int) -> Tensor:
    """Lay the neighbours of every step beside it.

    Args:
        x (Tensor): Shape (B, C, T).
        size (int): Odd number k of neighbours, the step itself included.

    Returns:
        Tensor: Shape (B, C, k, T): tap j at step t is x at t + j - k // 2,
        zero beyond the ends.
    """
    padded, length = F.pad(x, (size // 2, size // 2)), x.shape[-1]
    return torch.stack([padded[..., j:j + length] for j in range(size)], 2)


class DFAConv(nn.Module):
    """A convolution whose taps are gated by the input.

    Yang et al., "DyFADet" (ECCV 2024), the dynamic feature aggregation of
    Liu et al., MiGA 2025, Sec. 3.3. The neighbours of each step are stacked,
    multiplied by a gate that a convolution of the input computes, and mixed
    by a 1 x 1 convolution, which together is a convolution with kernel k
    whose effective shape depends on time. Gates start half open, where they
    have a gradient (ours; at zero they are shut).

    Args:
        in_channels (int): Channels C of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Odd number k of taps. Defaults to 3.
        gate (str): What has a gate of its own: ``'channel'`` (one for all
            taps of a channel), ``'tap'`` or ``'both'``. Defaults to
            ``'channel'``.
        square_compat (bool): Multiply by the stack a second time, as the
            public code does (its gate module returns the gated stack and the
            caller multiplies by the stack again): stack^2 gate, in which the
            sign is lost. For parity alone. Defaults to False.
        tau (float): See :func:`restricted_tanh`. Defaults to 1.5.

    Raises:
        ValueError: If ``gate`` is unknown.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 gate: str = 'channel',
                 square_compat: bool = False,
                 tau: float = 1.5) -> None:
        super().__init__()
        if gate not in ('channel', 'tap', 'both'):
            raise ValueError("gate expected 'channel', 'tap' or 'both', got "
                             f'{gate!r}')
        self.kernel_size = kernel_size
        self.square_compat = square_compat
        self.tau = tau
        # axes of the gate (B, C or 1, k or 1, T)
        self.gate_shape = (1 if gate == 'tap' else in_channels,
                           1 if gate == 'channel' else kernel_size)
        self.gate = MaskedConv1d(
            in_channels,
            math.prod(self.gate_shape),
            kernel_size,
            groups=1 if gate == 'tap' else in_channels)
        nn.init.constant_(self.gate.bias, tau)
        self.mix = nn.Conv1d(in_channels * kernel_size, out_channels, 1)
        self.norm = ChannelNorm(out_channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Convolve.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T).

        Returns:
            Tensor: Shape (B, C', T), zero at padded steps.
        """
        gate = restricted_tanh(self.gate(x), self.tau)
        stack = stack_neighbours(x, self.kernel_size)
        gated = stack * gate.unflatten(1, self.gate_shape)
        if self.square_compat:
            gated = gated * stack
        # (B, C, k, T) -> (B, C * k, T)
        return self.norm(self.mix(gated.flatten(1, 2))) * mask


class DFADepthConv(nn.Module):
    """The depth module of DyFADet's head: one gate for the whole step.

    The gate sees the stacked neighbours of its own neighbourhood through a
    convolution and layer normalisation, and is one number per step, which
    all channels and taps share. Which width the convolution has is not in
    the papers; ours is ``gate_channels``.

    Args:
        in_channels (int): Channels C of the input.
        out_channels (int): Channels of the output.
        kernel_size (int): Odd number k of taps. Defaults to 3.
        gate_channels (int, optional): Width of the gate's convolution; None
            for C // 4. Defaults to None.
        tau (float): See :func:`restricted_tanh`. Defaults to 1.5.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 gate_channels: Optional[int] = None,
                 tau: float = 1.5) -> None:
        super().__init__()
        if gate_channels is None:
            gate_channels = max(in_channels // 4, 1)
        self.kernel_size = kernel_size
        self.tau = tau
        self.context = MaskedConv1d(in_channels * kernel_size, gate_channels,
                                    kernel_size)
        self.context_norm = ChannelNorm(gate_channels)
        self.gate = nn.Conv1d(gate_channels, 1, 1)
        nn.init.constant_(self.gate.bias, tau)
        self.mix = nn.Conv1d(in_channels * kernel_size, out_channels, 1)
        self.norm = ChannelNorm(out_channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Convolve.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T).

        Returns:
            Tensor: Shape (B, C', T), zero at padded steps.
        """
        # (B, C, k, T) -> (B, C * k, T)
        stack = stack_neighbours(x, self.kernel_size).flatten(1, 2)
        # padded steps have neighbours that are valid: not zero by itself
        context = self.context_norm(self.context(stack * mask))
        gate = restricted_tanh(self.gate(context), self.tau)  # (B, 1, T)
        return self.norm(self.mix(stack * gate)) * mask
