"""Small trainable modules between the blocks of a frozen clip encoder."""
from typing import Any, NamedTuple, Optional

import torch
from torch import Tensor, nn

__all__ = ['ADAPTERS', 'ClipAdapter', 'DecoupledAdapter', 'TemporalAdapter',
           'TokenGrid']


class TokenGrid(NamedTuple):
    """How tokens (B * n, L, C) lie in a window cut into n chunks.

    Attributes:
        chunks (int): Chunks n of a window.
        frames (int): Tokens of a chunk along time.
        height (int): Along the picture's height.
        width (int): Along its width.
        prefix (int): Tokens in front that lie nowhere (class token).
    """
    chunks: int
    frames: int
    height: int
    width: int
    prefix: int = 0


class ClipAdapter(nn.Module):
    """Bottleneck with a residual, which starts as nothing.

    ``x + gamma up(mix(GELU(down(x))))``; ``up`` starts at zero, so that the
    encoder's own features are what training starts from. It is put behind a
    block as a forward hook, :meth:`after_block`: the encoder keeps its
    parameters' names, and its files fit.

    Args:
        channels (int): Channels C of the tokens.
        ratio (float): Width of the bottleneck over C. Defaults to 0.25.
    """

    def __init__(self, channels: int, ratio: float = 0.25) -> None:
        super().__init__()
        hidden = max(int(channels * ratio), 1)
        self.down = nn.Linear(channels, hidden)
        self.act = nn.GELU()
        self.up = nn.Linear(hidden, channels)
        self.gamma = nn.Parameter(torch.ones(1))
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)
        self.hidden = hidden
        self.grid: Optional[TokenGrid] = None

    def mix(self, x: Tensor) -> Tensor:
        """Mix what is in the bottleneck across tokens.

        Args:
            x (Tensor): Shape (B, C', T, H, W), T all frames of the window.

        Returns:
            Tensor: Of the same shape.
        """
        raise NotImplementedError

    def forward(self, x: Tensor, grid: TokenGrid) -> Tensor:
        """Adapt tokens.

        Args:
            x (Tensor): Shape (B * n, L, C), time-major.
            grid (TokenGrid): Their places.

        Returns:
            Tensor: Of the same shape.
        """
        tokens = x[:, grid.prefix:]
        y = self.act(self.down(tokens))
        # (B * n, L, C') -> (B, n * t, h, w, C') -> (B, C', n * t, h, w)
        y = y.reshape(-1, grid.chunks * grid.frames, grid.height, grid.width,
                      self.hidden).permute(0, 4, 1, 2, 3)
        y = self.mix(y).permute(0, 2, 3, 4, 1).reshape(
            *tokens.shape[:2], self.hidden)
        tokens = tokens + self.gamma * self.up(y)
        if not grid.prefix:
            return tokens
        return torch.cat((x[:, :grid.prefix], tokens), 1)

    def after_block(self, block: nn.Module, args: Any,
                    output: Tensor) -> Tensor:
        """Forward hook of a block.

        A bound method and no closure: a copy of the model (of the moving
        average, for instance) then gets hooks to its own adapters.

        Args:
            block (nn.Module): Not used.
            args (Any): Not used.
            output (Tensor): The block's tokens, (B * n, L, C).

        Returns:
            Tensor: Adapted.
        """
        return self(output, self.grid)


class TemporalAdapter(ClipAdapter):
    """Temporal-informative adapter of AdaTAD.

    Liu et al., "End-to-End Temporal Action Detection with 1B Parameters
    Across 1000 Frames" (CVPR 2024), Sec. 3.3: in the bottleneck a depthwise
    convolution along the time of the whole window, across chunks, and a
    pointwise one, with a residual.

    Args:
        channels (int): Channels C of the tokens.
        ratio (float): Width of the bottleneck over C. Defaults to 0.25.
        kernel_size (int): Odd number of frames. Defaults to 3.
    """

    def __init__(self,
                 channels: int,
                 ratio: float = 0.25,
                 kernel_size: int = 3) -> None:
        super().__init__(channels, ratio)
        size = self.hidden
        self.depthwise = nn.Conv3d(
            size, size, (kernel_size, 1, 1), padding=(kernel_size // 2, 0, 0),
            groups=size)
        self.pointwise = nn.Conv3d(size, size, 1)

    def mix(self, x: Tensor) -> Tensor:
        """See :class:`ClipAdapter`.

        Args:
            x (Tensor): Shape (B, C', T, H, W).

        Returns:
            Tensor: Of the same shape.
        """
        return x + self.pointwise(self.depthwise(x))


class DecoupledAdapter(ClipAdapter):
    """Adapter with a branch along time and one across the picture.

    The idea of MiGA 2026's winner (arXiv 2606.07355) as far as it is
    described: bottleneck 0.25, depthwise kernels of 3, time and space apart.
    The branches stand side by side and are added to the residual.

    Args:
        channels (int): Channels C of the tokens.
        ratio (float): Width of the bottleneck over C. Defaults to 0.25.
        kernel_size (int): Odd number of frames and of tokens. Defaults to
            3.
    """

    def __init__(self,
                 channels: int,
                 ratio: float = 0.25,
                 kernel_size: int = 3) -> None:
        super().__init__(channels, ratio)
        size, half = self.hidden, kernel_size // 2
        self.temporal = nn.Conv3d(
            size, size, (kernel_size, 1, 1), padding=(half, 0, 0),
            groups=size)
        self.spatial = nn.Conv3d(
            size, size, (1, kernel_size, kernel_size),
            padding=(0, half, half), groups=size)

    def mix(self, x: Tensor) -> Tensor:
        """See :class:`ClipAdapter`.

        Args:
            x (Tensor): Shape (B, C', T, H, W).

        Returns:
            Tensor: Of the same shape.
        """
        return x + self.temporal(x) + self.spatial(x)


ADAPTERS = dict(temporal=TemporalAdapter, decoupled=DecoupledAdapter)
