"""The frame of all localizers: features or frames in, segments out."""
from typing import Dict, List, Optional, Tuple, Union

import torch
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor

from mmgesture.registry import MODELS
from ..layers.masked import halve_mask
from .detections import Detections

Features = Union[Tensor, List[Tensor]]


@MODELS.register_module()
class GestureLocalizer(BaseModel):
    """Backbone, neck and head over windows of a long sequence.

    ==================  =========================  =======================
    model               neck                       head
    ==================  =========================  =======================
    ActionFormer style  TemporalPyramid(attention) AnchorFreeSegmentHead
    DyFADet             TemporalPyramid(dyn_e)     ... with tower msdy
    Liu et al. 2025     TemporalPyramid(dyn_e)     ... and its attention
    PointTAD + Mamba    none                       QueryPointHead
    ==================  =========================  =======================

    Without a backbone the inputs are features of another model; with one
    (:class:`ClipEncoder`) they are frames, and all is trained end to end.

    The windows' own steps are the unit of all segments that go in and come
    out. A backbone with a temporal stride s makes a coarser grid, whose step
    j covers the steps s j to s j + s - 1 and has its centre at
    ``s (j + 1/2) - 1/2``; neck and head know that grid alone.

    Args:
        head (dict): Config of the head, which has ``loss`` and ``predict``.
        neck (dict, optional): Config of what is between. Defaults to None.
        backbone (dict, optional): Config of the encoder of frames. Defaults
            to None.
        data_preprocessor (dict, optional): Config of the preprocessor; None
            for :class:`WindowDataPreprocessor` without normalisation.
            Defaults to None.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.
    """

    def __init__(self,
                 head: dict,
                 neck: Optional[dict] = None,
                 backbone: Optional[dict] = None,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Union[dict, list, None] = None) -> None:
        if data_preprocessor is None:
            data_preprocessor = dict(type='WindowDataPreprocessor')
        super().__init__(data_preprocessor, init_cfg)
        self.backbone = MODELS.build(backbone) if backbone else None
        self.neck = MODELS.build(neck) if neck else None
        self.head = MODELS.build(head)

    def forward(self,
                inputs: Tensor,
                mask: Optional[Tensor] = None,
                data_samples: Optional[list] = None,
                mode: str = 'tensor') -> Union[tuple, Dict, List]:
        """What MMEngine's loops call.

        Args:
            inputs (Tensor): Windows, (B, C, W) or (B, 3, W, height,
                width), fp32.
            mask (Tensor, optional): Valid steps, bool, (B, 1, W); None if
                all are. Defaults to None.
            data_samples (list[ActionDataSample], optional): With
                ``gt_instances`` in training. Defaults to None.
            mode (str): ``'loss'``, ``'predict'`` or ``'tensor'``. Defaults
                to ``'tensor'``.

        Returns:
            dict | list | tuple: Losses; the samples with
            ``pred_instances``; or what the head's ``forward`` gives.

        Raises:
            ValueError: If the mode is unknown.
        """
        if mask is None:
            mask = inputs.new_ones(
                len(inputs), 1, inputs.shape[2], dtype=torch.bool)
        if mode == 'loss':
            return self.loss(inputs, mask, data_samples)
        if mode == 'predict':
            return self.predict(inputs, mask, data_samples)
        if mode == 'tensor':
            features, masks, _ = self.extract_feat(inputs, mask)
            return self.head(features, masks)
        raise ValueError("mode expected 'loss', 'predict' or 'tensor', got "
                         f'{mode!r}')

    def extract_feat(self, inputs: Tensor,
                     mask: Tensor) -> Tuple[Features, Features, int]:
        """Everything before the head.

        Args:
            inputs (Tensor): As for :meth:`forward`.
            mask (Tensor): As for :meth:`forward`.

        Returns:
            tuple: Features and their masks (lists of them after a pyramid),
            and the steps of the window per step of the features.
        """
        x, stride = inputs, 1
        if self.backbone is not None:
            stride = self.backbone.stride
            mask = halve_mask(mask, stride)
            x = self.backbone(inputs) * mask  # (B, C, ceil(W / stride))
        x, mask = (x, mask) if self.neck is None else self.neck(x, mask)
        return x, mask, stride

    def loss(self, inputs: Tensor, mask: Tensor,
             data_samples: list) -> Dict[str, Tensor]:
        """Losses of a batch.

        Args:
            inputs (Tensor): As for :meth:`forward`.
            mask (Tensor): As for :meth:`forward`.
            data_samples (list[ActionDataSample]): With ``gt_instances``,
                which have ``segments`` (N, 2) in steps of the window and
                ``labels`` (N,).

        Returns:
            dict[str, Tensor]: The head's losses.
        """
        features, masks, stride = self.extract_feat(inputs, mask)
        targets = []
        for sample in data_samples:
            truth = sample.gt_instances
            segments = truth.segments.to(inputs.device, torch.float32)
            targets.append((to_coarse(segments.view(-1, 2), stride),
                            truth.labels.to(inputs.device).long()))
        return self.head.loss(features, masks, targets)

    @torch.no_grad()
    def predict(self, inputs: Tensor, mask: Tensor,
                data_samples: Optional[list]) -> list:
        """Find segments.

        Args:
            inputs (Tensor): As for :meth:`forward`.
            mask (Tensor): As for :meth:`forward`.
            data_samples (list[ActionDataSample], optional): Get
                ``pred_instances`` with ``segments`` (M, 2) in steps of the
                window, ``scores`` (M,) and ``labels`` (M,).

        Returns:
            list: The samples, or without them the ``Detections``.
        """
        features, masks, stride = self.extract_feat(inputs, mask)
        found = [
            Detections(to_fine(x.segments, stride), x.scores, x.labels)
            for x in self.head.predict(features, masks)
        ]
        if data_samples is None:
            return found
        for sample, result in zip(data_samples, found):
            sample.pred_instances = InstanceData(**result._asdict())
        return data_samples


def to_coarse(steps: Tensor, stride: int) -> Tensor:
    """From steps of the window to steps of the features.

    Args:
        steps (Tensor): Any shape.
        stride (int): Steps of the window per step of the features.

    Returns:
        Tensor: The same shape.
    """
    return (steps + 0.5) / stride - 0.5


def to_fine(steps: Tensor, stride: int) -> Tensor:
    """From steps of the features to steps of the window.

    Args:
        steps (Tensor): Any shape.
        stride (int): Steps of the window per step of the features.

    Returns:
        Tensor: The same shape.
    """
    return (steps + 0.5) * stride - 0.5
