"""The spatial-temporal attention of MiGA 2025's winner, on sequences."""
import torch
from torch import Tensor, nn

from .masked import MaskedConv1d, masked_mean

__all__ = ['SpatialTemporalAttention']


class SpatialTemporalAttention(nn.Module):
    """Two attention maps, one over channels and one over steps.

    Liu et al., MiGA 2025, Sec. 3.4, Eqs. 4-5: CBAM (Woo et al., ECCV 2018)
    in a head that works on (B, C, T), where the paper's "7 x 7 convolution"
    and "compress the spatial dimensions" cannot be taken at their word.
    This is what CBAM computes on (B, C, T, 1):

    .. code-block:: text

        Attn_T = sigmoid(MLP(mean_T x) + MLP(max_T x))        (B, C, 1)
        x = x Attn_T
        Attn_S = sigmoid(Conv_7([mean_C x; max_C x]))         (B, 1, T)
        x = x Attn_S

    The names are the paper's: its temporal attention has one weight per
    channel, its spatial attention one per step. Pooling over time sees the
    valid steps alone.

    Args:
        channels (int): Number C of channels.
        reduction (int): Width of the shared MLP is C // reduction, at least
            4; not in the paper. Defaults to 16.
        kernel_size (int): Odd number of steps. Defaults to 7.
    """

    def __init__(self,
                 channels: int,
                 reduction: int = 16,
                 kernel_size: int = 7) -> None:
        super().__init__()
        # a single rectified channel could be dead from the start
        hidden = max(channels // reduction, 4)
        self.mlp = nn.Sequential(
            nn.Conv1d(channels, hidden, 1), nn.ReLU(inplace=True),
            nn.Conv1d(hidden, channels, 1))
        self.conv = MaskedConv1d(2, 1, kernel_size)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Weigh channels, then steps.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T); at least one step of each
                sequence is valid.

        Returns:
            Tensor: Shape (B, C, T), zero at padded steps.
        """
        highest = x.masked_fill(~mask, -torch.inf).amax(-1, keepdim=True)
        pooled = self.mlp(masked_mean(x, mask)) + self.mlp(highest)
        x = x * pooled.sigmoid()  # (B, C, 1)
        pooled = torch.cat((x.mean(1, True), x.amax(1, True)), 1)  # (B, 2, T)
        return x * self.conv(pooled).sigmoid()
