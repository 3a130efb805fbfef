"""How motion steers the two other branches of a block of MMN.

Motion makes factors Z for the skeletal branch (:class:`SkeletalModulation`,
MSM) and for the temporal one (:class:`TemporalModulation`, MTM), and
:class:`Modulation` applies them. Everything here has the layout (N, C, T, V).
"""
from collections import OrderedDict

import torch
from torch import Tensor, nn

__all__ = [
    'FACTORS', 'GRAPHS', 'NORMS', 'Modulation', 'SkeletalModulation',
    'TemporalModulation'
]

#: Ways to apply the factors, and how many a feature channel needs.
FACTORS = {
    'affine': 2,
    'no-scale': 1,
    'no-shift': 1,
    'addition': 1,
    'concatenation': 1,
    'hadamard': 1
}
#: What MSM's adjacency does: mix joints, or only scale each joint.
GRAPHS = ('mix', 'scale')
#: Order of norm and tanh in MSM and MTM: tanh(BN(x)) or BN(tanh(x)).
NORMS = ('bn_tanh', 'tanh_bn')


def _check(name: str, value: str, known) -> None:
    if value not in known:
        raise ValueError(
            f'{name} expected one of {sorted(known)}, got {value!r}')


class SkeletalModulation(nn.Module):
    """Factors from a graph convolution of the motion (MSM, Eq. 10).

    Z = tanh(BN(W (A x) + b)), A a learnable adjacency that starts as the
    identity and W a linear map of the channels.

    Args:
        in_channels (int): Channels of the motion.
        out_channels (int): Channels of the factors.
        num_points (int): Joints V.
        graph (str): ``'mix'``: joint v receives the sum over u of
            A[v, u] x_u. ``'scale'``: joint v is multiplied by the sum of
            A's column v, as the released code does; joints do not mix.
            Defaults to ``'mix'``.
        norm (str): ``'bn_tanh'`` for tanh(BN(.)), whose values are in
            (-1, 1); ``'tanh_bn'`` for BN(tanh(.)), as the released code.
            Defaults to ``'bn_tanh'``.

    Raises:
        ValueError: If ``graph`` or ``norm`` is unknown.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 num_points: int,
                 graph: str = 'mix',
                 norm: str = 'bn_tanh') -> None:
        super().__init__()
        _check('graph', graph, GRAPHS)
        _check('norm', norm, NORMS)
        self.graph = graph
        self.norm = norm
        self.adj = nn.Parameter(torch.eye(num_points))
        self.fc = nn.Linear(in_channels, out_channels)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, motion: Tensor) -> Tensor:
        """Make the factors.

        Args:
            motion (Tensor): Shape (N, C_m, T, V).

        Returns:
            Tensor: Shape (N, C_z, T, V).
        """
        if self.graph == 'mix':
            x = motion @ self.adj.t()  # (..., u) x (u, v)
        else:
            x = motion * self.adj.sum(0)
        # channels last for the linear map, and back
        x = self.fc(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        if self.norm == 'bn_tanh':
            return self.bn(x).tanh()
        return self.bn(x.tanh())

    def extra_repr(self) -> str:
        """str: The options."""
        return f'graph={self.graph!r}, norm={self.norm!r}'


class TemporalModulation(nn.Sequential):
    """Factors from a convolution of the motion over time (MTM, Eq. 13).

    Z = tanh(BN(conv(x))). Whatever the order of norm and tanh, the
    convolution is named ``0`` and the norm ``2``, as in the released
    weights.

    Args:
        in_channels (int): Channels of the motion.
        out_channels (int): Channels of the factors.
        kernel_size (int): Frames that the kernel sees. Defaults to 3.
        norm (str): As in :class:`SkeletalModulation`.
            Defaults to ``'bn_tanh'``.

    Raises:
        ValueError: If ``norm`` is unknown.
    """

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int = 3,
                 norm: str = 'bn_tanh') -> None:
        _check('norm', norm, NORMS)
        conv = nn.Conv2d(
            in_channels,
            out_channels, (kernel_size, 1),
            padding=(kernel_size // 2, 0))
        bn = nn.BatchNorm2d(out_channels)
        # run in the order of insertion, whatever the names
        layers = [('0', conv), ('2', bn)]
        layers.insert(2 if norm == 'bn_tanh' else 1, ('1', nn.Tanh()))
        super().__init__(OrderedDict(layers))


class Modulation(nn.Module):
    """Apply the factors of a motion to a branch (Eq. 12 and 15).

    With the mean m and the deviation s of the branch's own features, over
    frames and joints, per sample and channel:

    - ``affine``: (x - m) / (s + eps) * (1 + gamma) + beta
    - ``no-scale``, ``no-shift``: without gamma, without beta (Table 4, B1
      and B2)
    - ``addition``: x + z (B3), ``hadamard``: x * z (B5)
    - ``concatenation``: a 1x1 convolution of [x, z] (B4)

    The paper has no formulas for B3 to B5; those are ours. In all but
    ``affine``, MSM and MTM make one factor per channel, not two.

    Args:
        channels (int): Channels of the branch.
        method (str): See above. Defaults to ``'affine'``.
        eps (float): Added to the deviation. Defaults to 1e-6.

    Raises:
        ValueError: If ``method`` is unknown.
    """

    def __init__(self,
                 channels: int,
                 method: str = 'affine',
                 eps: float = 1e-6) -> None:
        super().__init__()
        _check('modulation', method, FACTORS)
        self.method = method
        self.eps = eps
        self.reduce = None
        if method == 'concatenation':
            self.reduce = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, x: Tensor, factors: Tensor) -> Tensor:
        """Modulate.

        Args:
            x (Tensor): Features of the branch, shape (N, C, T, V).
            factors (Tensor): Z, shape (N, k * C, T, V), k of
                :data:`FACTORS`; gamma before beta.

        Returns:
            Tensor: Shape (N, C, T, V).
        """
        if self.method == 'addition':
            return x + factors
        if self.method == 'hadamard':
            return x * factors
        if self.method == 'concatenation':
            return self.reduce(torch.cat((x, factors), dim=1))
        deviation, mean = torch.std_mean(x, dim=(2, 3), keepdim=True)
        x = (x - mean) / (deviation + self.eps)
        if self.method == 'no-scale':
            return x + factors
        if self.method == 'no-shift':
            return x * (1 + factors)
        gamma, beta = factors.chunk(2, dim=1)
        return x * (1 + gamma) + beta

    def extra_repr(self) -> str:
        """str: The options."""
        return f'method={self.method!r}, eps={self.eps}'
