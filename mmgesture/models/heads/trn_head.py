"""Temporal relations between frames, repeatable at test."""
from math import comb
from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

import torch
from mmaction.models.heads import BaseHead
from torch import Tensor, nn

from mmgesture.registry import MODELS
from .segments import check_segments

__all__ = ['MultiScaleTRNHead', 'evenly_spread', 'subset_at']


def subset_at(rank: int, size: int, total: int) -> Tuple[int, ...]:
    """The rank-th subset in lexicographic order, without listing them.

    Args:
        rank (int): From 0, less than C(total, size).
        size (int): Members of a subset.
        total (int): Members to choose from, 0 to total - 1.

    Returns:
        tuple[int, ...]: The members, ascending.

    Raises:
        ValueError: If there is no such subset.
    """
    if not 0 <= rank < comb(total, size):
        raise ValueError(f'rank expected in [0, {comb(total, size)}) for '
                         f'subsets of {size} of {total}, got {rank}')
    members, candidate = [], 0
    while size:
        # subsets that begin with the candidate
        block = comb(total - candidate - 1, size - 1)
        if rank < block:
            members.append(candidate)
            size -= 1
        else:
            rank -= block
        candidate += 1
    return tuple(members)


def evenly_spread(size: int, total: int, cap: int) -> List[Tuple[int, ...]]:
    """All subsets, or ``cap`` of them evenly spread in lexicographic order.

    Args:
        size (int): Members of a subset.
        total (int): Members to choose from.
        cap (int): Most subsets to return.

    Returns:
        list[tuple[int, ...]]: Different subsets, in order.
    """
    count = comb(total, size)
    if count <= cap:
        return [subset_at(rank, size, total) for rank in range(count)]
    # the middles of cap equal stretches
    return [
        subset_at((2 * i + 1) * count // (2 * cap), size, total)
        for i in range(cap)
    ]


class MultiScaleRelation(nn.Module):
    """Sum of the relations of 2, 3, ..., T frames.

    Args:
        hidden_dim (int): Numbers per frame, D.
        num_segments (int): Frames of a clip, T.
        num_classes (int): Classes, K.
        relations_per_scale (int): Relations of each size that count.
        test_relations (int): Relations of each size averaged at test.
    """

    def __init__(self, hidden_dim: int, num_segments: int, num_classes: int,
                 relations_per_scale: int, test_relations: int) -> None:
        super().__init__()
        self.num_segments = num_segments
        # the longest first
        self.scales = tuple(range(num_segments, 1, -1))
        self.counted = tuple(
            min(relations_per_scale, comb(num_segments, s))
            for s in self.scales)
        self.fc_fusion_scales = nn.ModuleList(
            nn.Sequential(nn.ReLU(), nn.Linear(scale * hidden_dim, 256),
                          nn.ReLU(), nn.Linear(256, num_classes))
            for scale in self.scales)
        self.at_test = [
            evenly_spread(scale, num_segments, max(test_relations, counted))
            for scale, counted in zip(self.scales, self.counted)
        ]

    def draw(self) -> Iterator[List[Tuple[int, ...]]]:
        """Draw different relations of each size from torch's generator.

        Yields:
            list[tuple[int, ...]]: Frames of each relation, longest first.
        """
        for scale, number in zip(self.scales, self.counted):
            count = comb(self.num_segments, scale)
            if count == number:
                ranks = range(count)
            else:
                ranks = set()
                while len(ranks) < number:
                    ranks.add(int(torch.randint(count, ())))
            yield [
                subset_at(rank, scale, self.num_segments)
                for rank in sorted(ranks)
            ]

    def forward(self, x: Tensor) -> Tensor:
        """Add up the relations.

        Args:
            x (Tensor): Frames' features, shape (B, T, D).

        Returns:
            Tensor: Scores, shape (B, K).
        """
        chosen = self.draw() if self.training else self.at_test
        scores = 0.
        for fusion, counted, relations in zip(self.fc_fusion_scales,
                                              self.counted, chosen):
            index = torch.tensor(relations, device=x.device)
            # (B, T, D) -> (B, R, s, D) -> (B, R, s * D)
            parts = x[:, index].flatten(2)
            scores = scores + counted * fusion(parts).mean(dim=1)
        return scores


@MODELS.register_module()
class MultiScaleTRNHead(BaseHead):
    """Head of TRN whose answer at test does not depend on chance.

    Zhou et al., "Temporal Relational Reasoning in Videos", ECCV 2018: the
    score is the sum over s = 2 ... T of the relations of s ordered frames
    (Eq. 1 to 3), and of each size only a few are drawn (Sec. 3.2). As in
    MMAction2's ``TRNHead``, whose parameters have the same names and sizes,
    up to three relations of each size count, each with its own scores.
    What is different:

    - That head lists all 2^T subsets when it is built (65,519 for 16
      frames); here the r-th subset is computed from r.
    - That head draws with NumPy's global generator, at test too, so that
      two calls on one clip differ. Here training draws from torch's
      generator, which the runner seeds at every step, and testing takes for
      every size the mean over fixed relations, times the number that counts
      in training: all of them if they are ``test_relations`` or fewer, else
      as many evenly spread in lexicographic order. As the relations add up
      linearly, the mean over all is exactly the expected score of a draw.

    Args:
        num_classes (int): Classes, K.
        in_channels (int): Channels of the encoder, C.
        num_segments (int): Frames of a clip, T, at least 2. Defaults to 16.
        hidden_dim (int): Numbers per frame that relations see. Defaults to
            256.
        relations_per_scale (int): Relations of each size that count.
            Defaults to 3.
        test_relations (int): Most relations of each size averaged at test.
            Defaults to 64.
        dropout_ratio (float): Before the first layer. Defaults to 0.8.
        init_std (float): Of the first layer. Defaults to 0.001.
        loss_cls (dict): Config of the loss. Defaults to
            ``dict(type='CrossEntropyLoss')``.
        label_smooth_eps (float): Label smoothing. Defaults to 0.
        topk (int | Sequence[int]): Accuracies logged in training. Defaults
            to (1, 5).
        average_clips (str, optional): ``'prob'``, ``'score'`` or None: how
            several clips are averaged at test. Defaults to ``'prob'``.
        init_cfg (dict, optional): Defaults to None.

    Raises:
        ValueError: If a number is too small.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 num_segments: int = 16,
                 hidden_dim: int = 256,
                 relations_per_scale: int = 3,
                 test_relations: int = 64,
                 dropout_ratio: float = 0.8,
                 init_std: float = 0.001,
                 loss_cls: dict = dict(type='CrossEntropyLoss'),
                 label_smooth_eps: float = 0.,
                 topk: Union[int, Sequence[int]] = (1, 5),
                 average_clips: Optional[str] = 'prob',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            num_classes,
            in_channels,
            loss_cls=loss_cls,
            label_smooth_eps=label_smooth_eps,
            topk=topk if isinstance(topk, int) else tuple(topk),
            average_clips=average_clips,
            init_cfg=init_cfg)
        least = dict(
            num_segments=(num_segments, 2),
            relations_per_scale=(relations_per_scale, 1),
            test_relations=(test_relations, 1))
        for name, (value, bound) in least.items():
            if value < bound:
                raise ValueError(
                    f'{name} expected at least {bound}, got {value}')
        self.num_segments = num_segments
        self.init_std = init_std
        self.dropout = nn.Dropout(dropout_ratio)
        self.fc_cls = nn.Linear(in_channels, hidden_dim)
        self.consensus = MultiScaleRelation(hidden_dim, num_segments,
                                            num_classes, relations_per_scale,
                                            test_relations)

    def init_weights(self) -> None:
        """Draw the first layer small; the others as torch has it."""
        nn.init.normal_(self.fc_cls.weight, std=self.init_std)
        nn.init.zeros_(self.fc_cls.bias)

    def forward(self,
                x: Tensor,
                num_segs: int,
                loss_aux: Optional[Dict] = None,
                fcn_test: bool = False) -> Tensor:
        """Compute class scores.

        Args:
            x (Tensor): Feature maps, clip by clip, shape (B * V * T, C, H,
                W) with V clips per sample.
            num_segs (int): V * T.
            loss_aux (dict, optional): Losses of a neck; not used here.
                Defaults to None.
            fcn_test (bool): Must be False. Defaults to False.

        Returns:
            Tensor: Scores, shape (B * V, K).

        Raises:
            ValueError: If the frames do not make whole clips.
        """
        check_segments(self, num_segs, fcn_test)
        # (N, C, H, W) -> (N, C) -> (B * V, T, D)
        x = self.fc_cls(self.dropout(x.mean(dim=(2, 3))))
        return self.consensus(x.unflatten(0, (-1, self.num_segments)))
