"""How the queries of PointTAD see each other: Mamba, then attention."""
from torch import Tensor, nn

from ..layers.bidirectional_ssm import BidirectionalSSM
from ..layers.selective_ssm import SelectiveSSM

__all__ = ['MambaMHSA']


class MambaMHSA(nn.Module):
    """M Mamba blocks over the axis of the queries, then self-attention.

    Liu et al., MiGA 2024 ("Micro-gesture Online Recognition using Learnable
    Query Points"), Sec. 3.5. The paper gives no residual and no norm for its
    Mamba blocks and reports exploding gradients from the third on; these
    are pre-norm residual blocks, ``q + Mamba(LN(q))``. With M = 0 it is
    PointTAD's own self-attention.

    The queries are a set, which a causal scan brings into an arbitrary
    order; ``bidirectional`` scans both ways.

    Args:
        embed_dims (int): Channels D of a query.
        num_mamba (int): Blocks M. Defaults to 2.
        num_heads (int): Heads of the attention. Defaults to 8.
        dropout (float): Of attention weights and output. Defaults to 0.1.
        bidirectional (bool): Defaults to False.
        d_state (int): States of a scan. Defaults to 16.
        d_conv (int): Width of its convolution. Defaults to 4.
        expand (int): Inner width over D. Defaults to 2.
    """

    def __init__(self,
                 embed_dims: int,
                 num_mamba: int = 2,
                 num_heads: int = 8,
                 dropout: float = 0.1,
                 bidirectional: bool = False,
                 d_state: int = 16,
                 d_conv: int = 4,
                 expand: int = 2) -> None:
        super().__init__()
        mixer = BidirectionalSSM if bidirectional else SelectiveSSM
        self.mamba = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(embed_dims),
                mixer(embed_dims, d_state, d_conv, expand))
            for _ in range(num_mamba))
        self.attention = nn.MultiheadAttention(
            embed_dims, num_heads, dropout, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.norm = nn.LayerNorm(embed_dims)

    def forward(self, q: Tensor) -> Tensor:
        """Mix the queries.

        Args:
            q (Tensor): Shape (B, Nq, D).

        Returns:
            Tensor: Shape (B, Nq, D).
        """
        for block in self.mamba:
            q = q + block(q)
        mixed, _ = self.attention(q, q, q, need_weights=False)
        return self.norm(q + self.dropout(mixed))
