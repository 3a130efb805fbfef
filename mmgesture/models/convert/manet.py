"""Conversion of the official MA-Net checkpoint, without its dead weights.

The rule, from the official recognizer's names to this package's:

- ``cls_head.{fc_cls,fc_emb,fc_emb_t}.{weight,bias}`` stay. They must all be
  there; the number of classes is the number of rows of ``fc_cls``.
- ``backbone.*`` stays, but for what lies beside a wrapped convolution: of
  those five tensors per block, two are renamed and three are dead, told
  apart by their shapes (:func:`rename_official_se`).
- ``*.num_batches_tracked`` may be missing.
- Any other name, a missing one, or another shape: the checkpoint is refused.
  A TSM, say, has neither ``fc_emb`` nor squeeze-and-excitation.
"""
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from mmgesture.fileio import atomic_write
from mmgesture.version import __version__
from ..backbones import MANet
from ..heads import MANetHead
from ..pretrained import read_checkpoint
from ..resnet_weights import rename_official_se

__all__ = ['ManetReport', 'convert_manet_checkpoint', 'convert_manet_state']


@dataclass
class ManetReport:
    """What a conversion did.

    Args:
        num_classes (int): Classes of the model.
        parameters (int): Parameters of the model as converted.
        dead_parameters (int): Parameters that were left out.
        dead (list[str]): Their names.
    """

    num_classes: int = 0
    parameters: int = 0
    dead_parameters: int = 0
    dead: List[str] = field(default_factory=list)

    def to_dict(self) -> dict:
        """The report as plain types.

        Returns:
            dict: Field names to values.
        """
        return asdict(self)


def _target(num_classes: int, depth: int) -> nn.Module:
    """The model to convert for, without memory for its weights."""
    with torch.device('meta'):
        backbone = MANet(depth=depth)
        head = MANetHead(num_classes, in_channels=backbone.feat_dim)
    return nn.ModuleDict(dict(backbone=backbone, cls_head=head))


def convert_manet_state(
        state: Dict[str, Tensor],
        name: str = 'the checkpoint',
        depth: int = 50) -> Tuple[Dict[str, Tensor], ManetReport]:
    """Convert the weights of the official MA-Net.

    Args:
        state (dict[str, Tensor]): Its parameters and buffers by name.
        name (str): What errors call it. Defaults to 'the checkpoint'.
        depth (int): Of the ResNet. Defaults to 50.

    Returns:
        tuple[dict[str, Tensor], ManetReport]: Parameters and buffers by this
        package's names, and what was done.

    Raises:
        ValueError: If it is another model's.
    """
    # DataParallel's prefix
    state = {k[7:] if k.startswith('module.') else k: v
             for k, v in state.items()}
    refused = (f'{name} is no MA-Net with a ResNet-{depth}: expected the '
               'official checkpoint (43.2 M parameters, its dead ones '
               'included) or one of this package')
    scores = state.get('cls_head.fc_cls.weight')
    if scores is None or scores.dim() != 2:
        raise ValueError(f'{refused}; it has no cls_head.fc_cls.weight, its '
                         f'names are like {sorted(state)[:3]}')
    result, dead = rename_official_se(state)
    target = _target(scores.shape[0], depth)
    wanted = {k: tuple(v.shape) for k, v in target.state_dict().items()}
    missing = [
        k for k in wanted
        if k not in result and not k.endswith('num_batches_tracked')
    ]
    unexpected = sorted(set(result) - set(wanted))
    wrong = [
        f'{k}: {tuple(v.shape)} in the file, {wanted[k]} wanted'
        for k, v in result.items()
        if k in wanted and tuple(v.shape) != wanted[k]
    ]
    for what, names in (('missing', missing), ('unknown', unexpected),
                        ('of another shape', wrong)):
        if names:
            raise ValueError(f'{refused}; {len(names)} weights are {what}, '
                             f'first {names[:3]}')
    report = ManetReport(
        num_classes=scores.shape[0],
        parameters=sum(p.numel() for p in target.parameters()),
        dead_parameters=sum(state[k].numel() for k in dead),
        dead=dead)
    return {k: v.contiguous().clone() for k, v in result.items()}, report


def convert_manet_checkpoint(source: str,
                             out: str,
                             classes: Optional[Sequence[str]] = None,
                             depth: int = 50) -> ManetReport:
    """Convert a checkpoint file of the official MA-Net.

    The written file holds tensors and plain types only, and is for
    ``tools/test.py``, for ``--load-from``, or for an encoder's
    ``init_cfg=dict(type='Pretrained', checkpoint=OUT)``.

    Args:
        source (str): Official checkpoint file.
        out (str): File to write.
        classes (Sequence[str], optional): Class names by label, for the
            file's meta. Defaults to None.
        depth (int): Of the ResNet. Defaults to 50.

    Returns:
        ManetReport: What was done.

    Raises:
        FileNotFoundError: If ``source`` does not exist.
        RuntimeError: If ``source`` is damaged, or needs unpickling.
        ValueError: If it is another model's, or the number of class names is
            not its number of classes.
    """
    tensors, _ = read_checkpoint(str(source))
    state, report = convert_manet_state(tensors, str(source), depth)
    meta = dict(
        mmgesture_version=__version__,
        converted_from=Path(source).name,
        model='MANet',
        depth=depth)
    if classes is not None:
        if len(classes) != report.num_classes:
            raise ValueError(f'{source} has {report.num_classes} classes, '
                             f'got {len(classes)} names')
        meta['classes'] = list(classes)
    with atomic_write(out, 'wb') as file:
        torch.save(dict(state_dict=state, meta=meta), file)
    return report
