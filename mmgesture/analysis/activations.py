"""What a model responds to in a clip: activation maps of its stages (Fig. 3).

Two definitions of an activation map over the positions (t, y, x) of a
feature map x with channels c:

- ``'magnitude'``: the mean over the channels of ``|x_c|``. It asks for no
  class. The encoder ends with an RMS norm, which gives every position the
  same root mean square, so that for F this map shows little.
- ``'gradcam'`` (Selvaraju et al., 2017): ``ReLU(sum_c w_c x_c)``, ``w_c`` the
  mean over all positions of the derivative of the class's logit with respect
  to ``x_c``. It shows what speaks for this class.

Stages: the backbone's feature map F, and the output of MCFM, ``F^(k) = S_k(F)
+ theta_k S_k(D)`` (Eq. 12), its scales k averaged (magnitude) or summed before
the ReLU (Grad-CAM, where they are channels as any). MCFM is looked at twice:
as trained, and with every theta set to 0, which takes the frame difference D
out of the same weights. The paper's caption says "with" and "without" central
frame difference and leaves open whether one model or two are meant; for the
second reading compare with a model that was trained with
``difference='none'``.
"""
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch import Tensor, nn

from mmgesture.models.backbones import VideoMamba
from mmgesture.models.necks import MCFM
from .probing import ProbeClip, find_module, without_difference

METHODS = ('gradcam', 'magnitude')


@dataclass
class Activations:
    """Activation maps of a model over one clip, each (T', H', W').

    Attributes:
        target (int): Class that the maps and probabilities are of.
        predicted (int): Class that the model predicts.
        probability (float): Of the target.
        backbone (np.ndarray): Map of F.
        fused (np.ndarray, optional): Map of MCFM as trained; None without
            MCFM.
        fused_without (np.ndarray, optional): Map of MCFM with theta = 0;
            None without MCFM or when it has no theta.
        probability_without (float, optional): Of the target, theta = 0.
        theta (list[float], optional): Trained gates, one per scale.
        windows (list[int], optional): Windows of the scales.
    """

    target: int
    predicted: int
    probability: float
    backbone: np.ndarray
    fused: Optional[np.ndarray] = None
    fused_without: Optional[np.ndarray] = None
    probability_without: Optional[float] = None
    theta: Optional[List[float]] = None
    windows: Optional[List[int]] = None


@dataclass
class _Stage:
    """A tensor of the graph, and how to see a map (d, T', H', W') in it."""

    tensor: Tensor
    grid: Optional[Tuple[int, ...]] = None

    def as_map(self, values: Tensor) -> Tensor:
        """The tensor, or one of its shape, as a map (d, T', H', W')."""
        if values.dim() == 5:  # (1, d, T', H', W')
            return values[0]
        if values.dim() == 4:  # 2-D families: (T', d, H', W')
            return values.transpose(0, 1)
        # (1, L, d), class token first -> (n, d) -> (d, T', H', W')
        patches = values[0, -int(np.prod(self.grid)):]
        return patches.T.unflatten(1, self.grid)


def probe_clip(model: nn.Module,
               clip: ProbeClip,
               target: Optional[int] = None,
               method: str = 'gradcam') -> Activations:
    """Activation maps of a model over a clip.

    Args:
        model (nn.Module): A recognizer, in evaluation mode.
        clip (ProbeClip): The clip, from
            :func:`mmgesture.analysis.probing.prepare_clip` with the same
            model's pipeline.
        target (int, optional): Class to look for. Defaults to None: the one
            that the model predicts.
        method (str): ``'gradcam'`` or ``'magnitude'``, see the module.
            Defaults to ``'gradcam'``.

    Returns:
        Activations: The maps.

    Raises:
        ValueError: If the method is unknown, the class out of range, or the
            backbone's output no feature map.
    """
    if method not in METHODS:
        raise ValueError(f'expected method to be one of {METHODS}, got '
                         f'{method!r}')
    number = model.cls_head.num_classes
    if target is not None and not 0 <= target < number:
        raise ValueError(f'expected a class from 0 to {number - 1}, got '
                         f'{target}')
    mcfm = find_module(model, MCFM)
    features, scales, logits = _run(model, clip, mcfm)
    predicted = int(logits.argmax())
    target = predicted if target is None else target
    found = Activations(
        target=target,
        predicted=predicted,
        probability=_probability(logits, target),
        backbone=_maps(logits[target], [features], method))
    if mcfm is None:
        return found
    found.windows = list(mcfm.windows)
    found.fused = _maps(logits[target], scales, method)
    if mcfm.theta is None:
        return found
    found.theta = mcfm.theta.tolist()
    with without_difference(mcfm):
        _, scales, logits = _run(model, clip, mcfm)
        found.fused_without = _maps(logits[target], scales, method)
        found.probability_without = _probability(logits, target)
    return found


def _probability(logits: Tensor, target: int) -> float:
    return float(logits.detach().softmax(0)[target])


def _run(model: nn.Module, clip: ProbeClip, mcfm: Optional[MCFM]
         ) -> Tuple[_Stage, List[_Stage], Tensor]:
    """One forward pass of the test, its stages kept.

    Returns:
        tuple: F, the scales of MCFM (none without one), and the logits
        (num_classes,).
    """
    kept: Dict[str, Any] = {}

    def keep(name):
        return lambda module, inputs, output: kept.update({name: output})

    with ExitStack() as stack:
        stages = dict(backbone=model.backbone, head=model.cls_head)
        if mcfm is not None:
            stages['mcfm'] = mcfm
        if isinstance(model.backbone, VideoMamba):
            # (1, T', H', W', d) of the embedding, (1, L, d) of the block
            stages['embedding'] = model.backbone.patch_embed
            handle = model.backbone.layers[-1].register_forward_pre_hook(
                lambda module, inputs: kept.update(tokens=inputs[0]))
            stack.callback(handle.remove)
        for name, module in stages.items():
            handle = module.register_forward_hook(keep(name))
            stack.callback(handle.remove)
        stack.enter_context(torch.enable_grad())
        data = model.data_preprocessor(pseudo_collate([clip.packed]), False)
        # so that there is a graph even where every weight is frozen
        data['inputs'].requires_grad_()
        model(**data, mode='predict')
    scales = list(kept['mcfm'][0]) if mcfm is not None else []
    return (_feature_map(model.backbone, kept), [_Stage(x) for x in scales],
            kept['head'].float().mean(0))


def _feature_map(backbone: nn.Module, kept: Dict[str, Any]) -> _Stage:
    """F, from the backbone's output or the tokens of its last block."""
    output = kept['backbone']
    if isinstance(output, (list, tuple)):
        output = output[-1]
    shape = tuple(output.shape)
    if len(shape) == 4 or (len(shape) == 5 and shape[0] == 1):
        return _Stage(output)
    if 'tokens' in kept:
        # The class token alone goes to the head, so the patches matter for
        # the last time where they enter the last block.
        return _Stage(kept['tokens'],
                      tuple(kept['embedding'].shape[1:4]))
    raise ValueError(
        f'{type(backbone).__name__} gives features of shape {shape}; expected '
        "a map (1, d, T', H', W') of one clip or (T', d, H', W') of its "
        'frames, or a VideoMamba with class token')


def _maps(logit: Tensor, stages: Sequence[_Stage], method: str) -> np.ndarray:
    """The activation map over some feature maps of one shape."""
    features = [stage.as_map(stage.tensor) for stage in stages]
    if method == 'magnitude':
        result = torch.stack([x.abs().mean(0) for x in features]).mean(0)
    else:
        gradients = torch.autograd.grad(
            logit, [stage.tensor for stage in stages], retain_graph=True)
        result = 0
        for stage, x, gradient in zip(stages, features, gradients):
            # (d, T', H', W') -> (d, 1, 1, 1)
            weight = stage.as_map(gradient).mean((1, 2, 3), keepdim=True)
            result = result + (weight * x).sum(0)
        result = result.relu()
    return result.detach().float().cpu().numpy()
