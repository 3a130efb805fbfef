"""The selective state-space mixer of Mamba, in one direction."""
import math
from typing import Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mmgesture.ops.causal_conv1d import causal_conv1d
from mmgesture.ops.selective_scan import selective_scan
from .ssm_init import draw_step_bias, fill_states


class SelectiveSSM(nn.Module):
    """One selective scan over a sequence, from its beginning to its end.

    Gu and Dao, "Mamba" (arXiv 2312.00752), Fig. 3 and Algorithm 2: the
    mixer of which :class:`BidirectionalSSM` runs two. Parameter names are
    Mamba's. A result depends on the past alone.

    Liu et al., MiGA 2024, Eqs. 2-8, write A as (D, D), print the step of B
    as ``(dA)^-1 (exp(dA) - I) dA`` and end in a global convolution, which a
    time-varying system has not: what is computed is the recurrence (Eqs.
    6-7) with N states per channel and Mamba's ``delta B``.

    Args:
        embed_dims (int): Channels d.
        d_state (int): States N per channel. Defaults to 16.
        d_conv (int): Width of the depthwise convolution. Defaults to 4.
        expand (int): Inner width D as a multiple of d. Defaults to 2.
        dt_rank (int | str): Rank of the step size's projection; ``'auto'``
            is ceil(d / 16). Defaults to ``'auto'``.
        scan_backend (str): Backend of the scan, see
            :func:`mmgesture.ops.selective_scan.selective_scan`.
            Defaults to ``'auto'``.
    """

    def __init__(self,
                 embed_dims: int,
                 d_state: int = 16,
                 d_conv: int = 4,
                 expand: int = 2,
                 dt_rank: Union[int, str] = 'auto',
                 scan_backend: str = 'auto') -> None:
        super().__init__()
        inner = expand * embed_dims
        if dt_rank == 'auto':
            dt_rank = math.ceil(embed_dims / 16)
        self.scan_backend = scan_backend
        self.split_sizes = (dt_rank, d_state, d_state)
        self.in_proj = nn.Linear(embed_dims, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, d_conv, groups=inner)
        self.x_proj = nn.Linear(inner, sum(self.split_sizes), bias=False)
        self.dt_proj = nn.Linear(dt_rank, inner)
        self.A_log = nn.Parameter(torch.empty(inner, d_state))
        self.D = nn.Parameter(torch.ones(inner))
        self.out_proj = nn.Linear(inner, embed_dims, bias=False)
        for linear in (self.in_proj, self.x_proj, self.dt_proj):
            nn.init.trunc_normal_(linear.weight, std=.02)
        draw_step_bias(self.dt_proj)
        fill_states(self.A_log)

    def forward(self, h: Tensor) -> Tensor:
        """Mix the tokens.

        Args:
            h (Tensor): Normalised tokens in order, shape (B, L, d).

        Returns:
            Tensor: Shape (B, L, d).
        """
        # (B, L, D) -> (B, D, L): views, channels stay last in memory
        x, z = (part.transpose(1, 2) for part in self.in_proj(h).chunk(2, -1))
        u = causal_conv1d(
            x, self.conv1d.weight.squeeze(1), self.conv1d.bias,
            activation='silu')
        dt, b, c = self.x_proj(u.transpose(1, 2)).split(
            self.split_sizes, dim=-1)
        # the scan adds dt_proj's bias itself, in fp32
        delta = F.linear(dt, self.dt_proj.weight)  # (B, L, R) -> (B, L, D)
        y = selective_scan(
            u,
            delta.transpose(1, 2),
            -torch.exp(self.A_log.float()),
            b.transpose(1, 2),
            c.transpose(1, 2),
            self.D.float(),
            z,
            self.dt_proj.bias.float(),
            delta_softplus=True,
            backend=self.scan_backend)
        return self.out_proj(y.transpose(1, 2))

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'scan_backend={self.scan_backend!r}'
