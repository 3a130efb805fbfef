"""The block of MMN: skeletal, temporal and motion branch, and their union."""
import torch
from mmcv.cnn.bricks import DropPath
from torch import Tensor, nn

from .mmn_modulation import (FACTORS, Modulation, SkeletalModulation,
                             TemporalModulation)

__all__ = ['FUSIONS', 'MotionGuidedFormer', 'frame_difference']

#: What is fused: modulated branches, or raw ones behind modulated gates.
FUSIONS = ('modulated', 'raw')


def frame_difference(x: Tensor) -> Tensor:
    """Forward differences of the frames (Eq. 9), as many as frames.

    Args:
        x (Tensor): Shape (N, C, T, V).

    Returns:
        Tensor: x[t + 1] - x[t], the last one repeated; zeros for one frame.
        Same shape.
    """
    if x.shape[2] == 1:
        return torch.zeros_like(x)
    step = x[:, :, 1:] - x[:, :, :-1]  # (N, C, T - 1, V)
    return torch.cat((step, step[:, :, -1:]), dim=2)


class _Mlp(nn.Module):
    """Two linear maps with GELU between, over channels last."""

    def __init__(self, channels: int, hidden: int, drop: float) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, channels)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor) -> Tensor:
        """Map (..., C) to (..., C)."""
        return self.drop(self.fc2(self.drop(self.act(self.fc1(x)))))


class MotionGuidedFormer(nn.Module):
    """Motion-guided skeletal-temporal former (MMN, Sec. 3.4).

    LayerNorm and a linear map (Eq. 6) give C channels: C/4 for the skeletal
    branch (a learnable graph per head), C/4 for the temporal branch (a
    grouped convolution over time, Eq. 8), C/2 for the motion branch (frame
    differences, a depth-wise convolution). Motion modulates the two others;
    the three are weighed by a gate, fused and added to the input, and an
    MLP follows. See :class:`MMN` for what is the paper's and what the
    code's.

    Args:
        channels (int): Channels C, a multiple of 4 times ``num_heads``.
        num_points (int): Joints V.
        num_heads (int): Graphs of the skeletal branch, groups of the
            temporal one. Defaults to 4.
        kernel_size (int): Frames that each kernel sees. Defaults to 3.
        mlp_ratio (float): Hidden over outer channels. Defaults to 2.
        drop (float): Dropout of projection and MLP. Defaults to 0.
        drop_path (float): Stochastic depth. Defaults to 0.
        fuse (str): ``'modulated'`` or ``'raw'``.
            Defaults to ``'modulated'``.
        msm_graph (str): See :class:`SkeletalModulation`.
            Defaults to ``'mix'``.
        mod_norm (str): See :class:`SkeletalModulation`.
            Defaults to ``'bn_tanh'``.
        modulation (str): See :class:`Modulation`. Defaults to ``'affine'``.
        msm (bool): Without it the skeletal branch is not modulated.
            Defaults to True.
        mtm (bool): Without it the temporal branch is not modulated.
            Defaults to True.

    Raises:
        ValueError: If an option is unknown or ``channels`` does not divide.
    """

    def __init__(self,
                 channels: int,
                 num_points: int,
                 num_heads: int = 4,
                 kernel_size: int = 3,
                 mlp_ratio: float = 2.,
                 drop: float = 0.,
                 drop_path: float = 0.,
                 fuse: str = 'modulated',
                 msm_graph: str = 'mix',
                 mod_norm: str = 'bn_tanh',
                 modulation: str = 'affine',
                 msm: bool = True,
                 mtm: bool = True) -> None:
        super().__init__()
        if channels % (4 * num_heads):
            raise ValueError(f'channels={channels} expected to be a multiple '
                             f'of 4 * num_heads={4 * num_heads}: a quarter of '
                             'them is divided among the heads')
        if fuse not in FUSIONS:
            raise ValueError(f'fuse expected one of {FUSIONS}, got {fuse!r}')
        quarter, half = channels // 4, channels // 2
        self.num_heads = num_heads
        self.fuse = fuse
        self.sizes = (quarter, quarter, half)
        self.norm_1 = nn.LayerNorm(channels)
        self.mapping = nn.Linear(channels, channels)
        self.gconv = nn.Parameter(
            torch.empty(num_heads, num_points, num_points))
        nn.init.trunc_normal_(self.gconv, std=.02)
        window = dict(
            kernel_size=(kernel_size, 1), padding=(kernel_size // 2, 0))
        self.tconv = nn.Conv2d(quarter, quarter, groups=num_heads, **window)
        self.Motion = nn.Sequential(
            nn.Conv2d(half, half, groups=half, bias=False, **window),
            nn.BatchNorm2d(half), nn.GELU())
        modulation_channels = FACTORS.get(modulation, 1) * quarter
        self.MSM = self.skeletal = self.MTM = self.temporal = None
        if msm:
            self.MSM = SkeletalModulation(half, modulation_channels,
                                          num_points, msm_graph, mod_norm)
            self.skeletal = Modulation(quarter, modulation)
        if mtm:
            self.MTM = TemporalModulation(half, modulation_channels,
                                          kernel_size, mod_norm)
            self.temporal = Modulation(quarter, modulation)
        self.aggregation_gate = nn.Sequential(
            nn.Conv2d(channels, quarter, 1, bias=False),
            nn.BatchNorm2d(quarter), nn.ReLU(),
            nn.Conv2d(quarter, 3, 1, bias=False), nn.Sigmoid())
        self.aggregation = nn.Sequential(
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels), nn.GELU())
        self.proj = nn.Linear(channels, channels)
        self.proj_drop = nn.Dropout(drop)
        self.norm_2 = nn.LayerNorm(channels)
        self.mlp = _Mlp(channels, int(channels * mlp_ratio), drop)
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor) -> Tensor:
        """Run the block.

        Args:
            x (Tensor): Features, shape (N, C, T, V).

        Returns:
            Tensor: The same shape, channels last in memory.
        """
        x = x.permute(0, 2, 3, 1)  # (N, C, T, V) -> (N, T, V, C)
        y = self.mapping(self.norm_1(x)).permute(0, 3, 1, 2)
        fused = self.aggregate(y).permute(0, 2, 3, 1)
        x = x + self.drop_path(self.proj_drop(self.proj(fused)))
        x = x + self.drop_path(self.mlp(self.norm_2(x)))
        return x.permute(0, 3, 1, 2)

    def aggregate(self, y: Tensor) -> Tensor:
        """The three branches and their union: X_agg of Eq. 16.

        Args:
            y (Tensor): X_in of Eq. 6, shape (N, C, T, V).

        Returns:
            Tensor: The same shape.
        """
        skeletal, temporal, moving = y.split(self.sizes, dim=1)
        x_gc = self._graph(skeletal)
        x_tc = self.tconv(temporal)
        motion = self.Motion(frame_difference(moving))
        x_gcm, x_tcm = x_gc, x_tc
        if self.MSM is not None:
            x_gcm = self.skeletal(x_gc, self.MSM(motion))
        if self.MTM is not None:
            x_tcm = self.temporal(x_tc, self.MTM(motion))
        gate = self.aggregation_gate(torch.cat((x_tcm, x_gcm, motion), dim=1))
        if self.fuse == 'modulated':
            x_tc, x_gc = x_tcm, x_gcm
        g_t, g_s, g_m = gate.chunk(3, dim=1)  # each (N, 1, T, V)
        return self.aggregation(
            torch.cat((x_tc * g_t, x_gc * g_s, motion * g_m), dim=1))

    def _graph(self, x: Tensor) -> Tensor:
        """Every head's channels mixed over the joints by its own graph."""
        heads = x.unflatten(1, (self.num_heads, -1))  # (N, h, C / 4h, T, V)
        graphs = self.gconv.transpose(1, 2)  # [h, u, v]
        # (N, h, c T, u) x (h, u, v)
        mixed = heads.flatten(2, 3) @ graphs
        return mixed.reshape(x.shape)

    def extra_repr(self) -> str:
        """str: The options."""
        return f'num_heads={self.num_heads}, fuse={self.fuse!r}'
