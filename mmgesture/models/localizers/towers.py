"""What the heads of pyramids do before their last convolution."""
from typing import List, Sequence

import torch
from torch import Tensor, nn

from ..layers.dfa_conv import DFAConv, DFADepthConv
from ..layers.masked import ChannelNorm, MaskedConv1d
from ..layers.spatial_temporal_attention import SpatialTemporalAttention

__all__ = ['TOWERS', 'MSDyTower', 'PlainTower']


class PlainTower(nn.Module):
    """Convolutions shared by all levels: ActionFormer's head.

    Args:
        channels (int): Channels C of the levels.
        num_layers (int): Convolutions. Defaults to 2.
        kernel_size (int): Odd number of steps. Defaults to 3.
    """

    def __init__(self,
                 channels: int,
                 num_layers: int = 2,
                 kernel_size: int = 3) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            MaskedConv1d(channels, channels, kernel_size, bias=False)
            for _ in range(num_layers))
        self.norms = nn.ModuleList(
            ChannelNorm(channels) for _ in range(num_layers))

    def forward(self, levels: Sequence[Tensor],
                masks: Sequence[Tensor]) -> List[Tensor]:
        """Convolve every level.

        Args:
            levels (Sequence[Tensor]): Shape (B, C, T_l) each, zero at padded
                steps.
            masks (Sequence[Tensor]): Bool, shape (B, 1, T_l) each.

        Returns:
            list[Tensor]: Of the same shapes.
        """
        levels = list(levels)
        for conv, norm in zip(self.convs, self.norms):
            levels = [
                norm(conv(x, mask)).relu() * mask
                for x, mask in zip(levels, masks)
            ]
        return levels


class MSDyLayer(nn.Module):
    """One layer of the multi-scale dynamic head.

    Level l becomes a sum of itself and of the levels below and above, each
    through a gated convolution of its own and brought to its length; then
    attention, if asked for, the depth module and a ReLU:

    .. code-block:: text

        f_l = a x_l + b (down(m_0(x_{l-1})) + up(m_1(x_{l+1})))
        y_l = ReLU(depth(attention(f_l)))

    with learnable a and b that start at 1 and 0. Down takes every second
    step and up repeats steps, which is nearest-neighbour resizing for
    lengths that are powers of two and, unlike that, does not depend on the
    padding for the others.

    Args:
        channels (int): Channels C of the levels.
        kernel_size (int): Odd number of steps. Defaults to 3.
        attention (bool): Spatial-temporal attention on the fused feature.
            Defaults to False.
        square_compat (bool): See :class:`DFAConv`. Defaults to False.
    """

    def __init__(self,
                 channels: int,
                 kernel_size: int = 3,
                 attention: bool = False,
                 square_compat: bool = False) -> None:
        super().__init__()
        self.below = DFAConv(
            channels, channels, kernel_size, square_compat=square_compat)
        self.above = DFAConv(
            channels, channels, kernel_size, square_compat=square_compat)
        self.own_scale = nn.Parameter(torch.ones(()))
        self.other_scale = nn.Parameter(torch.zeros(()))
        self.attention = (
            SpatialTemporalAttention(channels) if attention else None)
        self.depth = DFADepthConv(channels, channels, kernel_size)

    def forward(self, levels: Sequence[Tensor],
                masks: Sequence[Tensor]) -> List[Tensor]:
        """Fuse neighbouring levels.

        Args:
            levels (Sequence[Tensor]): Shape (B, C, T_l) each, zero at padded
                steps.
            masks (Sequence[Tensor]): Bool, shape (B, 1, T_l) each.

        Returns:
            list[Tensor]: Of the same shapes.
        """
        fused = [self.own_scale * x for x in levels]
        for k in range(len(levels) - 1):
            lower = self.below(levels[k], masks[k])[:, :, ::2]
            upper = self.above(levels[k + 1], masks[k + 1])
            upper = upper.repeat_interleave(2, -1)[:, :, :levels[k].shape[-1]]
            fused[k + 1] = fused[k + 1] + self.other_scale * lower
            fused[k] = fused[k] + self.other_scale * (upper * masks[k])
        if self.attention is not None:
            fused = [self.attention(x, m) for x, m in zip(fused, masks)]
        return [self.depth(x, m).relu() for x, m in zip(fused, masks)]


class MSDyTower(nn.Module):
    """The multi-scale dynamic head of DyFADet (Yang et al., ECCV 2024).

    Liu et al., MiGA 2025, Sec. 3.4 and Fig. 2, put spatial-temporal
    attention in it.

    Args:
        channels (int): Channels C of the levels.
        num_layers (int): Layers. Defaults to 2.
        kernel_size (int): Odd number of steps. Defaults to 3.
        attention (bool): See :class:`MSDyLayer`. Defaults to False.
        square_compat (bool): See :class:`DFAConv`. Defaults to False.
    """

    def __init__(self,
                 channels: int,
                 num_layers: int = 2,
                 kernel_size: int = 3,
                 attention: bool = False,
                 square_compat: bool = False) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            MSDyLayer(channels, kernel_size, attention, square_compat)
            for _ in range(num_layers))

    def forward(self, levels: Sequence[Tensor],
                masks: Sequence[Tensor]) -> List[Tensor]:
        """Apply all layers.

        Args:
            levels (Sequence[Tensor]): Shape (B, C, T_l) each, zero at padded
                steps.
            masks (Sequence[Tensor]): Bool, shape (B, 1, T_l) each.

        Returns:
            list[Tensor]: Of the same shapes.
        """
        for layer in self.layers:
            levels = layer(levels, masks)
        return list(levels)


TOWERS = dict(plain=PlainTower, msdy=MSDyTower)
