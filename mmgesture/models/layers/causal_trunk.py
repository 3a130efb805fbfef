"""A stack of state-space mixers that runs along a stream."""
from typing import List, Tuple

from mmcv.cnn.bricks import DropPath
from torch import Tensor, nn

from .rms_norm import RMSNorm
from .streaming_ssm import SSMState, StreamingSSM

__all__ = ['CausalTrunk']


class _Block(nn.Module):
    """``x + drop_path(dropout(mixer(norm(x))))``."""

    def __init__(self, channels: int, dropout: float, drop_path: float,
                 **mixer) -> None:
        super().__init__()
        self.norm = RMSNorm(channels)
        self.mixer = StreamingSSM(channels, **mixer)
        self.dropout = nn.Dropout(dropout)
        self.drop_path = DropPath(drop_path) if drop_path else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return x + self.drop_path(self.dropout(self.mixer(self.norm(x))))

    def chunk(self, x: Tensor, state: SSMState) -> Tuple[Tensor, SSMState]:
        y, state = self.mixer.chunk(self.norm(x), state)
        return x + y, state


class CausalTrunk(nn.Module):
    """Steps in, one vector per step out, each of the past alone.

    A linear layer, Mamba blocks with pre-norm residuals (Gu and Dao, arXiv
    2312.00752, Sec. 3.4) and a norm. No operation mixes steps but the
    mixers' causal convolution and scan.

    Args:
        in_channels (int): Values of a step.
        channels (int): Channels C.
        depth (int): Blocks. Defaults to 4.
        dropout (float): After every mixer. Defaults to 0.
        drop_path_rate (float): Stochastic depth of the last block; grows
            linearly from 0. Defaults to 0.
        d_state (int): States per channel. Defaults to 16.
        d_conv (int): Width of the mixers' convolution. Defaults to 4.
        expand (int): Inner width of the mixers. Defaults to 2.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int,
                 depth: int = 4,
                 dropout: float = 0.,
                 drop_path_rate: float = 0.,
                 d_state: int = 16,
                 d_conv: int = 4,
                 expand: int = 2) -> None:
        super().__init__()
        self.embed = nn.Linear(in_channels, channels)
        self.blocks = nn.ModuleList(
            _Block(channels, dropout,
                   drop_path_rate * k / max(depth - 1, 1),
                   d_state=d_state, d_conv=d_conv, expand=expand)
            for k in range(depth))
        self.norm = RMSNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Run over whole sequences.

        Args:
            x (Tensor): Shape (B, T, in_channels).

        Returns:
            Tensor: Shape (B, T, C).
        """
        x = self.embed(x)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def start(self, batch: int = 1) -> List[SSMState]:
        """The states before the first step.

        Args:
            batch (int): Sequences B. Defaults to 1.

        Returns:
            list[SSMState]: One for each block.
        """
        return [block.mixer.start(batch) for block in self.blocks]

    def chunk(self, x: Tensor, states: List[SSMState]
              ) -> Tuple[Tensor, List[SSMState]]:
        """Run over the next steps.

        Args:
            x (Tensor): Shape (B, n, in_channels).
            states (list[SSMState]): After the steps before; not changed.

        Returns:
            tuple[Tensor, list[SSMState]]: Shape (B, n, C), and the states
            after the last of them.
        """
        x, after = self.embed(x), []
        for block, state in zip(self.blocks, states):
            x, state = block.chunk(x, state)
            after.append(state)
        return self.norm(x), after
