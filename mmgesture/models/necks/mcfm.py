"""Multiscale central frame difference state fusion (MSF-Mamba)."""
import math
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from mmgesture.registry import MODELS
from ..layers import (TILES, TemporalTransform, autocast_dtype,
                      temporal_conv3d, temporal_transform)

# From this size on, transforming the kernels costs less than it saves.
MIN_CHANNELS, MIN_FRAMES = 128, 8


def frame_difference(x: Tensor,
                     kind: str = 'central',
                     padding: str = 'replicate') -> Tensor:
    """Difference between each frame of a map and its neighbours.

    ``'central'`` is Eq. 10, ``D_t = F_t - (F_{t-1} + F_{t+1}) / 2``;
    ``'first'`` is Table III's alternative, ``D_t = F_t - F_{t-1}``.

    Args:
        x (Tensor): Map F, shape (B, d, T, H', W').
        kind (str): ``'central'`` or ``'first'``. Defaults to ``'central'``.
        padding (str): What stands beyond the first and last frame:
            ``'replicate'`` (that frame again) or ``'zeros'``.
            Defaults to ``'replicate'``.

    Returns:
        Tensor: Map D, same shape.
    """
    first, last = x[:, :, :1], x[:, :, -1:]
    if padding == 'zeros':
        first, last = torch.zeros_like(first), torch.zeros_like(last)
    before = torch.cat((first, x[:, :, :-1]), dim=2)
    if kind == 'first':
        return x - before
    after = torch.cat((x[:, :, 1:], last), dim=2)
    return x - (before + after) * 0.5


class StateFusion(nn.Module):
    """The fusion operator S_k of one scale, a k x k x k convolution (Eq. 11).

    Args:
        channels (int): Channels d.
        window (int): Side k of the cube, odd.
        conv (str): ``'dense'``, ``'depthwise'`` or ``'scalar'``.
        num_inputs (int): 1 for a kernel on one map, 2 for two kernels on two
            maps whose results are added, computed as one convolution.
        init (str): ``'kaiming'`` or ``'dirac'``.
    """

    def __init__(self, channels: int, window: int, conv: str,
                 num_inputs: int, init: str) -> None:
        super().__init__()
        self.channels = channels
        self.conv_type = conv
        self.num_inputs = num_inputs
        # scalar: one kernel that every channel goes through on its own
        width, groups = {
            'dense': (channels, 1),
            'depthwise': (channels, channels),
            'scalar': (1, 1)
        }[conv]
        self.conv = nn.Conv3d(
            width * num_inputs,
            width,
            window,
            padding=window // 2,
            groups=groups,
            bias=False)
        self.fewer_products = (
            conv == 'dense' and channels >= MIN_CHANNELS and window in TILES)
        if self.fewer_products:
            matrices = temporal_transform(window)._asdict()
            for name, matrix in matrices.items():
                self.register_buffer(
                    f'transform_{name}', matrix, persistent=False)
        self._reset(init)

    def _reset(self, init: str) -> None:
        """Initialise the kernel so that the output keeps the variance."""
        weight = self.conv.weight  # (out, in per group, k, k, k)
        std = 1. / math.sqrt(weight[0].numel())
        if init == 'kaiming':
            nn.init.normal_(weight, std=std)
            return
        nn.init.normal_(weight, std=0.1 * std)
        with torch.no_grad():
            centre = weight[..., self.conv.padding[0], self.conv.padding[1],
                            self.conv.padding[2]]
            per_map = centre.shape[1] // self.num_inputs
            identity = torch.eye(
                per_map, dtype=weight.dtype, device=weight.device)
            if per_map == 1:  # depthwise and scalar see one channel a map
                centre += 1
            else:
                centre += identity.repeat(1, self.num_inputs)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Sum of S_k over its inputs.

        Args:
            maps (Sequence[Tensor]): ``num_inputs`` maps (B, d, T, H', W').

        Returns:
            Tensor: Shape (B, d, T, H', W').
        """
        if self.conv_type == 'dense':
            # channels [F; theta D]: (B, 2d, T, H', W')
            x = maps[0] if len(maps) == 1 else torch.cat(maps, dim=1)
            return self._dense(x)
        x = maps[0].unsqueeze(2) if len(maps) == 1 else torch.stack(
            maps, dim=2)  # (B, d, inputs, T, H', W')
        if self.conv_type == 'depthwise':
            # (B, d * inputs, T, H', W'): the inputs of a channel adjoin
            return self.conv(x.flatten(1, 2))
        batch = x.shape[0]
        # (B * d, inputs, T, H', W') -> (B * d, 1, T, H', W')
        x = self.conv(x.flatten(0, 1))
        # -> (B, d, T, H', W')
        return x.reshape(batch, self.channels, *x.shape[2:])

    def _dense(self, x: Tensor) -> Tensor:
        """The dense convolution, on CPUs in fp32 with fewer products."""
        # bf16 would lose too many digits between the points, and GPUs have
        # faster kernels for the convolution as it is
        if (not self.fewer_products or x.device.type != 'cpu'
                or x.dtype is not torch.float32
                or x.shape[2] < MIN_FRAMES
                or autocast_dtype('cpu') is not None):
            return self.conv(x)
        transform = TemporalTransform(self.transform_output,
                                      self.transform_kernel,
                                      self.transform_input)
        return temporal_conv3d(x, self.conv.weight, transform)


@MODELS.register_module()
class MCFM(nn.Module):
    """Multiscale central frame difference state fusion module.

    MSF-Mamba (arXiv 2510.10478) Sec. III-D. For each window k,

    ``F^(k) = S_k(F) + theta_k * S_k(D)``  (Eq. 12)

    where D is the central frame difference of F (Eq. 10), S_k a k^3
    convolution with zero padding and no bias (Eq. 11), and
    ``theta_k = sigmoid(theta_raw[k])`` a learnable gate.

    What the paper leaves open: Eq. 11 prints one scalar per offset, but the
    parameters of Table VII are those of dense d -> d kernels, hence
    ``conv='dense'`` by default. With ``motion_kernel='shared'`` one kernel
    acts on F and D, as Eq. 12 prints it; because S_k is linear this is
    ``S_k(F + theta_k D)``, computed as one convolution. The single-scale
    models of Table VII have two kernels (``'independent'``), computed as one
    convolution over the channels [F; theta_k D].

    Args:
        in_channels (int): Channels d.
        windows (Sequence[int]): Sides k of the cubes, odd.
            Defaults to (3, 5, 7).
        difference (str): ``'central'``, ``'first'`` (F_t - F_{t-1}), or
            ``'none'`` for fusion without motion (Table II), which has no
            theta. Defaults to ``'central'``.
        padding (str): Frames beyond the ends for the difference,
            ``'replicate'`` or ``'zeros'``. Defaults to ``'replicate'``.
        motion_kernel (str): ``'shared'`` or ``'independent'``.
            Defaults to ``'shared'``.
        conv (str): ``'dense'``, ``'depthwise'`` or ``'scalar'`` (Eq. 11 as
            printed). Defaults to ``'dense'``.
        init (str): ``'kaiming'`` (variance kept) or ``'dirac'`` (identity
            plus a tenth of that noise, so that a pretrained encoder's
            features pass). From scratch, on moving blobs with three seeds
            each, the two could not be told apart.
            Defaults to ``'kaiming'``.
        theta_init (float): Initial theta, in (0, 1). Defaults to 0.5.

    Raises:
        ValueError: If an option is unknown or a window even.
    """

    def __init__(self,
                 in_channels: int,
                 windows: Sequence[int] = (3, 5, 7),
                 difference: str = 'central',
                 padding: str = 'replicate',
                 motion_kernel: str = 'shared',
                 conv: str = 'dense',
                 init: str = 'kaiming',
                 theta_init: float = 0.5) -> None:
        super().__init__()
        allowed = dict(
            difference=('central', 'first', 'none'),
            padding=('replicate', 'zeros'),
            motion_kernel=('shared', 'independent'),
            conv=('dense', 'depthwise', 'scalar'),
            init=('kaiming', 'dirac'))
        given = dict(
            difference=difference,
            padding=padding,
            motion_kernel=motion_kernel,
            conv=conv,
            init=init)
        for name, value in given.items():
            if value not in allowed[name]:
                raise ValueError(
                    f'{name} expected one of {allowed[name]}, got {value!r}')
        if not windows or any(k < 1 or k % 2 == 0 for k in windows):
            raise ValueError('windows expected one or more odd sizes, got '
                             f'{tuple(windows)}')
        if not 0 < theta_init < 1:
            raise ValueError('theta_init expected a value between 0 and 1, '
                             f'got {theta_init}')
        self.windows = tuple(windows)
        self.difference = difference
        self.padding = padding
        self.motion_kernel = motion_kernel
        two_kernels = (
            motion_kernel == 'independent' and difference != 'none')
        self.fusions = nn.ModuleList(
            StateFusion(in_channels, k, conv, 1 + two_kernels, init)
            for k in self.windows)
        if difference == 'none':
            self.register_parameter('theta_raw', None)
        else:
            raw = math.log(theta_init / (1 - theta_init))
            self.theta_raw = nn.Parameter(
                torch.full((len(self.windows), ), raw))

    @property
    def theta(self) -> Optional[Tensor]:
        """Tensor or None: The gates theta_k in (0, 1), shape (S,)."""
        if self.theta_raw is None:
            return None
        return torch.sigmoid(self.theta_raw)

    def forward(self,
                x: Tensor,
                data_samples: Optional[list] = None
                ) -> Tuple[List[Tensor], Dict[str, Tensor]]:
        """Fuse a feature map at every scale.

        Args:
            x (Tensor): Map F of the encoder, shape (B, d, T, H', W').
            data_samples (list, optional): Not used; part of the contract of
                necks. Defaults to None.

        Returns:
            tuple[list[Tensor], dict]: One map (B, d, T, H', W') per window,
            and no losses.
        """
        if x.device.type == 'cpu':
            # the 5^3 and 7^3 fp32 convolutions run up to a fifth faster on
            # plain NCTHW memory; one copy here serves all scales
            x = x.contiguous()
        if self.theta_raw is None:
            return [fusion((x, )) for fusion in self.fusions], {}
        motion = frame_difference(x, self.difference, self.padding)
        theta = self.theta.to(x.dtype)
        fused = []
        for gate, fusion in zip(theta.unbind(), self.fusions):
            if self.motion_kernel == 'shared':
                fused.append(fusion((torch.addcmul(x, motion, gate), )))
            else:
                fused.append(fusion((x, motion * gate)))
        return fused, {}

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return (f'windows={self.windows}, difference={self.difference!r}, '
                f'padding={self.padding!r}, '
                f'motion_kernel={self.motion_kernel!r}')
