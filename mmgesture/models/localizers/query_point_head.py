"""PointTAD with Mamba: a set of queries whose points find the gestures."""
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F

from mmgesture.registry import MODELS
from .detections import Detections, suppress
from .point_decoder import PointDecoderLayer, points_to_segments
from .set_matching import centre_length, match_queries, paired_iou

Targets = Sequence[Tuple[Tensor, Tensor]]


@MODELS.register_module()
class QueryPointHead(BaseModule):
    """Localisation as set prediction with learnable query points.

    Liu et al., MiGA 2024, after Tan et al., "PointTAD" (NeurIPS 2022). Each
    of Nq queries has Ns points in the window; L decoder layers refine them
    by the features at and around the points. A query answers with one class
    or background and with the segment its points span. Queries and true
    segments are matched one to one, for each layer by itself.

    ``pointtad_compat`` repeats what the public code of PointTAD does, for
    parity: points start in the middle of the window, all at one place (as
    ``point_init='centre'``); the ends of the window are the centres of its
    first and last step; offsets start ahead of the points; no more
    intermediate layers are supervised than the batch has windows (with the
    paper's batch of one: the first layer alone); and a batch without
    gestures teaches nothing. Otherwise every layer is supervised, and
    windows without gestures teach the background.

    Args:
        num_classes (int): Classes K.
        in_channels (int): Channels of the features.
        embed_dims (int): Channels D. Defaults to 512.
        num_queries (int): Queries Nq. Defaults to 48.
        num_points (int): Points Ns of a query. Defaults to 30.
        num_layers (int): Decoder layers L. Defaults to 4.
        num_mamba (int): Mamba blocks M of a layer; 0 is PointTAD. Defaults
            to 2.
        point_init (str): ``'spread'`` places the queries evenly in the
            window with points 2 % of it to either side; ``'centre'`` all
            points in its middle. Defaults to ``'spread'``.
        dense_weight (float): Weight of the frame-wise classification.
            Defaults to 10.
        background_weight (float): Weight of background in the cross
            entropy. Defaults to 0.1.
        class_weight (float): Weight of the cross entropy. Defaults to 1.
        l1_weight (float): Weight of the distance of centre and length.
            Defaults to 5.
        iou_weight (float): Weight of 1 - tIoU. Defaults to 5.
        pointtad_compat (bool): See above. Defaults to False.
        min_score (float): Results below it are dropped. Defaults to 0.001.
        min_length (float): Shorter results are dropped, in steps. Defaults
            to 0.05.
        nms (dict, optional): See :func:`suppress`. Defaults to
            ``dict(type='nms', iou_threshold=0.5)``.
        max_num (int): Results of a window. Defaults to 200.
        decoder (dict, optional): Further arguments of
            :class:`PointDecoderLayer`. Defaults to None.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If ``point_init`` is unknown or there are fewer than four
            points.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 embed_dims: int = 512,
                 num_queries: int = 48,
                 num_points: int = 30,
                 num_layers: int = 4,
                 num_mamba: int = 2,
                 point_init: str = 'spread',
                 dense_weight: float = 10.,
                 background_weight: float = 0.1,
                 class_weight: float = 1.,
                 l1_weight: float = 5.,
                 iou_weight: float = 5.,
                 pointtad_compat: bool = False,
                 min_score: float = 0.001,
                 min_length: float = 0.05,
                 nms: Optional[dict] = dict(type='nms', iou_threshold=0.5),
                 max_num: int = 200,
                 decoder: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        if point_init not in ('spread', 'centre'):
            raise ValueError("point_init expected 'spread' or 'centre', got "
                             f'{point_init!r}')
        if num_points < 4:
            raise ValueError('num_points expected at least 4 (a third of '
                             f'them spans no segment), got {num_points}')
        self.num_classes = num_classes
        self.compat = pointtad_compat
        self.weights = dict(
            cls=class_weight, l1=l1_weight, iou=iou_weight)
        self.dense_weight = dense_weight
        self.min_score, self.min_length = min_score, min_length
        self.nms, self.max_num = nms, max_num
        self.project = nn.Conv1d(in_channels, embed_dims, 1)
        self.dense = nn.Sequential(
            nn.Conv1d(embed_dims, embed_dims // 2, 3, padding=1),
            nn.Dropout(0.5), nn.Conv1d(embed_dims // 2, num_classes, 1))
        self.query = nn.Parameter(torch.randn(num_queries, embed_dims))
        self.points = nn.Parameter(
            torch.full((num_queries, num_points), 0.5))
        if point_init == 'spread' and not pointtad_compat:
            centres = (torch.arange(num_queries) + 0.5) / num_queries
            spread = torch.linspace(-0.02, 0.02, num_points)
            # shuffled, so that the spanning ones reach to either side
            order = torch.randperm(num_points)
            self.points.data = centres[:, None] + spread[order]
        self.layers = nn.ModuleList(
            PointDecoderLayer(
                embed_dims,
                num_classes,
                num_points,
                num_mamba=num_mamba,
                compat=pointtad_compat,
                **(decoder or {})) for _ in range(num_layers))
        class_weights = torch.ones(num_classes + 1)
        class_weights[-1] = background_weight
        self.register_buffer('class_weights', class_weights, False)

    def forward(self, features: Tensor,
                mask: Tensor) -> Tuple[List[Tensor], List[Tensor], Tensor]:
        """Decode.

        Args:
            features (Tensor | Sequence[Tensor]): Shape (B, C, T), zero at
                padded steps; of several levels the first.
            mask (Tensor | Sequence[Tensor]): Bool, shape (B, 1, T).

        Returns:
            tuple[list[Tensor], list[Tensor], Tensor]: Of each layer logits
            (B, Nq, K + 1) and segments as parts of the window (B, Nq, 2);
            logits of the frame-wise classification (B, K, T).
        """
        if not isinstance(features, Tensor):
            features, mask = features[0], mask[0]
        features = self.project(features) * mask
        dense = self.dense(features)
        num_steps = mask.sum((1, 2))
        batch = len(features)
        # (B, C, T) -> (B, T, C)
        features = features.mT
        query = self.query.expand(batch, -1, -1)
        points = self.points.expand(batch, -1, -1)
        logits, segments = [], []
        for layer in self.layers:
            scores, points, query = layer(features, points, query, num_steps)
            logits.append(scores)
            segments.append(points_to_segments(points))
        return logits, segments, dense

    def loss(self, features: Tensor, mask: Tensor,
             targets: Targets) -> Dict[str, Tensor]:
        """Losses of a batch.

        Args:
            features (Tensor): As for :meth:`forward`.
            mask (Tensor): As for :meth:`forward`.
            targets (Sequence[tuple[Tensor, Tensor]]): Segments in steps
                (N, 2) and labels (N,) of each window.

        Returns:
            dict[str, Tensor]: ``loss_cls``, ``loss_l1`` and ``loss_iou`` of
            the last layer, the same of the others as ``d0.loss_cls`` and so
            on, and ``loss_dense``.
        """
        logits, segments, dense = self(features, mask)
        valid = mask if isinstance(mask, Tensor) else mask[0]
        steps = valid.shape[-1]
        scaled = [(truth / steps, labels) for truth, labels in targets]
        last = len(logits) - 1
        layers = list(range(last))
        if self.compat:
            layers = layers[:len(targets)]
        losses = self._layer_loss(logits[last], segments[last], scaled, '')
        for k in layers:
            losses.update(
                self._layer_loss(logits[k], segments[k], scaled, f'd{k}.'))
        losses['loss_dense'] = self._dense_loss(dense, valid, targets)
        return losses

    def _layer_loss(self, logits: Tensor, segments: Tensor, targets: Targets,
                    prefix: str) -> Dict[str, Tensor]:
        """Losses of one layer; targets as parts of the window."""
        pairs = match_queries(logits, segments, targets)
        wanted = torch.full(
            logits.shape[:2], self.num_classes, device=logits.device)
        found, true = [], []
        for row, ((query, index), (truth, labels)) in enumerate(
                zip(pairs, targets)):
            wanted[row, query] = labels[index]
            found.append(segments[row, query])
            true.append(truth[index])
        found, true = torch.cat(found), torch.cat(true)
        cls = F.cross_entropy(logits.flatten(0, 1), wanted.flatten(),
                              self.class_weights)
        if self.compat and not len(true):
            cls = cls * 0
        count = max(len(true), 1)
        distance = (centre_length(found) - centre_length(true)).abs().sum()
        overlap = (1 - paired_iou(found, true)).sum()
        # so that every layer takes part without gestures, too
        unused = 0 * segments.sum()
        values = dict(
            cls=cls, l1=distance / count + unused, iou=overlap / count)
        return {
            f'{prefix}loss_{name}': value * self.weights[name]
            for name, value in values.items()
        }

    def _dense_loss(self, dense: Tensor, valid: Tensor,
                    targets: Targets) -> Tensor:
        """Frame-wise binary cross entropy: which classes are on."""
        wanted = torch.zeros_like(dense)
        steps = torch.arange(dense.shape[-1], device=dense.device)
        for row, (truth, labels) in enumerate(targets):
            for (start, end), label in zip(truth.tolist(), labels.tolist()):
                if self.compat:
                    on = (steps >= int(start)) & (steps <= int(end))
                else:  # the steps whose extent meets the segment
                    on = (steps + 0.5 > start) & (steps - 0.5 < end)
                wanted[row, label, on] = 1
        loss = F.binary_cross_entropy_with_logits(
            dense, wanted, reduction='none') * valid
        number = valid.sum() * self.num_classes
        return loss.sum() / number * self.dense_weight

    def predict(self, features: Tensor, mask: Tensor) -> List[Detections]:
        """Find segments: one class per query, of the last layer.

        Args:
            features (Tensor): As for :meth:`forward`.
            mask (Tensor): As for :meth:`forward`.

        Returns:
            list[Detections]: Of each window, those whose centre is a valid
            step.
        """
        logits, segments, _ = self(features, mask)
        valid = mask if isinstance(mask, Tensor) else mask[0]
        results = []
        for scores, found, steps in zip(logits[-1].softmax(-1), segments[-1],
                                        valid.sum((1, 2))):
            scores, labels = scores[:, :-1].max(-1)
            found = found * valid.shape[-1]
            centre, length = centre_length(found).unbind(-1)
            keep = ((scores > self.min_score) & (length >= self.min_length)
                    & (centre > -0.5) & (centre < steps - 0.5))
            results.append(
                suppress(found[keep], scores[keep], labels[keep], self.nms,
                         self.max_num))
        return results
