"""The dynamic encoder layer of DyFADet."""
from typing import Optional, Tuple

from torch import Tensor, nn

from .masked import (ChannelNorm, MaskedConv1d, MaskedGroupNorm,
                     masked_max_pool, masked_mean)
from .residual import ResidualBranch

__all__ = ['DynE', 'wide_kernel']


def wide_kernel(kernel_size: int, expand: float) -> int:
    """Size of the wider kernel of the multi-kernel branch.

    Args:
        kernel_size (int): Size w of the narrower one.
        expand (float): Factor k.

    Returns:
        int: round((w + 1) k), the next odd number if it is even.
    """
    size = round((kernel_size + 1) * expand)
    return size + 1 - size % 2


class DynE(nn.Module):
    """Dynamic encoder layer: a gated, purely convolutional block.

    Liu et al., MiGA 2025 ("Online Micro-gesture Recognition Using Data
    Augmentation and Spatial-Temporal Attention"), Eqs. 2-3 and Fig. 2, after
    Yang et al., "DyFADet" (ECCV 2024). With DS the max pooling of a layer
    with stride, LN over channels and DW depthwise convolutions:

    .. code-block:: text

        x   = DS(F);  z = LN(x)
        phi = ReLU(DW_1(mean_T(z)))                instance-dynamic branch
        out = DW_1(z) phi + ReLU(DW_w(z) + DW_kw(z)) DW_w(z) + z
        x   = x + out;  x = x + MLP(GN(x))

    Eq. 2 says that Squeeze pools "along the channel dimension"; a mask over
    channels needs the mean over time, which is what is computed here. Eq. 3
    leaves out the factor DW_w(z) of the multi-kernel branch. Mean and group
    normalisation are masked: a result does not depend on the padding.

    ``init_std`` draws the depthwise kernels. With 0, as in DyFADet's
    configs for THUMOS, every kernel starts at zero, both branches are
    products of two zeros, their gradients are zero for ever and the layer is
    LN + MLP; that is kept for parity alone.

    Args:
        channels (int): Number C of channels.
        kernel_size (int): Odd size w of the narrower kernel. Defaults to 1.
        expand (float): Factor k of the wider one, see :func:`wide_kernel`.
            Defaults to 5.
        stride (int): 1, or 2 to halve the steps. Defaults to 1.
        hidden_channels (int, optional): Width of the MLP; None for 4 C.
            Defaults to None.
        groups (int): Groups of the normalisation. Defaults to 16.
        init_std (float): Deviation of the depthwise kernels. Defaults to
            0.1.
        layer_scale (float, optional): First value of the learnable scales
            of both residual branches; None for plain ones. Defaults to None.
        drop_path_rate (float): Stochastic depth. Defaults to 0.

    Raises:
        ValueError: If the stride is neither 1 nor 2.
    """

    def __init__(self,
                 channels: int,
                 kernel_size: int = 1,
                 expand: float = 5,
                 stride: int = 1,
                 hidden_channels: Optional[int] = None,
                 groups: int = 16,
                 init_std: float = 0.1,
                 layer_scale: Optional[float] = None,
                 drop_path_rate: float = 0.) -> None:
        super().__init__()
        if stride not in (1, 2):
            raise ValueError(f'stride expected 1 or 2, got {stride}')
        self.stride = stride
        hidden = 4 * channels if hidden_channels is None else hidden_channels

        def depthwise(size: int) -> MaskedConv1d:
            conv = MaskedConv1d(channels, channels, size, groups=channels)
            nn.init.normal_(conv.weight, std=init_std)
            nn.init.zeros_(conv.bias)
            return conv

        self.norm = ChannelNorm(channels)
        self.instance = depthwise(1)
        self.instance_gate = depthwise(1)  # phi
        self.narrow = depthwise(kernel_size)
        self.wide = depthwise(wide_kernel(kernel_size, expand))
        self.local_gate = depthwise(kernel_size)  # psi
        self.norm2 = MaskedGroupNorm(groups, channels)
        self.mlp = nn.Sequential(
            nn.Conv1d(channels, hidden, 1), nn.GELU(),
            nn.Conv1d(hidden, channels, 1))
        self.residual1 = ResidualBranch(channels, layer_scale, drop_path_rate)
        self.residual2 = ResidualBranch(channels, layer_scale, drop_path_rate)

    def forward(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Encode.

        Args:
            x (Tensor): Shape (B, C, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T).

        Returns:
            tuple[Tensor, Tensor]: Shape (B, C, T'), zero at padded steps,
            and its mask; T' is ceil(T / stride).
        """
        if self.stride == 2:
            x, mask = masked_max_pool(x, mask)
        z = self.norm(x) * mask
        phi = self.instance_gate(masked_mean(z, mask)).relu()  # (B, C, 1)
        local = (self.narrow(z) + self.wide(z)).relu()
        out = self.instance(z) * phi + local * self.local_gate(z) + z
        x = x + self.residual1(out * mask)
        x = x + self.residual2(self.mlp(self.norm2(x, mask)) * mask)
        return x, mask
