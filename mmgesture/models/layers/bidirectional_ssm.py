"""The bidirectional selective state-space mixer of Vim and VideoMamba."""
import math
from typing import Optional, Sequence, Tuple, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mmgesture.ops.causal_conv1d import causal_conv1d
from mmgesture.ops.selective_scan import bidirectional_selective_scan
from .scan_order import TokenOrder
from .ssm_init import draw_step_bias, fill_states


class BidirectionalSSM(nn.Module):
    """Two selective scans over a token sequence, one in each direction.

    MSF-Mamba Sec. III-C. Input and output projection and the gate z are
    shared; each direction has its own convolution, projections, A and D:

    .. code-block:: text

        x, z = in_proj(h)
        u = silu(conv1d(x))                  anti-causal for the backward one
        dt, B, C = x_proj(u);  delta = softplus(dt_proj(dt))
        s_t = exp(delta_t A) s_{t-1} + delta_t B_t u_t                (Eq. 5)
        y_t = (C_t s_t + D u_t) * silu(z_t)                           (Eq. 6)
        out = out_proj(merge(y_forward, y_backward))                  (Eq. 9)

    Eq. 4 of the paper prints the exact zero-order hold for B. Mamba's
    kernels compute ``delta * B`` instead, and so does this module.

    Parameter names are VideoMamba's, so that its checkpoints load. The
    tensors stay channel-last in memory, (B, L, D), and are handed to the
    kernels as transposed views.

    Args:
        embed_dims (int): Channels d of the tokens.
        d_state (int): States N per channel. Defaults to 16.
        d_conv (int): Width of the depthwise convolution. Defaults to 4.
        expand (int): Inner width D as a multiple of d. Defaults to 2.
        dt_rank (int | str): Rank of the step size's projection; ``'auto'``
            is ceil(d / 16). Defaults to ``'auto'``.
        merge (str): ``'mean'`` averages the directions (MSF-Mamba, Eq. 9),
            ``'sum'`` adds them (VideoMamba). Defaults to ``'mean'``.
        scan_backend (str): Backend of the scan, see
            :func:`mmgesture.ops.selective_scan.selective_scan`.
            Defaults to ``'auto'``.

    Raises:
        ValueError: If ``merge`` is unknown.
    """

    def __init__(self,
                 embed_dims: int,
                 d_state: int = 16,
                 d_conv: int = 4,
                 expand: int = 2,
                 dt_rank: Union[int, str] = 'auto',
                 merge: str = 'mean',
                 scan_backend: str = 'auto') -> None:
        super().__init__()
        if merge not in ('mean', 'sum'):
            raise ValueError(
                f"merge expected 'mean' or 'sum', got {merge!r}")
        inner = expand * embed_dims
        if dt_rank == 'auto':
            dt_rank = math.ceil(embed_dims / 16)
        self.merge = merge
        self.scan_backend = scan_backend
        self.split_sizes = (dt_rank, d_state, d_state)

        self.in_proj = nn.Linear(embed_dims, 2 * inner, bias=False)
        self.conv1d = self._make_conv(inner, d_conv)
        self.x_proj = nn.Linear(inner, sum(self.split_sizes), bias=False)
        self.dt_proj = nn.Linear(dt_rank, inner)
        self.A_log = nn.Parameter(torch.empty(inner, d_state))
        self.D = nn.Parameter(torch.empty(inner))
        self.conv1d_b = self._make_conv(inner, d_conv)
        self.x_proj_b = nn.Linear(inner, sum(self.split_sizes), bias=False)
        self.dt_proj_b = nn.Linear(dt_rank, inner)
        self.A_b_log = nn.Parameter(torch.empty(inner, d_state))
        self.D_b = nn.Parameter(torch.empty(inner))
        self.out_proj = nn.Linear(inner, embed_dims, bias=False)
        self.reset_parameters()

    @staticmethod
    def _make_conv(inner: int, d_conv: int) -> nn.Conv1d:
        """The holder of a depthwise convolution's parameters."""
        return nn.Conv1d(inner, inner, d_conv, groups=inner)

    def reset_parameters(self,
                         depth: int = 1,
                         dt_min: float = 1e-3,
                         dt_max: float = 1e-1) -> None:
        """Initialise as VideoMamba does.

        A is S4D-real (-1, ..., -N in every channel), the bias of dt_proj is
        the inverse softplus of a step size drawn log-uniformly, out_proj is
        scaled by 1 / sqrt(depth), other matrices are trunc-normal .02; the
        depthwise convolutions keep PyTorch's default.

        Args:
            depth (int): Number of blocks in the model. Defaults to 1.
            dt_min (float): Smallest initial step size. Defaults to 1e-3.
            dt_max (float): Largest initial step size. Defaults to 1e-1.
        """
        for linear in (self.in_proj, self.x_proj, self.x_proj_b,
                       self.dt_proj, self.dt_proj_b):
            nn.init.trunc_normal_(linear.weight, std=.02)
        with torch.no_grad():
            for linear in (self.dt_proj, self.dt_proj_b):
                draw_step_bias(linear, dt_min, dt_max)
            for a_log in (self.A_log, self.A_b_log):
                fill_states(a_log)
            self.D.fill_(1)
            self.D_b.fill_(1)
            nn.init.kaiming_uniform_(self.out_proj.weight, a=math.sqrt(5))
            self.out_proj.weight.div_(math.sqrt(depth))

    def forward(self,
                h: Tensor,
                visits: Sequence[Optional[TokenOrder]] = (None, )) -> Tensor:
        """Mix the tokens.

        Args:
            h (Tensor): Normalised tokens in natural order, shape (B, L, d).
            visits (Sequence[TokenOrder | None]): Orders in which the tokens
                are visited, None for the natural one; the results of several
                are averaged. Defaults to the natural order alone.

        Returns:
            Tensor: Shape (B, L, d).
        """
        # two products, so that x and z are each dense in memory: (B, L, D)
        weight_x, weight_z = self.in_proj.weight.chunk(2)
        x, z = F.linear(h, weight_x), F.linear(h, weight_z)
        total = None
        for visit in visits:
            if visit is None:
                y = self._scan_both(x, z)
            else:
                y = self._scan_both(
                    x.index_select(1, visit.index),
                    z.index_select(1, visit.index))
                y = y.index_select(1, visit.inverse)
            total = y if total is None else total + y
        scale = 1. / len(visits)
        if self.merge == 'mean':
            scale /= 2
        weight = self.out_proj.weight
        # scaling the small weight spares a pass over all tokens
        return F.linear(total, weight if scale == 1. else weight * scale)

    def _scan_both(self, x: Tensor, z: Tensor) -> Tensor:
        """Sum of both directions, (B, L, D) each -> (B, L, D)."""
        # (B, L, D) -> (B, D, L): views, channels stay last in memory
        x, z = x.transpose(1, 2), z.transpose(1, 2)
        u_f, delta_f, b_f, c_f = self._selective_inputs(
            x, self.conv1d, self.x_proj, self.dt_proj, reverse=False)
        u_b, delta_b, b_b, c_b = self._selective_inputs(
            x, self.conv1d_b, self.x_proj_b, self.dt_proj_b, reverse=True)
        y = bidirectional_selective_scan(
            u_f,
            u_b,
            delta_f,
            delta_b,
            -torch.exp(self.A_log.float()),
            -torch.exp(self.A_b_log.float()),
            b_f,
            b_b,
            c_f,
            c_b,
            self.D.float(),
            self.D_b.float(),
            z,
            self.dt_proj.bias.float(),
            self.dt_proj_b.bias.float(),
            delta_softplus=True,
            backend=self.scan_backend,
            merge='sum')
        return y.transpose(1, 2)  # (B, D, L) -> (B, L, D)

    def _selective_inputs(self, x: Tensor, conv: nn.Conv1d,
                          x_proj: nn.Linear, dt_proj: nn.Linear,
                          reverse: bool) -> Tuple[Tensor, ...]:
        """u, delta (B, D, L) and B, C (B, N, L) of one direction (Eq. 7)."""
        # kernel (D, 1, W) -> (D, W)
        u = causal_conv1d(
            x, conv.weight.squeeze(1), conv.bias, activation='silu',
            reverse=reverse)
        # (B, D, L) -> (B, L, D) -> (B, L, R + 2N)
        dt, b, c = x_proj(u.transpose(1, 2)).split(self.split_sizes, dim=-1)
        # the scan adds dt_proj's bias itself, in fp32
        delta = F.linear(dt, dt_proj.weight)  # (B, L, R) -> (B, L, D)
        # (B, L, .) -> (B, ., L): views
        return u, delta.transpose(1, 2), b.transpose(1, 2), c.transpose(1, 2)

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'merge={self.merge!r}, scan_backend={self.scan_backend!r}'
