"""What is done to a residual branch before it is added."""
from typing import Optional

import torch
from mmcv.cnn.bricks import DropPath
from torch import Tensor, nn

__all__ = ['ResidualBranch']


class ResidualBranch(nn.Module):
    """Learnable scale per channel and stochastic depth, both optional.

    With a small first value a deep stack starts near the identity (Touvron
    et al., "Going deeper with image transformers", 2021; ActionFormer and
    DyFADet start at 1e-4).

    Args:
        channels (int): Number C of channels.
        layer_scale (float, optional): First value of the scales; None for
            no scales. Defaults to None.
        drop_path_rate (float): Rate of stochastic depth. Defaults to 0.
    """

    def __init__(self,
                 channels: int,
                 layer_scale: Optional[float] = None,
                 drop_path_rate: float = 0.) -> None:
        super().__init__()
        self.scale = None
        if layer_scale is not None:
            self.scale = nn.Parameter(
                torch.full((channels, 1), float(layer_scale)))
        self.drop_path = (
            DropPath(drop_path_rate) if drop_path_rate else nn.Identity())

    def forward(self, x: Tensor) -> Tensor:
        """Scale and drop.

        Args:
            x (Tensor): Shape (B, C, T).

        Returns:
            Tensor: Shape (B, C, T).
        """
        return self.drop_path(x if self.scale is None else self.scale * x)
