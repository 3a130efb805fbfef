"""Recognizer with a chain of necks."""
from typing import Optional, Sequence

import torch
from mmaction.models import Recognizer3D
from torch import Tensor

from mmgesture.registry import MODELS
from ..necks import ASWM, NeckChain


@MODELS.register_module()
class MotionRecognizer3D(Recognizer3D):
    """Clip recognizer: encoder, any number of necks, classification head.

    MMAction2's ``Recognizer3D`` with ``necks`` in place of ``neck``; loss,
    prediction, multi-view tests and feature extraction are its own. The
    parameters of the i-th neck are named ``neck.{i}.*``.

    Args:
        backbone (dict): Config of the encoder.
        necks (Sequence[dict], optional): Configs of the necks, in order.
            Defaults to None.
        cls_head (dict, optional): Config of the head. Defaults to None.
        train_cfg (dict, optional): Defaults to None.
        test_cfg (dict, optional): Defaults to None.
        data_preprocessor (dict, optional): Config of the preprocessor.
            Defaults to None.
    """

    def __init__(self,
                 backbone: dict,
                 necks: Optional[Sequence[dict]] = None,
                 cls_head: Optional[dict] = None,
                 train_cfg: Optional[dict] = None,
                 test_cfg: Optional[dict] = None,
                 data_preprocessor: Optional[dict] = None) -> None:
        super().__init__(
            backbone=backbone,
            cls_head=cls_head,
            neck=dict(type=NeckChain, necks=list(necks)) if necks else None,
            train_cfg=train_cfg,
            test_cfg=test_cfg,
            data_preprocessor=data_preprocessor)

    @torch.no_grad()
    def scale_weights(self, inputs: Tensor) -> Tensor:
        """The weights that ASWM gives to the scales (Fig. 4).

        Args:
            inputs (Tensor): Normalised clips, shape (B, V, C, T, H, W) with
                V views.

        Returns:
            Tensor: alpha, shape (B * V, S, T', H', W'); sums to 1 over S.

        Raises:
            ValueError: If the model has no ASWM.
        """
        # (B, V, C, T, H, W) -> (B * V, C, T, H, W)
        x = self.backbone(inputs.flatten(0, 1))
        for neck in (self.neck if self.with_neck else ()):
            if isinstance(neck, ASWM):
                return neck.scale_weights(x)
            x, _ = neck(x)
        raise ValueError('scale_weights expected a model with the neck ASWM; '
                         'this one has none')
