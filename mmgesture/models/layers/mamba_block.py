"""The residual block of VideoMamba and MSF-Mamba."""
from typing import Optional, Sequence

from mmcv.cnn.bricks import DropPath
from torch import Tensor, nn

from .bidirectional_ssm import BidirectionalSSM
from .rms_norm import RMSNorm
from .scan_order import TokenOrder


class MambaBlock(nn.Module):
    """Pre-norm residual block around a bidirectional mixer.

    ``x + drop_path(mixer(norm(x)))``; x is the residual stream and stays in
    fp32 under autocast.

    Args:
        embed_dims (int): Channels d.
        mixer (BidirectionalSSM): The mixer.
        drop_path_rate (float): Rate of stochastic depth. Defaults to 0.
    """

    def __init__(self,
                 embed_dims: int,
                 mixer: BidirectionalSSM,
                 drop_path_rate: float = 0.) -> None:
        super().__init__()
        self.norm = RMSNorm(embed_dims)
        self.mixer = mixer
        self.drop_path = (
            DropPath(drop_path_rate) if drop_path_rate else nn.Identity())

    def forward(self, x: Tensor,
                visits: Sequence[Optional[TokenOrder]]) -> Tensor:
        """Apply the block.

        Args:
            x (Tensor): Residual stream, shape (B, L, d), fp32.
            visits (Sequence[TokenOrder | None]): Orders of the tokens.

        Returns:
            Tensor: Shape (B, L, d), fp32.
        """
        return x + self.drop_path(self.mixer(self.norm(x), visits))
