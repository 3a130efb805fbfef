"""The selective state-space mixer of a stream, with its past in a state."""
from typing import NamedTuple, Tuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mmgesture.ops.causal_conv1d import causal_conv1d
from mmgesture.ops.selective_scan.stateful import selective_scan_from
from .selective_ssm import SelectiveSSM


class SSMState(NamedTuple):
    """All that a mixer knows of the past; its size does not depend on it.

    Attributes:
        conv (Tensor): The latest inputs of the convolution, shape
            (B, D, W - 1).
        scan (Tensor): State of the scan, shape (B, D, N), fp32.
    """
    conv: Tensor
    scan: Tensor


class StreamingSSM(SelectiveSSM):
    """:class:`SelectiveSSM` that can also be run piece by piece.

    ``forward`` sees a whole sequence from its beginning, for training;
    ``chunk`` goes on from a state, for a stream, one step or many at a time.
    Both are the same function of the tokens (Gu and Dao, arXiv 2312.00752,
    Sec. 3.3: a selective SSM is a recurrent network too), and the parameters
    are those of :class:`SelectiveSSM`.
    """

    def start(self, batch: int = 1) -> SSMState:
        """The state before the first token.

        Args:
            batch (int): Sequences B. Defaults to 1.

        Returns:
            SSMState: Zeros.
        """
        inner, width = self.conv1d.weight.shape[0], self.conv1d.kernel_size[0]
        return SSMState(
            self.conv1d.weight.new_zeros(batch, inner, width - 1),
            self.A_log.new_zeros(batch, *self.A_log.shape))

    def chunk(self, h: Tensor, state: SSMState) -> Tuple[Tensor, SSMState]:
        """Mix the next tokens of a sequence.

        Args:
            h (Tensor): Normalised tokens, shape (B, L, d), L at least 1.
            state (SSMState): State after the tokens before; not changed.

        Returns:
            tuple[Tensor, SSMState]: Shape (B, L, d), and the state after
            the last of them.
        """
        if h.shape[1] == 1 and h.dtype == state.scan.dtype:
            return self._step(h, state)
        # (B, L, D) -> (B, D, L)
        x, z = (part.transpose(1, 2) for part in self.in_proj(h).chunk(2, -1))
        past = state.conv.shape[-1]
        x = torch.cat([state.conv, x], -1)  # (B, D, W - 1 + L)
        u = causal_conv1d(
            x, self.conv1d.weight.squeeze(1), self.conv1d.bias,
            activation='silu')[..., past:]
        dt, b, c = self.x_proj(u.transpose(1, 2)).split(
            self.split_sizes, dim=-1)
        delta = F.linear(dt, self.dt_proj.weight)  # (B, L, R) -> (B, L, D)
        y, scan = selective_scan_from(
            state.scan, u, delta.transpose(1, 2),
            -torch.exp(self.A_log.float()), b.transpose(1, 2),
            c.transpose(1, 2), self.D.float(), z, self.dt_proj.bias.float(),
            delta_softplus=True)
        conv = x[..., x.shape[-1] - past:].contiguous()
        return self.out_proj(y.transpose(1, 2)), SSMState(conv, scan)

    def _step(self, h: Tensor, state: SSMState) -> Tuple[Tensor, SSMState]:
        """One token: the same sums, without what many tokens need."""
        x, z = self.in_proj(h[:, 0]).chunk(2, -1)  # (B, D)
        window = torch.cat([state.conv, x[..., None]], -1)  # (B, D, W)
        u = F.silu((window * self.conv1d.weight[:, 0]).sum(-1) +
                   self.conv1d.bias)
        dt, b, c = self.x_proj(u).split(self.split_sizes, dim=-1)
        delta = F.softplus(self.dt_proj(dt))
        decay = torch.exp(delta[..., None] * -torch.exp(self.A_log))
        scan = torch.addcmul((delta * u)[..., None] * b[:, None], decay,
                             state.scan)  # (B, D, N)
        y = torch.matmul(scan, c[..., None]).squeeze(-1) + self.D * u
        y = self.out_proj(y * F.silu(z))
        return y[:, None], SSMState(window[..., 1:].contiguous(), scan)
