"""From coordinates to the features that MMN's blocks work on."""
import torch
from torch import Tensor, nn

__all__ = ['SkeletonProjection', 'TemporalReduction', 'time_features']


def time_features(times: Tensor, channels: int) -> Tensor:
    """Sinusoids of the normalised time of every frame.

    F_te of MMN's Eq. 4: channel 2i is sin(t * w_i), channel 2i + 1 is
    cos(t * w_i), w_i = 10000^(-2i / C).

    Args:
        times (Tensor): Time of the frames in [-1, 1], shape (N, T).
        channels (int): Channels C, even.

    Returns:
        Tensor: Shape (N, C, T).

    Raises:
        ValueError: If ``channels`` is odd.
    """
    if channels % 2:
        raise ValueError('time_features expected an even number of channels, '
                         f'got {channels}')
    exponent = torch.arange(
        0, channels, 2, dtype=times.dtype, device=times.device) / channels
    angle = times[:, None] * (10000.**-exponent)[:, None]  # (N, C / 2, T)
    # (N, C / 2, 2, T) -> (N, C, T): sines and cosines take turns
    return torch.stack((angle.sin(), angle.cos()), dim=2).flatten(1, 2)


class SkeletonProjection(nn.Sequential):
    """Three linear layers per joint and frame (MMN, Sec. 3.3).

    Args:
        in_channels (int): Coordinates per joint.
        embed_dims (int): Channels C.
    """

    def __init__(self, in_channels: int, embed_dims: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, 2 * in_channels, 1), nn.GELU(),
            nn.Conv2d(2 * in_channels, 3 * in_channels, 1), nn.GELU(),
            nn.Conv2d(3 * in_channels, embed_dims, 1))


class TemporalReduction(nn.Module):
    """Halve the frames: a strided convolution over time, then a norm.

    The border is repeated, so that a body at rest stays at rest there.

    Args:
        channels (int): Channels C.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduction = nn.Conv2d(
            channels,
            channels, (3, 1),
            stride=(2, 1),
            padding=(1, 0),
            padding_mode='replicate')
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Reduce.

        Args:
            x (Tensor): Features, shape (N, C, T, V).

        Returns:
            Tensor: Shape (N, C, ceil(T / 2), V).
        """
        return self.bn(self.reduction(x))
