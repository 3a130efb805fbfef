"""From a clip to tokens."""
from typing import List

from torch import Tensor, nn
from torch.nn import functional as F


def _check_clip(x: Tensor, in_channels: int, tubelet_size: int,
                patch_size: int) -> None:
    """Raise ValueError unless the clip can be cut into patches."""
    if x.dim() != 5 or x.shape[1] != in_channels:
        raise ValueError(
            f'Patch embedding expected a clip (B, {in_channels}, T, H, W), '
            f'got shape {tuple(x.shape)}')
    frames, height, width = x.shape[2:]
    if frames % tubelet_size or height % patch_size or width % patch_size:
        raise ValueError(
            f'Patch embedding expected T to be a multiple of {tubelet_size} '
            f'and H, W multiples of {patch_size}, got T={frames}, '
            f'H={height}, W={width}: resize or crop in the pipeline')


class PatchEmbed3D(nn.Module):
    """Linear embedding of tubelets that do not overlap (MSF-Mamba, Eq. 8).

    The parameters are those of a 3-D convolution with kernel and stride
    (tubelet, patch, patch), ``proj.weight`` and ``proj.bias`` as VideoMamba
    has them. It is computed as one matrix product over the cut-out tubelets,
    which leaves the tokens channel-last in memory, as the blocks want them.

    Args:
        in_channels (int): Channels of the clip.
        embed_dims (int): Channels d of a token.
        patch_size (int): Height and width of a tubelet in pixels.
        tubelet_size (int): Frames of a tubelet.
    """

    def __init__(self, in_channels: int, embed_dims: int, patch_size: int,
                 tubelet_size: int) -> None:
        super().__init__()
        kernel = (tubelet_size, patch_size, patch_size)
        self.proj = nn.Conv3d(in_channels, embed_dims, kernel, stride=kernel)
        nn.init.trunc_normal_(self.proj.weight, std=.02)
        nn.init.zeros_(self.proj.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Embed a clip.

        Args:
            x (Tensor): Clip of shape (B, C, T, H, W).

        Returns:
            Tensor: Tokens of shape (B, T', H', W', d).

        Raises:
            ValueError: If T, H or W is not a multiple of the tubelet's.
        """
        frames, patch, _ = self.proj.kernel_size
        channels = self.proj.in_channels
        _check_clip(x, channels, frames, patch)
        batch = x.shape[0]
        grid = (x.shape[2] // frames, x.shape[3] // patch,
                x.shape[4] // patch)
        # (B, C, T, H, W) -> (B, C, T', t, H', p, W', p)
        x = x.reshape(batch, channels, grid[0], frames, grid[1], patch,
                      grid[2], patch)
        # -> (B, T', H', W', C, t, p, p) -> (B, T', H', W', C*t*p*p)
        x = x.permute(0, 2, 4, 6, 1, 3, 5, 7).flatten(4)
        return F.linear(x, self.proj.weight.flatten(1), self.proj.bias)


class ConvPatchEmbed3D(nn.Module):
    """Convolutional stem: strided 3-D convolutions with batch norm.

    Not in the paper: an option for training from scratch on small data,
    where a linear patch embedding learns poorly. log2(patch) convolutions of
    kernel 3 halve height and width each; the last log2(tubelet) of them also
    halve the number of frames. Channels double up to d.

    Args:
        in_channels (int): Channels of the clip.
        embed_dims (int): Channels d of a token.
        patch_size (int): Pixels per token and axis, a power of two.
        tubelet_size (int): Frames per token, a power of two that is not
            larger than ``patch_size``.

    Raises:
        ValueError: If the sizes are not powers of two as above.
    """

    def __init__(self, in_channels: int, embed_dims: int, patch_size: int,
                 tubelet_size: int) -> None:
        super().__init__()
        for name, size in (('patch_size', patch_size), ('tubelet_size',
                                                        tubelet_size)):
            if size < 1 or size & (size - 1):
                raise ValueError("patch_embed='conv' expected a power of two "
                                 f'as {name}, got {size}')
        if patch_size < 2 or tubelet_size > patch_size:
            raise ValueError(
                "patch_embed='conv' expected patch_size >= 2 and "
                f'tubelet_size <= patch_size, got {patch_size} and '
                f'{tubelet_size}')
        self.in_channels = in_channels
        self.patch_size = patch_size
        self.tubelet_size = tubelet_size
        spatial_steps = patch_size.bit_length() - 1
        temporal_steps = tubelet_size.bit_length() - 1
        stem: List[nn.Module] = []
        before = in_channels
        for step in range(spatial_steps):
            left = spatial_steps - 1 - step
            after = max(embed_dims >> left, min(16, embed_dims))
            stride = (2 if left < temporal_steps else 1, 2, 2)
            # no bias: the batch norm that follows has one
            conv = nn.Conv3d(
                before, after, 3, stride=stride, padding=1, bias=False)
            nn.init.kaiming_normal_(
                conv.weight, mode='fan_out', nonlinearity='relu')
            stem += [conv, nn.BatchNorm3d(after)]
            if left:
                stem.append(nn.ReLU(inplace=True))
            before = after
        self.stem = nn.Sequential(*stem)

    def forward(self, x: Tensor) -> Tensor:
        """Embed a clip.

        Args:
            x (Tensor): Clip of shape (B, C, T, H, W).

        Returns:
            Tensor: Tokens of shape (B, T', H', W', d).

        Raises:
            ValueError: If T, H or W is not a multiple of the token's size.
        """
        _check_clip(x, self.in_channels, self.tubelet_size, self.patch_size)
        # (B, d, T', H', W') -> (B, T', H', W', d)
        return self.stem(x).permute(0, 2, 3, 4, 1)
