"""The frame of all localizers: features or frames in, segments out."""
from typing import Dict, List, Optional, Tuple, Union

import torch
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor

from mmgesture.registry import MODELS
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
    out; a step may be several frames.

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
            inputs (Tensor): Windows, (B, C, W), or (B, 3, T, H, W) with T
                = W times the frames of a step, fp32.
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
        if mode == 'loss':
            return self.loss(inputs, mask, data_samples)
        if mode == 'predict':
            return self.predict(inputs, mask, data_samples)
        if mode == 'tensor':
            return self.head(*self.extract_feat(inputs, mask))
        raise ValueError("mode expected 'loss', 'predict' or 'tensor', got "
                         f'{mode!r}')

    def extract_feat(self, inputs: Tensor, mask: Optional[Tensor]
                     ) -> Tuple[Features, Features]:
        """Everything before the head.

        Args:
            inputs (Tensor): As for :meth:`forward`.
            mask (Tensor, optional): As for :meth:`forward`.

        Returns:
            tuple: Features and their masks; lists of them after a pyramid.

        Raises:
            ValueError: If the backbone gives another number of steps than
                the data set.
        """
        x = inputs if self.backbone is None else self.backbone(inputs)
        if mask is None:
            mask = x.new_ones(len(x), 1, x.shape[-1], dtype=torch.bool)
        if mask.shape[-1] != x.shape[-1]:
            raise ValueError(
                f'the backbone gives {x.shape[-1]} steps, the windows have '
                f'{mask.shape[-1]}: set frames_per_step of ClipEncoder, '
                'WindowDataPreprocessor and the data set to one number')
        x = x * mask
        return (x, mask) if self.neck is None else self.neck(x, mask)

    def loss(self, inputs: Tensor, mask: Optional[Tensor],
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
        targets = []
        for sample in data_samples:
            truth = sample.gt_instances
            segments = truth.segments.to(inputs.device, torch.float32)
            targets.append((segments.view(-1, 2),
                            truth.labels.to(inputs.device).long()))
        return self.head.loss(*self.extract_feat(inputs, mask), targets)

    @torch.no_grad()
    def predict(self, inputs: Tensor, mask: Optional[Tensor],
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
        found = self.head.predict(*self.extract_feat(inputs, mask))
        if data_samples is None:
            return found
        for sample, result in zip(data_samples, found):
            sample.pred_instances = InstanceData(**result._asdict())
        return data_samples

