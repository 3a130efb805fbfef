"""The transformer block of ActionFormer: local attention over time."""
from typing import Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .masked import ChannelNorm, MaskedConv1d, masked_max_pool
from .residual import ResidualBranch

__all__ = ['TemporalAttentionBlock', 'attention_pattern']


def attention_pattern(mask: Tensor, window: Optional[int]) -> Tensor:
    """Which step may look at which.

    Args:
        mask (Tensor): Valid steps, bool, shape (B, 1, T).
        window (int, optional): Odd number of steps, the own one in the
            middle; None for all.

    Returns:
        Tensor: Bool, shape (B, 1, T, T): query, key. Padded queries see
        themselves, so that no row is empty.
    """
    steps = torch.arange(mask.shape[-1], device=mask.device)
    distance = (steps[:, None] - steps).abs()
    allowed = mask[:, :, None] & mask[..., None]  # (B, 1, T, T)
    if window is not None:
        allowed = allowed & (distance <= window // 2)
    return allowed | (distance == 0)


class TemporalAttentionBlock(nn.Module):
    """Pre-norm transformer block with convolutional projections.

    Zhang et al., "ActionFormer" (ECCV 2022), Sec. 3.2: depthwise
    convolutions of three steps make query, key and value, with a stride of
    two between the levels of a pyramid; attention reaches ``window`` steps.

    Args:
        channels (int): Number C of channels.
        num_heads (int): Attention heads. Defaults to 4.
        window (int, optional): Odd number of steps that attention sees;
            None for all. Defaults to None.
        stride (int): 1, or 2 to halve the steps. Defaults to 1.
        hidden_channels (int, optional): Width of the MLP; None for 4 C.
            Defaults to None.
        dropout (float): Of attention weights, projection and MLP. Defaults
            to 0.
        layer_scale (float, optional): First value of the learnable scales
            of both residual branches; None for plain ones. Defaults to None.
        drop_path_rate (float): Stochastic depth. Defaults to 0.

    Raises:
        ValueError: If the stride is neither 1 nor 2, the window is even or
            the heads do not divide the channels.
    """

    def __init__(self,
                 channels: int,
                 num_heads: int = 4,
                 window: Optional[int] = None,
                 stride: int = 1,
                 hidden_channels: Optional[int] = None,
                 dropout: float = 0.,
                 layer_scale: Optional[float] = None,
                 drop_path_rate: float = 0.) -> None:
        super().__init__()
        if stride not in (1, 2):
            raise ValueError(f'stride expected 1 or 2, got {stride}')
        if window is not None and window % 2 == 0:
            raise ValueError(f'window expected an odd number, got {window}')
        if channels % num_heads:
            raise ValueError(f'channels={channels} expected to be a multiple '
                             f'of num_heads={num_heads}')
        self.stride, self.window = stride, window
        self.num_heads, self.dropout = num_heads, dropout
        hidden = 4 * channels if hidden_channels is None else hidden_channels
        self.norm1 = ChannelNorm(channels)
        self.projections = nn.ModuleList()
        for _ in range(3):  # query, key, value
            self.projections.append(
                nn.ModuleDict(
                    dict(
                        conv=MaskedConv1d(
                            channels,
                            channels,
                            stride=stride,
                            groups=channels,
                            bias=False),
                        norm=ChannelNorm(channels),
                        linear=nn.Conv1d(channels, channels, 1))))
        self.out = nn.Conv1d(channels, channels, 1)
        self.norm2 = ChannelNorm(channels)
        self.mlp = nn.Sequential(
            nn.Conv1d(channels, hidden, 1), nn.GELU(), nn.Dropout(dropout),
            nn.Conv1d(hidden, channels, 1), nn.Dropout(dropout))
        self.residual1 = ResidualBranch(channels, layer_scale, drop_path_rate)
        self.residual2 = ResidualBranch(channels, layer_scale, drop_path_rate)

    def forward(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Encode.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T).

        Returns:
            tuple[Tensor, Tensor]: Shape (B, C, T'), zero at padded steps,
            and its mask; T' is ceil(T / stride).
        """
        z = self.norm1(x) * mask
        parts = []
        for part in self.projections:
            y = part['linear'](part['norm'](part['conv'](z, mask)))
            # (B, C, T') -> (B, heads, C / heads, T') -> (B, heads, T', .)
            parts.append(y.unflatten(1, (self.num_heads, -1)).mT)
        if self.stride == 2:
            x, mask = masked_max_pool(x, mask)
        y = F.scaled_dot_product_attention(
            *parts,
            attn_mask=attention_pattern(mask, self.window),
            dropout_p=self.dropout if self.training else 0.)
        y = self.out(y.mT.flatten(1, 2))  # back to (B, C, T')
        y = F.dropout(y, self.dropout, self.training)
        x = x + self.residual1(y * mask)
        x = x + self.residual2(self.mlp(self.norm2(x)) * mask)
        return x, mask
