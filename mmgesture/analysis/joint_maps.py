"""What the blocks of MMN respond to, over joints and frames (Fig. 3).

The paper shows X_agg of Eq. 16 after every motion-guided former, with the
largest channel at every frame and joint. Here the joints are put back into
the order of their layout, whatever order the model takes them in.
"""
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

import numpy as np
import torch
from mmengine.dataset import Compose, pseudo_collate
from torch import nn

from mmgesture.models.layers.mmn_former import MotionGuidedFormer
from .probing import find_module

__all__ = ['JointCase', 'probe_joints']


@dataclass
class JointCase:
    """A clip, what a model says of it, and what its blocks respond to.

    Attributes:
        sample_id (str): Name of the sample.
        label (int, optional): True class; None: hidden.
        scores (np.ndarray): Probabilities, shape (num_classes,).
        layout (str): Name of the layout.
        joints (np.ndarray): Normalised coordinates of the first person, at
            the frames that the model sees, shape (T, V, C).
        maps (list[list[np.ndarray]]): By scale and block, shape (T / 2^k, V)
            of scale k; joints in the order of the layout.
    """

    sample_id: str
    label: Optional[int]
    scores: np.ndarray
    layout: str
    joints: np.ndarray
    maps: List[List[np.ndarray]]

    def best(self, number: int = 5) -> List[int]:
        """The most probable classes.

        Args:
            number (int): How many at most. Defaults to 5.

        Returns:
            list[int]: Best first; of equals the lower one.
        """
        order = np.argsort(-self.scores, kind='stable')
        return order[:number].tolist()


def _run(pipeline: Compose, results: Dict[str, Any]):
    """The packed sample, joints as they were sampled, their later order."""
    joints = order = None
    for step in pipeline.transforms:
        results = step(results)
        if type(step).__name__ == 'SampleSkeletonFrames':
            joints = results['keypoint'][0].copy()
            layout = results['layout']
        order = results.get('joint_order', order)
    if joints is None:
        raise ValueError('expected a pipeline with SampleSkeletonFrames, got '
                         f'{[type(s).__name__ for s in pipeline.transforms]}')
    return results, joints, layout, order


@torch.no_grad()
def probe_joints(model: nn.Module, pipeline: Compose,
                 results: Dict[str, Any]) -> JointCase:
    """Run a clip through a model and look into its blocks.

    Args:
        model (nn.Module): A recognizer with MMN, one person.
        pipeline (Compose): Its test pipeline.
        results (dict): The sample, as the data set gives it to the pipeline.

    Returns:
        JointCase: What was found.

    Raises:
        ValueError: If the model has no MMN, sees several persons, or the
            pipeline samples no skeletons.
        UnreadableMediaError: If the skeleton file cannot be read.
    """
    if find_module(model, MotionGuidedFormer) is None:
        raise ValueError('expected a model with the blocks of MMN, got '
                         f'{type(model.backbone).__name__}')
    if model.backbone.num_persons != 1:
        raise ValueError('maps are drawn for one person, the model sees '
                         f'{model.backbone.num_persons}')
    packed, joints, layout, order = _run(pipeline, results)
    found: Dict[nn.Module, np.ndarray] = {}

    def keep(module, _, output):
        # (1, C, T, V) -> (T, V)
        found[module] = output[0].amax(0).cpu().numpy()

    stages = [[block.aggregation for block in stage.blocks]
              for stage in model.backbone.MFM]
    handles = [block.register_forward_hook(keep)
               for stage in stages for block in stage]
    model.eval()
    try:
        sample = model.test_step(pseudo_collate([packed]))[0]
    finally:
        for handle in handles:
            handle.remove()
    place = np.argsort(order) if order is not None else slice(None)
    label = sample.get('gt_label')
    return JointCase(
        sample_id=sample.sample_id,
        label=None if label is None else int(label),
        scores=sample.pred_score.cpu().numpy(),
        layout=layout,
        joints=joints,
        maps=[[found[block][:, place] for block in stage]
              for stage in stages])
