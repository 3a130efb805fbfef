"""Aggregation of the scales of MCFM: ASWM, and the plain average."""
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from mmgesture.registry import MODELS


def _check_scales(maps: Sequence[Tensor], owner: str) -> None:
    """Raise unless ``maps`` is a list of maps of one shape."""
    if isinstance(maps, Tensor) or not maps:
        got = 'a tensor' if isinstance(maps, Tensor) else 'an empty list'
        raise TypeError(f'{owner} expected a list of feature maps, one per '
                        f'scale (put MCFM before it), got {got}')


@MODELS.register_module()
class ASWM(nn.Module):
    """Adaptive scale weighting module.

    MSF-Mamba (arXiv 2510.10478) Sec. III-E and Algorithm 1: two 3-D
    convolutions with a ReLU between them turn the concatenated scales into
    one logit per scale and position (Eq. 13), a softmax over the scales
    gives the weights alpha (Eq. 14), and the maps are added with these
    weights (Eq. 16). Kernel size and hidden width are not in the paper.

    Args:
        in_channels (int): Channels d of each map.
        num_scales (int): Number S of maps, at least 2. Defaults to 3.
        kernel_size (int): Odd side of both kernels. Defaults to 1.
        hidden_channels (int, optional): Width between the convolutions,
            None for d // 4. Defaults to None.

    Raises:
        ValueError: If there are fewer than two scales or an even kernel.
    """

    def __init__(self,
                 in_channels: int,
                 num_scales: int = 3,
                 kernel_size: int = 1,
                 hidden_channels: Optional[int] = None) -> None:
        super().__init__()
        if num_scales < 2:
            raise ValueError('ASWM expected at least 2 scales to choose '
                             f'from, got {num_scales}: use ScaleMean')
        if kernel_size % 2 == 0:
            raise ValueError(
                f'kernel_size expected an odd number, got {kernel_size}')
        if hidden_channels is None:
            hidden_channels = max(in_channels // 4, 1)
        self.num_scales = num_scales
        padding = kernel_size // 2
        self.attn = nn.Sequential(
            nn.Conv3d(
                num_scales * in_channels,
                hidden_channels,
                kernel_size,
                padding=padding), nn.ReLU(inplace=True),
            nn.Conv3d(
                hidden_channels, num_scales, kernel_size, padding=padding))

    def scale_weights(self, maps: Sequence[Tensor]) -> Tensor:
        """The weights alpha of the scales (Eqs. 13-14), for plots too.

        Args:
            maps (Sequence[Tensor]): S maps of shape (B, d, T, H', W').

        Returns:
            Tensor: Shape (B, S, T, H', W'), fp32; sums to 1 over S.

        Raises:
            TypeError: If ``maps`` is not a list of maps.
            ValueError: If there are not S of them.
        """
        _check_scales(maps, 'ASWM')
        if len(maps) != self.num_scales:
            raise ValueError(
                f'ASWM expected num_scales={self.num_scales} maps, got '
                f'{len(maps)}: make it the number of windows of MCFM')
        # S x (B, d, T, H', W') -> (B, S*d, ...) -> (B, S, T, H', W')
        logits = self.attn(torch.cat(tuple(maps), dim=1))
        if logits.dtype is torch.bfloat16:
            logits = logits.float()
        return logits.softmax(dim=1)

    def forward(self,
                x: Sequence[Tensor],
                data_samples: Optional[list] = None
                ) -> Tuple[Tensor, Dict[str, Tensor]]:
        """Weigh and add the scales.

        Args:
            x (Sequence[Tensor]): S maps of shape (B, d, T, H', W').
            data_samples (list, optional): Not used. Defaults to None.

        Returns:
            tuple[Tensor, dict]: The map (B, d, T, H', W'), and no losses.
        """
        # (B, S, T, H', W') -> S x (B, 1, T, H', W'), broadcast over d
        alphas = self.scale_weights(x).to(x[0].dtype).split(1, dim=1)
        fused = x[0] * alphas[0]
        for scale, alpha in zip(x[1:], alphas[1:]):
            fused = torch.addcmul(fused, scale, alpha)
        return fused, {}


@MODELS.register_module()
class ScaleMean(nn.Module):
    """Plain average of the scales ("average" of Table V).

    The average of a single scale is that scale.
    """

    def forward(self,
                x: List[Tensor],
                data_samples: Optional[list] = None
                ) -> Tuple[Tensor, Dict[str, Tensor]]:
        """Average the scales.

        Args:
            x (list[Tensor]): One or more maps of shape (B, d, T, H', W').
            data_samples (list, optional): Not used. Defaults to None.

        Returns:
            tuple[Tensor, dict]: The map (B, d, T, H', W'), and no losses.

        Raises:
            TypeError: If ``x`` is not a list of maps.
        """
        _check_scales(x, 'ScaleMean')
        total = x[0]
        for scale in x[1:]:
            total = total + scale
        return (total if len(x) == 1 else total / len(x)), {}
