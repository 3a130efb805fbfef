"""Motion consistency learning: features of several time scales into one."""
from typing import Sequence

import torch
from torch import Tensor, nn

__all__ = ['ScaleFusion']


class ScaleFusion(nn.Module):
    """Gated union of the scales (MMN, Sec. 3.5, Eq. 17).

    Every scale is brought to the frames of the coarsest by a convolution
    whose kernel is its stride; a softmax over the scales, per frame and
    joint, weighs them. From the released code come the hidden size of the
    gate, the dropout and the convolution of the coarsest scale that is
    added at last. Names are those of the released weights (``f4_proc`` is
    the coarsest of four).

    Args:
        channels (int): Channels C of every scale.
        num_scales (int): Scales L; scale k has T / 2^k frames.
            Defaults to 4.
        drop (float): Dropout of the weighed sum. Defaults to 0.1.

    Raises:
        ValueError: If there are fewer than two scales.
    """

    def __init__(self,
                 channels: int,
                 num_scales: int = 4,
                 drop: float = 0.1) -> None:
        super().__init__()
        if num_scales < 2:
            raise ValueError(
                f'ScaleFusion expected two scales or more, got {num_scales}')
        self.num_scales = num_scales
        for k in range(1, num_scales):
            stride = (2**(num_scales - k), 1)
            self.add_module(
                f'down{k}',
                nn.Sequential(
                    nn.Conv2d(channels, channels, stride, stride),
                    nn.BatchNorm2d(channels), nn.ReLU()))
        self.add_module(f'f{num_scales}_proc',
                        nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU()))
        self.gate_conv = nn.Sequential(
            nn.Conv2d(num_scales * channels, channels, 1),
            nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, num_scales, 1))
        self.res_conv = nn.Conv2d(channels, channels, 1)
        self.drop = nn.Dropout(drop)

    def forward(self, scales: Sequence[Tensor]) -> Tensor:
        """Unite.

        Args:
            scales (Sequence[Tensor]): Finest first, scale k of shape
                (N, C, T / 2^k, V).

        Returns:
            Tensor: Shape (N, C, T / 2^(L - 1), V).

        Raises:
            ValueError: If it gets another number of scales.
        """
        if len(scales) != self.num_scales:
            raise ValueError(f'ScaleFusion expected {self.num_scales} scales, '
                             f'got {len(scales)}')
        even = [
            self.get_submodule(f'down{k}')(x)
            for k, x in enumerate(scales[:-1], 1)
        ]
        even.append(self.get_submodule(f'f{self.num_scales}_proc')(scales[-1]))
        gate = self.gate_conv(torch.cat(even, dim=1)).softmax(dim=1)
        # gate: (N, L, T', V), one plane per scale
        weighed = sum(g * x for g, x in zip(gate.split(1, dim=1), even))
        return self.drop(weighed) + self.res_conv(even[-1])
