"""Conversion of the official MMN weights: the head gets another name.

The rule, from the official model's names to those of a ``RecognizerGCN``
with :class:`MMN` and a ``GCNHead``:

- ``head.{weight,bias}`` -> ``cls_head.fc.{weight,bias}``; the number of
  classes is its number of rows.
- Anything else -> ``backbone.`` and the same name. Joints, depths, width and
  heads are read off the shapes.
- ``*.num_batches_tracked`` may be missing.
- Another name, a missing one, or another shape: refused.

The result is for ``MMN(compat='official')``: it fits the default just as
well, whose function is another one.
"""
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from torch import Tensor

from mmgesture.fileio import atomic_write
from mmgesture.version import __version__
from ..backbones.mmn import MMN
from ..pretrained import read_checkpoint

__all__ = ['MMNReport', 'convert_mmn_checkpoint', 'convert_mmn_state']

_HEAD = {
    'head.weight': 'cls_head.fc.weight',
    'head.bias': 'cls_head.fc.bias'
}


@dataclass
class MMNReport:
    """What a conversion found.

    Args:
        num_classes (int): Classes of the model.
        num_points (int): Joints.
        embed_dims (int): Channels.
        depths (list[int]): Blocks of each scale.
        num_heads (int): Graphs of a block.
        parameters (int): Parameters, buffers not counted.
    """

    num_classes: int = 0
    num_points: int = 0
    embed_dims: int = 0
    depths: List[int] = field(default_factory=list)
    num_heads: int = 0
    parameters: int = 0

    def to_dict(self) -> dict:
        """The report as plain types.

        Returns:
            dict: Field names to values.
        """
        return asdict(self)


def _read_sizes(state: Dict[str, Tensor], refused: str) -> MMNReport:
    """Sizes of the model that the weights are of."""
    blocks: Dict[int, int] = {}
    for name in state:
        found = re.match(r'MFM\.(\d+)\.blocks\.(\d+)\.', name)
        if found:
            stage, block = map(int, found.groups())
            blocks[stage] = max(blocks.get(stage, 0), block + 1)
    needed = ('STPE', 'head.weight', 'projection.0.weight',
              'MFM.0.blocks.0.gconv')
    absent = [name for name in needed if name not in state]
    if absent or sorted(blocks) != list(range(len(blocks))):
        raise ValueError(f'{refused}; expected {needed}, it lacks {absent}, '
                         f'its names are like {sorted(state)[:3]}')
    if state['STPE'].dim() != 2:
        raise ValueError(f'{refused}; expected an STPE of (channels, joints), '
                         f'got {tuple(state["STPE"].shape)}: a model without '
                         'time index')
    return MMNReport(
        num_classes=state['head.weight'].shape[0],
        num_points=state['STPE'].shape[1],
        embed_dims=state['STPE'].shape[0],
        depths=[blocks[i] for i in range(len(blocks))],
        num_heads=state['MFM.0.blocks.0.gconv'].shape[0])


def convert_mmn_state(
        state: Dict[str, Tensor],
        name: str = 'the checkpoint') -> Tuple[Dict[str, Tensor], MMNReport]:
    """Convert the weights of the official MMN.

    Args:
        state (dict[str, Tensor]): Its parameters and buffers by name.
        name (str): What errors call it. Defaults to 'the checkpoint'.

    Returns:
        tuple[dict[str, Tensor], MMNReport]: Parameters and buffers by this
        package's names, and what was found.

    Raises:
        ValueError: If it is another model's.
    """
    # DataParallel's prefix
    state = {k[7:] if k.startswith('module.') else k: v
             for k, v in state.items()}
    refused = f'{name} is no official MMN'
    report = _read_sizes(state, refused)
    with torch.device('meta'):
        model = MMN(
            in_channels=state['projection.0.weight'].shape[1],
            num_points=report.num_points,
            embed_dims=report.embed_dims,
            depths=report.depths,
            num_heads=report.num_heads,
            compat='official')
    classes, channels = report.num_classes, report.embed_dims
    wanted = {k: tuple(v.shape) for k, v in model.state_dict().items()}
    wanted['head.weight'] = (classes, channels)
    wanted['head.bias'] = (classes, )
    missing = [
        k for k in wanted
        if k not in state and not k.endswith('num_batches_tracked')
    ]
    unknown = sorted(set(state) - set(wanted))
    wrong = [
        f'{k}: {tuple(v.shape)} in the file, {wanted[k]} wanted'
        for k, v in state.items()
        if k in wanted and tuple(v.shape) != wanted[k]
    ]
    for what, names in (('missing', missing), ('unknown', unknown),
                        ('of another shape', wrong)):
        if names:
            raise ValueError(f'{refused}; {len(names)} weights are {what}, '
                             f'first {names[:3]}')
    report.parameters = sum(p.numel() for p in model.parameters())
    report.parameters += classes * (channels + 1)
    return {
        _HEAD.get(k, f'backbone.{k}'): v.contiguous().clone()
        for k, v in state.items()
    }, report


def convert_mmn_checkpoint(source: str,
                           out: str,
                           classes: Optional[Sequence[str]] = None
                           ) -> MMNReport:
    """Convert a checkpoint file of the official MMN.

    The written file holds tensors and plain types only, and is for
    ``tools/test.py`` and ``--load-from`` of a config with
    ``model.backbone.compat='official'``.

    Args:
        source (str): Official checkpoint file.
        out (str): File to write.
        classes (Sequence[str], optional): Class names by label, for the
            file's meta. Defaults to None.

    Returns:
        MMNReport: What was found.

    Raises:
        FileNotFoundError: If ``source`` does not exist.
        RuntimeError: If ``source`` is damaged, or needs unpickling.
        ValueError: If it is another model's, or the number of class names is
            not its number of classes.
    """
    tensors, _ = read_checkpoint(str(source))
    state, report = convert_mmn_state(tensors, str(source))
    meta = dict(
        mmgesture_version=__version__,
        converted_from=Path(source).name,
        model='MMN',
        compat='official',
        **report.to_dict())
    if classes is not None:
        if len(classes) != report.num_classes:
            raise ValueError(f'{source} has {report.num_classes} classes, '
                             f'got {len(classes)} names')
        meta['classes'] = list(classes)
    with atomic_write(out, 'wb') as file:
        torch.save(dict(state_dict=state, meta=meta), file)
    return report
