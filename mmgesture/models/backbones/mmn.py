"""MMN, the motion-guided modulation network for skeletons.

Gu et al., "Motion Matters: Motion-guided Modulation Network for
Skeleton-based Micro-Action Recognition" (ACM MM 2025). Paper and released
code differ in 15 places. The default is the paper's intent wherever that
leaves names and shapes of the parameters alone; ``compat='official'`` is the
code, for its weights. Both modes have the same parameters.

== ================= ==================== ==================== =============
#  place             paper = default      code = 'official'    switch
== ================= ==================== ==================== =============
1  Eq. 16            modulated branches   raw branches fused,  fuse
                     are fused            modulated ones only
                                          reach the gates
2  Eq. 10, 13        tanh(BN(conv(x)))    BN(tanh(conv(x)))    mod_norm
3  Eq. 12, 15        mean and deviation   each branch by its   none: code,
                     of X_tc for both,    own statistics       a misprint
                     of an undefined X_b
4  Eq. 7             GELU(W_g A X)        no W_g, no GELU,     none: code
                                          a graph per head     (new names)
5  Eq. 10            graph convolution    each joint scaled    msm_graph
                     mixes joints         by a column's sum
6  input of MSM, MTM difference of frames GELU(BN(conv(.)))    none: code
                                          of the difference    (new shapes)
7  Eq. 2, 3          clip turned, scaled, drawn, then dropped; pipeline:
                     shifted, jittered    axis mask and block  STCA, MaskAxis,
                                          drop are active      DropFrameBlock
8  augmentation      always               probability 0.2;     pipeline: prob
   probability                            0 for iMiGUE joints
9  schedule          lr 1e-4 to 1e-6,     1e-3 to 1e-5, 64     configs
                     batch 256, 3 cycles  clips, 1 cycle       (schedules)
10 loss              cross entropy        label smoothing 0.1  configs (head)
11 residual, scales  X_raw is added;      block's input added; none: code
                     L1 to L4 stacked     scales in parallel   (2 channels
                                          on a pyramid         cannot be added)
12 width, heads      not given            96 channels,         embed_dims,
                                          4 heads              num_heads
13 Eq. 17            gated fusion         and a 1x1 residual,  none: code
                                          dropout, gate sizes  (names)
14 range of jitter   U(-3, 3)             whole numbers, -3    none: whole
                                          to 3                 (an index)
15 docstrings        44 joints, 4 heads   50 joints, 32 heads  num_points,
                                          in docstrings only   num_heads
== ================= ==================== ==================== =============

The code's stream of bones also loses joints; see ``SkeletonStream``.
"""
from typing import Optional, Sequence

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmgesture.registry import MODELS
from ..layers.mmn_embedding import (SkeletonProjection, TemporalReduction,
                                    time_features)
from ..layers.mmn_former import MotionGuidedFormer
from ..layers.mmn_fusion import ScaleFusion

__all__ = ['MMN']

MODES = {
    'paper': dict(fuse='modulated', msm_graph='mix', mod_norm='bn_tanh'),
    'official': dict(fuse='raw', msm_graph='scale', mod_norm='tanh_bn'),
}


class _Stage(nn.Module):
    """The blocks of one scale, by the names of the released weights."""

    def __init__(self, blocks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        """Run the blocks on (N, C, T, V)."""
        return self.blocks(x)


@MODELS.register_module()
class MMN(BaseModule):
    """Skeleton encoder whose motion modulates space and time.

    For MMAction2's ``RecognizerGCN`` with a ``GCNHead``. That recognizer
    passes nothing but the tensor, so the time of every frame travels as the
    last channel of every joint (``FormatSkeletonInput`` puts it there).
    Persons are folded into the joints, as in the released code. Parameter
    names are those of the official weights, but for the head.

    The module's docstring compares paper and code.

    Args:
        in_channels (int): Coordinates per joint, without the time.
            Defaults to 2.
        num_points (int): Joints V of a person. Defaults to 22.
        num_frames (int): Frames T, a multiple of 2^(L - 1), L the number of
            scales. Defaults to 64.
        embed_dims (int): Channels C, a multiple of 4 times ``num_heads``.
            Defaults to 96.
        depths (Sequence[int]): Blocks of each of the L scales.
            Defaults to (3, 3, 3, 3).
        num_heads (int): Graphs of a block. Defaults to 4.
        compat (str): ``'paper'`` or ``'official'``. Defaults to
            ``'paper'``.
        num_persons (int): Persons M. Defaults to 1.
        kernel_size (int): Frames that the blocks' kernels see.
            Defaults to 3.
        mlp_ratio (float): Hidden over outer channels of the MLPs.
            Defaults to 2.
        drop_rate (float): Dropout in the blocks. Defaults to 0.
        fusion_drop (float): Dropout of the union of the scales.
            Defaults to 0.1.
        drop_path_rate (float): Stochastic depth of the last block of all;
            grows linearly from 0 at the first. Defaults to 0.3.
        time_index (bool): Embed the frames' times; otherwise learn an
            embedding per frame and joint, and expect no time channel.
            Defaults to True.
        fuse (str, optional): ``'modulated'`` or ``'raw'`` (1); None: what
            ``compat`` says. Defaults to None.
        msm_graph (str, optional): ``'mix'`` or ``'scale'`` (5).
            Defaults to None.
        mod_norm (str, optional): ``'bn_tanh'`` or ``'tanh_bn'`` (2).
            Defaults to None.
        modulation (str): ``'affine'``, or one of Table 4: ``'no-scale'``,
            ``'no-shift'``, ``'addition'``, ``'concatenation'``,
            ``'hadamard'``, see :class:`Modulation`. Defaults to
            ``'affine'``.
        msm (bool): Modulate the skeletal branch (Table 3).
            Defaults to True.
        mtm (bool): Modulate the temporal branch (Table 3).
            Defaults to True.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If an option is unknown or the sizes do not divide.
    """

    def __init__(self,
                 in_channels: int = 2,
                 num_points: int = 22,
                 num_frames: int = 64,
                 embed_dims: int = 96,
                 depths: Sequence[int] = (3, 3, 3, 3),
                 num_heads: int = 4,
                 compat: str = 'paper',
                 num_persons: int = 1,
                 kernel_size: int = 3,
                 mlp_ratio: float = 2.,
                 drop_rate: float = 0.,
                 fusion_drop: float = 0.1,
                 drop_path_rate: float = 0.3,
                 time_index: bool = True,
                 fuse: Optional[str] = None,
                 msm_graph: Optional[str] = None,
                 mod_norm: Optional[str] = None,
                 modulation: str = 'affine',
                 msm: bool = True,
                 mtm: bool = True,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if compat not in MODES:
            raise ValueError(
                f'compat expected one of {sorted(MODES)}, got {compat!r}')
        self.reduction = 2**(len(depths) - 1)
        if num_frames < 1 or num_frames % self.reduction:
            raise ValueError(f'num_frames={num_frames} expected to be a '
                             f'multiple of {self.reduction}: {len(depths)} '
                             'scales halve it as often but once')
        given = dict(fuse=fuse, msm_graph=msm_graph, mod_norm=mod_norm)
        switches = dict(MODES[compat])
        switches.update({k: v for k, v in given.items() if v is not None})
        self.in_channels = in_channels
        self.num_points = num_points
        self.num_persons = num_persons
        self.num_frames = num_frames
        self.embed_dims = embed_dims
        self.time_index = time_index
        total = num_points * num_persons

        self.projection = SkeletonProjection(in_channels, embed_dims)
        shape = (embed_dims, total) if time_index else (1, embed_dims,
                                                        num_frames, total)
        self.STPE = nn.Parameter(torch.empty(shape))
        nn.init.trunc_normal_(self.STPE, std=.02)
        rates = torch.linspace(0, drop_path_rate, sum(depths), device='cpu')
        rates = iter(rates.tolist())
        self.MFM = nn.ModuleList(
            _Stage([
                MotionGuidedFormer(
                    embed_dims,
                    total,
                    num_heads,
                    kernel_size,
                    mlp_ratio,
                    drop_rate,
                    next(rates),
                    modulation=modulation,
                    msm=msm,
                    mtm=mtm,
                    **switches) for _ in range(depth)
            ]) for depth in depths)
        self.DSs = nn.ModuleList(
            TemporalReduction(embed_dims) for _ in depths[1:])
        self.fusion = ScaleFusion(embed_dims, len(depths), fusion_drop)

    def forward(self, x: Tensor) -> Tensor:
        """Encode a batch of clips.

        Args:
            x (Tensor): Skeletons, shape (N, M, T, V, C_in + 1), the last
                channel the time of the frame in [-1, 1], the same for all
                joints; without it for ``time_index=False``.

        Returns:
            Tensor: Features, shape (N, 1, C, T / 2^(L - 1), M * V).

        Raises:
            ValueError: If the clip has another shape.
        """
        self._check(x)
        coordinates = x[..., :self.in_channels]
        # (N, M, T, V, c) -> (N, c, T, M * V), joint by joint of each person
        coordinates = coordinates.permute(0, 4, 2, 1, 3).flatten(3)
        embedding = self.STPE
        if self.time_index:
            # (N, C, T, 1) x (C, 1, V) -> (N, C, T, V), Eq. 4
            times = time_features(x[:, 0, :, 0, -1], self.embed_dims)
            embedding = times.unsqueeze(3) * self.STPE.unsqueeze(1)
        x = self.projection(coordinates) + embedding  # Eq. 5
        scales = [self.MFM[0](x)]
        for reduce, stage in zip(self.DSs, self.MFM[1:]):
            x = reduce(x)
            scales.append(stage(x))
        # one "person" for the head: (N, C, T', V) -> (N, 1, C, T', V)
        return self.fusion(scales).contiguous().unsqueeze(1)

    def _check(self, x: Tensor) -> None:
        """Refuse clips that the layers would misunderstand."""
        channels = self.in_channels + int(self.time_index)
        frames = None if self.time_index else self.num_frames
        wanted = (f'(N, {self.num_persons}, T, {self.num_points}, '
                  f'{channels}), T a multiple of {self.reduction}')
        if frames is not None:
            wanted = wanted.replace(', T,', f', {frames},')
        good = (
            x.dim() == 5 and x.shape[1] == self.num_persons
            and x.shape[3:] == (self.num_points, channels)
            and x.shape[2] > 0 and x.shape[2] % self.reduction == 0
            and frames in (None, x.shape[2]))
        if not good:
            hint = ''
            if x.dim() == 5 and x.shape[4] + 1 == channels:
                hint = ('; the time is missing: let FormatSkeletonInput add '
                        'it, or set time_index=False')
            raise ValueError(f'MMN expected clips of shape {wanted}, got '
                             f'{tuple(x.shape)}{hint}')
