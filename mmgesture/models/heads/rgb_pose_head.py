"""The two classifiers of RGBPoseConv3D, for any batch and precision."""
from typing import Dict, List

import torch
from mmaction.models.heads import RGBPoseHead
from torch import Tensor

from mmgesture.registry import MODELS

__all__ = ['GestureRGBPoseHead']


@MODELS.register_module()
class GestureRGBPoseHead(RGBPoseHead):
    """MMAction2's RGBPoseHead without two of its traps.

    Its loss takes a batch of as many clips as there are classes (32 clips
    of iMiGUE) for soft labels of one clip and fails, and bf16 scores cannot
    be counted. Names and values are the host's otherwise: losses
    ``rgb_loss_cls`` and ``pose_loss_cls`` are added, L = L_RGB + L_pose
    (MM-Gesture, Sec. 3.3), and a prediction is a dict of probabilities,
    ``rgb`` and ``pose``, which GestureMetric scores by their mean.

    Args are those of ``mmaction.models.heads.RGBPoseHead``.
    """

    def loss_by_feat(self, cls_scores: Dict[str, Tensor],
                     data_samples: List) -> Dict[str, Tensor]:
        """Losses of the parts, weighed.

        Args:
            cls_scores (dict[str, Tensor]): Scores by part, each
                (B, num_classes).
            data_samples (list[ActionDataSample]): With ``gt_label`` of shape
                (1,), or soft labels (num_classes,).

        Returns:
            dict[str, Tensor]: ``<part>_loss_cls`` and accuracies.
        """
        # (B, 1), or (B, num_classes) of soft ones
        labels = torch.stack([sample.gt_label for sample in data_samples])
        if labels.shape[1] == 1:
            labels = labels.squeeze(1)
        losses = {}
        for name, weight in zip(self.loss_components, self.loss_weights):
            found = self.loss_by_scores(cls_scores[name].float(), labels)
            found['loss_cls'] = found['loss_cls'] * weight
            losses.update({f'{name}_{key}': x for key, x in found.items()})
        return losses
