"""Mixing of a query's point features by kernels made of the query."""
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ['GroupedLinear', 'ParallelMixing']


class GroupedLinear(nn.Module):
    """A linear layer whose groups of inputs do not see each other.

    Args:
        in_features (int): A multiple of ``groups``.
        out_features (int): A multiple of ``groups``.
        groups (int): Number of groups. Defaults to 1.
    """

    def __init__(self,
                 in_features: int,
                 out_features: int,
                 groups: int = 1) -> None:
        super().__init__()
        self.groups = groups
        bound = 1 / math.sqrt(in_features // groups)  # as nn.Linear
        self.weight = nn.Parameter(
            torch.empty(groups, out_features // groups,
                        in_features // groups).uniform_(-bound, bound))
        self.bias = nn.Parameter(
            torch.empty(out_features).uniform_(-bound, bound))

    def forward(self, x: Tensor) -> Tensor:
        """Apply.

        Args:
            x (Tensor): Shape (N, in_features), group after group.

        Returns:
            Tensor: Shape (N, out_features).
        """
        x = x.unflatten(1, (self.groups, -1))
        return torch.einsum('ngi,goi->ngo', x, self.weight).flatten(
            1) + self.bias


class ParallelMixing(nn.Module):
    """Two mixings of the point features, across frames and channels.

    Liu et al., MiGA 2024, Sec. 3.6, Eqs. 12-15, with theta from the query:

    .. code-block:: text

        x_f = ReLU(LN(x^T theta_f))^T
        x_c = ReLU(LN(ReLU(LN(x theta_c1)) theta_c2))
        q   = LN(q + dropout(ReLU(LN(Linear([x_f, x_c])))))

    Eq. 15 leaves out the inner LN and ReLU. At the paper's size the layer
    has 49 M parameters, most of them in the generator of theta_c and in the
    last linear layer; ``dim_dynamic`` and ``groups`` make it smaller.

    Args:
        embed_dims (int): Channels D, a multiple of ``groups``.
        num_points (int): Points Ns.
        dim_dynamic (int): Width D' between theta_c1 and theta_c2, a multiple
            of ``groups``. Defaults to 64.
        groups (int): Groups of channels that do not see each other in
            theta_c and the last linear layer. Defaults to 1.
        dropout (float): Defaults to 0.1.

    Raises:
        ValueError: If the groups do not divide the widths.
    """

    def __init__(self,
                 embed_dims: int,
                 num_points: int,
                 dim_dynamic: int = 64,
                 groups: int = 1,
                 dropout: float = 0.1) -> None:
        super().__init__()
        if embed_dims % groups or dim_dynamic % groups:
            raise ValueError(
                f'embed_dims={embed_dims} and dim_dynamic={dim_dynamic} '
                f'expected to be multiples of groups={groups}')
        self.groups = groups
        # theta_c1 and theta_c2: groups of (D / g, D' / g)
        self.shape = (groups, embed_dims // groups, dim_dynamic // groups)
        self.num_points = num_points
        self.frame = nn.Linear(embed_dims, num_points**2)
        self.channel = nn.Linear(embed_dims, 2 * math.prod(self.shape))
        self.frame_norm = nn.LayerNorm(num_points)
        self.dynamic_norm = nn.LayerNorm(dim_dynamic)
        self.channel_norm = nn.LayerNorm(embed_dims)
        self.out = GroupedLinear(2 * num_points * embed_dims, embed_dims,
                                 groups)
        self.out_norm = nn.LayerNorm(embed_dims)
        self.dropout = nn.Dropout(dropout)
        self.norm = nn.LayerNorm(embed_dims)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Update the queries by their points.

        Args:
            x (Tensor): Features of the points, shape (B, Nq, Ns, D).
            query (Tensor): Shape (B, Nq, D).

        Returns:
            Tensor: New queries, shape (B, Nq, D).
        """
        size, points = query.shape, self.num_points
        x, q = x.flatten(0, 1), query.flatten(0, 1)  # N = B * Nq
        theta = self.frame(q).unflatten(1, (points, points))
        # (N, D, Ns) @ (N, Ns, Ns) -> (N, D, Ns) -> (N, Ns, D)
        across = self.frame_norm(x.mT @ theta).relu().mT
        first, second = self.channel(q).unflatten(1, (2, -1)).unbind(1)
        first = first.unflatten(1, self.shape)  # (N, g, D / g, D' / g)
        second = second.unflatten(1, self.shape).mT  # (N, g, D' / g, D / g)
        within = x.unflatten(2, (self.groups, -1)).transpose(1, 2)
        within = (within @ first).transpose(1, 2).flatten(2)  # (N, Ns, D')
        within = self.dynamic_norm(within).relu()
        within = within.unflatten(2, (self.groups, -1)).transpose(1, 2)
        within = (within @ second).transpose(1, 2).flatten(2)  # (N, Ns, D)
        within = self.channel_norm(within).relu()
        both = torch.cat((across, within), 1)  # (N, 2 * Ns, D)
        # (N, 2 * Ns, g, D / g) -> (N, g, 2 * Ns, D / g)
        both = both.unflatten(2, (self.groups, -1)).transpose(1, 2)
        update = F.relu(self.out_norm(self.out(both.flatten(1))))
        return self.norm(query + self.dropout(update.view(size)))
