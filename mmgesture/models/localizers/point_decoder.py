"""One layer of PointTAD's decoder."""
import math
from typing import Tuple

import torch
from torch import Tensor, nn

from .point_mixing import ParallelMixing
from .point_sampling import PointDeformation
from .query_mixer import MambaMHSA

__all__ = ['PointDecoderLayer', 'points_to_segments']


def points_to_segments(points: Tensor) -> Tensor:
    """The segment that a query's points span.

    The last third of the points, rounded up, is free to lie wherever the
    semantics are and does not count (20 of 30 do; Eq. 1 of Liu et al., MiGA
    2024, says all).

    Args:
        points (Tensor): Shape (..., Ns).

    Returns:
        Tensor: Least and greatest, shape (..., 2).
    """
    number = points.shape[-1]
    spanning = points[..., :number - math.ceil(number / 3)]
    return torch.stack((spanning.amin(-1), spanning.amax(-1)), -1)


def _tower(dims: int, layers: int, out: int) -> nn.Sequential:
    parts = []
    for _ in range(layers):
        parts += [
            nn.Linear(dims, dims, bias=False), nn.LayerNorm(dims), nn.ReLU()
        ]
    return nn.Sequential(*parts, nn.Linear(dims, out))


class PointDecoderLayer(nn.Module):
    """Sample at the points, mix the queries, mix the samples, answer.

    Tan et al., "PointTAD" (NeurIPS 2022), with the Mamba-MHSA block of Liu
    et al., MiGA 2024 (Secs. 3.2-3.6). Points move by
    ``t + dt * s * 0.5`` (Eq. 1) with s the length of the query's segment.

    With the points of a query at one place s is zero and they never part by
    themselves; unless ``compat``, s is at least one step of the window.

    Args:
        embed_dims (int): Channels D.
        num_classes (int): Classes K; one more is background.
        num_points (int): Points Ns of a query. Defaults to 30.
        feedforward (int): Width of the feed-forward network. Defaults to
            2048.
        dim_dynamic (int): See :class:`ParallelMixing`. Defaults to 64.
        groups (int): See :class:`ParallelMixing`. Defaults to 1.
        dropout (float): Defaults to 0.1.
        compat (bool): PointTAD's own choices. Defaults to False.
        **mixer: Further arguments of :class:`MambaMHSA`.
    """

    def __init__(self,
                 embed_dims: int,
                 num_classes: int,
                 num_points: int = 30,
                 feedforward: int = 2048,
                 dim_dynamic: int = 64,
                 groups: int = 1,
                 dropout: float = 0.1,
                 compat: bool = False,
                 **mixer) -> None:
        super().__init__()
        self.compat = compat
        self.deformation = PointDeformation(embed_dims, compat)
        self.queries = MambaMHSA(embed_dims, dropout=dropout, **mixer)
        self.mixing = ParallelMixing(embed_dims, num_points, dim_dynamic,
                                     groups, dropout)
        self.feedforward = nn.Sequential(
            nn.Linear(embed_dims, feedforward), nn.ReLU(),
            nn.Dropout(dropout), nn.Linear(feedforward, embed_dims),
            nn.Dropout(dropout))
        self.norm = nn.LayerNorm(embed_dims)
        self.cls = _tower(embed_dims, 1, num_classes + 1)
        self.reg = _tower(embed_dims, 3, num_points)

    def forward(self, features: Tensor, points: Tensor, query: Tensor,
                num_steps: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Refine.

        Args:
            features (Tensor): Shape (B, T, D).
            points (Tensor): As parts of the window's length T, shape
                (B, Nq, Ns).
            query (Tensor): Shape (B, Nq, D).
            num_steps (Tensor): Valid steps, integers, shape (B,).

        Returns:
            tuple[Tensor, Tensor, Tensor]: Logits (B, Nq, K + 1), the last
            one background; new points and new queries.
        """
        steps = features.shape[1]
        # PointTAD interpolates with the ends at the first and last centre
        scale = steps - 1 if self.compat else steps
        sampled = self.deformation(features, points * scale, query,
                                   num_steps)
        query = self.mixing(sampled, self.queries(query))
        query = self.norm(query + self.feedforward(query))
        start, end = points_to_segments(points).unbind(-1)
        length = end - start
        if not self.compat:
            length = length.clamp(min=1 / steps)
        points = points + self.reg(query) * length[..., None] * 0.5
        return self.cls(query), points, query
