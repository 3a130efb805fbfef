"""A head that asks every point of a pyramid what it is the middle of."""
import math
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from mmcv.cnn import Scale
from mmengine.dist import all_reduce
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmgesture.registry import MODELS
from ..layers.masked import MaskedConv1d
from ..losses import distance_iou_loss, sigmoid_focal_loss
from .detections import Detections, suppress
from .targets import assign_segments, pyramid_points
from .towers import TOWERS


def _living_relu(x: Tensor) -> Tensor:
    """ReLU whose gradient passes in a column that is nowhere above zero.

    Args:
        x (Tensor): Shape (N, 2).

    Returns:
        Tensor: ``x.relu()``.
    """
    dead = (x <= 0).all(0)
    return x.relu() + dead * (x - x.detach())


@MODELS.register_module()
class AnchorFreeSegmentHead(BaseModule):
    """Classes and distances to start and end, at every point of a pyramid.

    The head of ActionFormer (Zhang et al., ECCV 2022, Sec. 3.3-3.4) with the
    tower of DyFADet (Yang et al., ECCV 2024) as an option, and in it the
    attention of Liu et al., MiGA 2025. Classification and regression have
    towers of their own, shared by all levels.

    Training: centre sampling (see :func:`assign_segments`), focal and
    distance-IoU loss, both divided by a running mean of the number of
    positive points. The ReLU that ends the distances has no gradient below
    zero: a side that has once left it at every point would stay at zero for
    the rest of a training. Where a side is zero at all positive points of a
    batch, its gradient passes the ReLU; values are the same, and so are the
    gradients of all other batches.

    Inference: the best ``topk`` pairs of point and class per level with a
    score above ``min_score``, then suppression.

    Args:
        num_classes (int): Classes K.
        channels (int): Channels C of the levels. Defaults to 512.
        num_levels (int): Levels of the pyramid. Defaults to 6.
        tower (dict): ``type`` (``'plain'`` or ``'msdy'``) and further
            arguments of that class. Defaults to ``dict(type='plain')``.
        range_base (float): See :func:`pyramid_points`. Defaults to 4.
        radius (float): Reach of centre sampling in strides. Defaults to
            1.5.
        alpha (float): Of the focal loss. Defaults to 0.25.
        gamma (float): Of the focal loss. Defaults to 2.
        label_smoothing (float): Defaults to 0.
        reg_weight (float): Weight of the distance-IoU loss. Defaults to 1.
        prior (float): Probability that every class starts with. Defaults to
            0.01.
        init_normaliser (float): First value of the running mean. Defaults
            to 100.
        momentum (float): Share of the old value in it. Defaults to 0.9.
        min_score (float): Least score of a candidate. Defaults to 0.001.
        topk (int): Candidates of a level. Defaults to 2000.
        min_length (float): Shorter results are dropped, in steps. Defaults
            to 0.05.
        nms (dict, optional): See :func:`suppress`. Defaults to
            ``dict(type='soft_nms', sigma=0.5, min_score=0.001)``.
        max_num (int): Results of a window. Defaults to 200.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If the type of the tower is unknown.
    """

    def __init__(self,
                 num_classes: int,
                 channels: int = 512,
                 num_levels: int = 6,
                 tower: dict = dict(type='plain'),
                 range_base: float = 4.,
                 radius: float = 1.5,
                 alpha: float = 0.25,
                 gamma: float = 2.,
                 label_smoothing: float = 0.,
                 reg_weight: float = 1.,
                 prior: float = 0.01,
                 init_normaliser: float = 100.,
                 momentum: float = 0.9,
                 min_score: float = 0.001,
                 topk: int = 2000,
                 min_length: float = 0.05,
                 nms: Optional[dict] = dict(
                     type='soft_nms', sigma=0.5, min_score=0.001),
                 max_num: int = 200,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        options = dict(tower)
        kind = options.pop('type', None)
        if kind not in TOWERS:
            raise ValueError(f'type of tower expected one of '
                             f'{sorted(TOWERS)}, got {kind!r}')
        self.num_classes = num_classes
        self.range_base, self.radius = range_base, radius
        self.alpha, self.gamma = alpha, gamma
        self.label_smoothing, self.reg_weight = label_smoothing, reg_weight
        self.momentum = momentum
        self.min_score, self.topk = min_score, topk
        self.min_length, self.nms, self.max_num = min_length, nms, max_num
        self.cls_tower = TOWERS[kind](channels, **options)
        self.reg_tower = TOWERS[kind](channels, **options)
        self.cls = MaskedConv1d(channels, num_classes)
        self.reg = MaskedConv1d(channels, 2)
        nn.init.constant_(self.cls.bias, -math.log((1 - prior) / prior))
        self.scales = nn.ModuleList(Scale() for _ in range(num_levels))
        self.register_buffer('normaliser',
                             torch.tensor(float(init_normaliser)))

    def forward(self, levels: Sequence[Tensor], masks: Sequence[Tensor]
                ) -> Tuple[List[Tensor], List[Tensor]]:
        """Score every point.

        Args:
            levels (Sequence[Tensor]): Shape (B, C, T_l) each, zero at padded
                steps.
            masks (Sequence[Tensor]): Bool, shape (B, 1, T_l) each.

        Returns:
            tuple[list[Tensor], list[Tensor]]: Logits (B, K, T_l) and
            distances to start and end in strides (B, 2, T_l), of each level.

        Raises:
            ValueError: If there are not ``num_levels`` levels.
        """
        logits, signed = self._signed(levels, masks)
        return logits, [x.relu() for x in signed]

    def _signed(self, levels: Sequence[Tensor], masks: Sequence[Tensor]
                ) -> Tuple[List[Tensor], List[Tensor]]:
        """Logits, and distances before their ReLU."""
        if len(levels) != len(self.scales):
            raise ValueError(
                f'the head expected num_levels={len(self.scales)} levels, got '
                f'{len(levels)} from the pyramid')
        logits = [
            self.cls(x, mask)
            for x, mask in zip(self.cls_tower(levels, masks), masks)
        ]
        signed = [
            scale(self.reg(x, mask)) for scale, x, mask in zip(
                self.scales, self.reg_tower(levels, masks), masks)
        ]
        return logits, signed

    def loss(self, levels: Sequence[Tensor], masks: Sequence[Tensor],
             targets: Sequence[Tuple[Tensor, Tensor]]) -> Dict[str, Tensor]:
        """Losses of a batch.

        Args:
            levels (Sequence[Tensor]): As for :meth:`forward`.
            masks (Sequence[Tensor]): As for :meth:`forward`.
            targets (Sequence[tuple[Tensor, Tensor]]): Segments in steps
                (N, 2) and labels (N,) of each window.

        Returns:
            dict[str, Tensor]: ``loss_cls``, ``loss_reg`` and, for the log,
            ``num_positive``.
        """
        logits, signed = self._signed(levels, masks)
        points = pyramid_points([x.shape[-1] for x in levels],
                                self.range_base, levels[0].device)
        # L x (B, K, T_l) -> (B, P, K)
        logits = torch.cat(logits, -1).mT
        signed = torch.cat(signed, -1).mT
        valid = torch.cat(tuple(masks), -1).squeeze(1)  # (B, P)
        assigned = [
            assign_segments(points, *target, self.num_classes, self.radius)
            for target in targets
        ]
        classes, wanted = (torch.stack(part) for part in zip(*assigned))
        classes = classes * valid[..., None]
        weight = classes.sum(-1)  # labels of a point, (B, P)
        positive = weight > 0
        normaliser = self._count(positive.sum())
        if self.label_smoothing:
            classes = (classes * (1 - self.label_smoothing) +
                       self.label_smoothing / (self.num_classes + 1))
        loss_cls = sigmoid_focal_loss(logits[valid], classes[valid],
                                      self.alpha, self.gamma)
        # without positives an empty sum, which still has a gradient (zero)
        loss_reg = (distance_iou_loss(
            _living_relu(signed[positive]), wanted[positive]) *
                    weight[positive]).sum() + 0 * signed.sum()
        return dict(
            loss_cls=loss_cls / normaliser,
            loss_reg=loss_reg / normaliser * self.reg_weight,
            num_positive=positive.sum().float())

    def _count(self, positives: Tensor) -> Tensor:
        """Running mean of the positive points of a step."""
        count = positives.detach().float().clamp(min=1)
        all_reduce(count, 'mean')
        if self.training:
            self.normaliser.mul_(self.momentum).add_(
                count, alpha=1 - self.momentum)
        return self.normaliser.clone()

    def predict(self, levels: Sequence[Tensor],
                masks: Sequence[Tensor]) -> List[Detections]:
        """Find segments.

        Args:
            levels (Sequence[Tensor]): As for :meth:`forward`.
            masks (Sequence[Tensor]): As for :meth:`forward`.

        Returns:
            list[Detections]: Of each window.
        """
        logits, distances = self(levels, masks)
        results = []
        for row in range(len(levels[0])):
            parts = [
                self._candidates(logits[level][row].sigmoid(),
                                 distances[level][row], masks[level][row],
                                 2**level) for level in range(len(levels))
            ]
            segments, scores, labels = (torch.cat(x) for x in zip(*parts))
            results.append(
                suppress(segments, scores, labels, self.nms, self.max_num))
        return results

    def _candidates(self, scores: Tensor, distances: Tensor, mask: Tensor,
                    stride: int) -> Tuple[Tensor, Tensor, Tensor]:
        """The best of one level: (K, T), (2, T) and (1, T) -> N each."""
        scores = (scores * mask).flatten()  # (K * T,)
        index = (scores > self.min_score).nonzero().squeeze(1)
        scores, best = scores[index].topk(min(self.topk, len(index)))
        index = index[best]
        step = index % mask.shape[-1]
        left, right = distances[:, step]
        segments = torch.stack((step - left, step + right), 1) * stride
        long = right + left >= self.min_length / stride
        labels = index.div(mask.shape[-1], rounding_mode='floor')
        return segments[long], scores[long], labels[long]
