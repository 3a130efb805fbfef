"""Features at the points of a query, each from four places around it."""
from typing import Sequence

import torch
from torch import Tensor, nn

__all__ = ['PointDeformation', 'sample_steps']

#: Points of the first group, which belong to the boundary.
BOUNDARY_POINTS = 4
SUB_POINTS = 4


def sample_steps(features: Tensor, positions: Tensor, weights: Tensor,
                 num_steps: Tensor) -> Tensor:
    """Weighted sums of linearly interpolated features.

    The weights of interpolation make a matrix (N, T), so that the sums are
    one product with the features; nothing of size (N, J, D) is ever made.

    Args:
        features (Tensor): Shape (B, T, D).
        positions (Tensor): In steps, shape (B, N, J); beyond the valid
            steps the first or the last one counts.
        weights (Tensor): Of the J places, shape (B, N, J).
        num_steps (Tensor): Valid steps, integers, shape (B,).

    Returns:
        Tensor: Shape (B, N, D).
    """
    last = (num_steps - 1).clamp(min=0).view(-1, 1, 1)
    ends = last.to(positions.dtype).expand_as(positions)
    # not minimum(), which halves the gradient of a position on the end
    positions = positions.clamp(min=0)
    positions = torch.where(positions > ends, ends, positions)
    # the step below; at the very end that one whose right neighbour it is,
    # so that the slope is that of the last interval
    lower = positions.detach().floor().long().minimum(
        (last - 1).clamp(min=0))
    upper = (lower + 1).minimum(last)
    share = positions - lower
    weights = weights.to(positions.dtype)  # positions stay fp32 in autocast
    matrix = positions.new_zeros(*positions.shape[:2], features.shape[1])
    matrix = matrix.scatter_add(2, lower, weights * (1 - share))
    matrix = matrix.scatter_add(2, upper, weights * share)
    return matrix @ features  # (B, N, T) @ (B, T, D)


class PointDeformation(nn.Module):
    """Features of deformable sub-points around each query point.

    Liu et al., MiGA 2024, Sec. 3.6, Eqs. 9-11. A query has four offsets and
    four weights for its boundary points (the first four) and as many for the
    others. Eq. 9 as printed sums positions; what is meant, and computed, is
    ``x_i = sum_j w_j F(t_i + dp_j)``.

    Offsets start at -1.5, -0.5, 0.5 and 1.5 steps for every query. PointTAD
    starts at 1, 2, 3 and 4, all of them ahead (``compat``).

    Args:
        embed_dims (int): Channels D of query and features.
        compat (bool): Start as PointTAD does. Defaults to False.
    """

    def __init__(self, embed_dims: int, compat: bool = False) -> None:
        super().__init__()
        self.offsets = nn.Linear(embed_dims, 2 * SUB_POINTS)
        self.weights = nn.Linear(embed_dims, 2 * SUB_POINTS)
        first: Sequence[float] = (1, 2, 3, 4) if compat else (-1.5, -.5, .5,
                                                              1.5)
        with torch.no_grad():
            self.offsets.bias.copy_(torch.tensor(first * 2))
        nn.init.zeros_(self.weights.bias)
        for linear in (self.offsets, self.weights):
            # PointTAD's zeros are overwritten by a later pass over matrices
            init = nn.init.xavier_uniform_ if compat else nn.init.zeros_
            init(linear.weight)

    def forward(self, features: Tensor, points: Tensor, query: Tensor,
                num_steps: Tensor) -> Tensor:
        """Sample.

        Args:
            features (Tensor): Shape (B, T, D).
            points (Tensor): In steps, shape (B, Nq, Ns).
            query (Tensor): Shape (B, Nq, D).
            num_steps (Tensor): Valid steps, integers, shape (B,).

        Returns:
            Tensor: Shape (B, Nq, Ns, D).
        """
        queries, number = points.shape[1:]
        group = torch.ones(number, dtype=torch.long, device=points.device)
        group[:BOUNDARY_POINTS] = 0
        # (B, Nq, 2 * 4) -> (B, Nq, 2, 4) -> (B, Nq, Ns, 4)
        offsets = self.offsets(query).unflatten(-1, (2, -1))[:, :, group]
        weights = self.weights(query).unflatten(-1, (2, -1)).softmax(-1)
        found = sample_steps(features,
                             (points[..., None] + offsets).flatten(1, 2),
                             weights[:, :, group].flatten(1, 2), num_steps)
        return found.unflatten(1, (queries, number))
