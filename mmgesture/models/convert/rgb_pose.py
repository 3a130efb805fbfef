"""Start weights of RGBPoseConv3D out of its two single streams.

MM-Gesture (MiGA 2025, Sec. 3.3) trains pictures, joints and limbs each by
itself, then pictures with joints and pictures with limbs together. The rule,
from the names of two recognizers (PoseConv3D's SlowOnly with an ``I3DHead``)
to those of a recognizer with ``RGBPoseConv3D`` and its head:

- ``backbone.`` -> ``backbone.rgb_path.`` and ``backbone.pose_path.``;
- ``cls_head.fc_cls.`` -> ``cls_head.fc_rgb.`` and ``cls_head.fc_pose.``;
- a convolution behind a lateral connection has more input channels there,
  the other path's, which come last: they begin with weights of 0;
- the lateral connections have no counterpart and stay as drawn;
- anything else must fit by name and shape.

So the merged network begins with exactly the scores of the two it is made
of, and learns from there what each path can use of the other.
"""
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, List

import torch
from torch import Tensor, nn

from mmgesture.fileio import atomic_write
from mmgesture.version import __version__
from ..pretrained import read_checkpoint

__all__ = ['MergeReport', 'merge_rgb_pose', 'merge_rgb_pose_states']

PARTS = ('rgb', 'pose')


@dataclass
class MergeReport:
    """What a merge did.

    Args:
        copied (int): Tensors taken over as they are.
        padded (dict[str, list[int]]): Convolutions with more input channels:
            how many they had and have.
        drawn (list[str]): Tensors of the lateral connections.
        num_classes (int): Classes of the model.
    """

    copied: int = 0
    padded: Dict[str, List[int]] = field(default_factory=dict)
    drawn: List[str] = field(default_factory=list)
    num_classes: int = 0

    def to_dict(self) -> dict:
        """The report as plain types.

        Returns:
            dict: Field names to values.
        """
        return asdict(self)


def _renamed(name: str, part: str) -> str:
    if name.startswith('backbone.'):
        return f'backbone.{part}_path.{name[len("backbone."):]}'
    return name.replace('cls_head.fc_cls.', f'cls_head.fc_{part}.', 1)


def _padded(value: Tensor, wanted: Tensor) -> Tensor:
    """Zeros behind the input channels of a convolution, (O, I, T, H, W)."""
    result = torch.zeros_like(wanted, dtype=value.dtype)
    result[:, :value.shape[1]] = value
    return result


def merge_rgb_pose_states(own: Dict[str, Tensor], rgb: Dict[str, Tensor],
                          pose: Dict[str, Tensor]):
    """Merge the weights of two streams.

    Args:
        own (dict[str, Tensor]): The joint model's own initial weights.
        rgb (dict[str, Tensor]): Of the recognizer of pictures.
        pose (dict[str, Tensor]): Of the recognizer of joints or limbs.

    Returns:
        tuple[dict[str, Tensor], MergeReport]: All weights of the joint
        model, and what was done.

    Raises:
        ValueError: If a stream does not fit the model; names the weights.
    """
    state = {name: value.clone() for name, value in own.items()}
    report = MergeReport()
    given = set()
    for part, source in zip(PARTS, (rgb, pose)):
        unknown, wrong = [], []
        for name, value in source.items():
            target = _renamed(name, part)
            if target not in own or target == name:
                unknown.append(name)
                continue
            wanted = own[target]
            given.add(target)
            if value.shape == wanted.shape:
                state[target] = value.clone()
                report.copied += 1
            elif (value.dim() == wanted.dim() == 5
                  and value.shape[1] < wanted.shape[1]
                  and value.shape[2:] == wanted.shape[2:]
                  and value.shape[0] == wanted.shape[0]
                  and 'conv1' not in target.split('.')[:3]):
                state[target] = _padded(value, wanted)
                report.padded[target] = [value.shape[1], wanted.shape[1]]
            else:
                wrong.append(f'{name}: {tuple(value.shape)}, wanted '
                             f'{tuple(wanted.shape)} of {target}')
        missing = [
            name for name in own if 'lateral' not in name and
            f'.{part}_path.' in name or f'cls_head.fc_{part}.' in name
        ]
        missing = [name for name in missing if name not in given
                   and not name.endswith('num_batches_tracked')]
        for what, names in (('unknown', unknown), ('missing', missing),
                            ('of another shape', wrong)):
            if names:
                raise ValueError(
                    f'the {part} stream does not fit the joint model: '
                    f'{len(names)} weights are {what}, first {names[:3]}. '
                    'Both streams and the joint model must be of one depth, '
                    'width, layout and number of classes')
    report.drawn = sorted(name for name in own if 'lateral' in name)
    report.num_classes = len(own['cls_head.fc_rgb.bias'])
    return state, report


def merge_rgb_pose(model: nn.Module, rgb: str, pose: str,
                   out: str) -> MergeReport:
    """Merge two checkpoint files for a joint model and write a third.

    The written file holds all weights of the model, tensors and plain types
    only, and is for ``--load-from``.

    Args:
        model (nn.Module): The joint recognizer, its weights drawn.
        rgb (str): Checkpoint of the recognizer of pictures.
        pose (str): Checkpoint of the recognizer of joints or limbs.
        out (str): File to write.

    Returns:
        MergeReport: What was done.

    Raises:
        FileNotFoundError: If a file does not exist.
        RuntimeError: If one is damaged, or needs unpickling.
        ValueError: If one does not fit, the files name other classes, or the
            model is no RGBPoseConv3D.
    """
    own = model.state_dict()
    if 'cls_head.fc_rgb.bias' not in own or not any(
            name.startswith('backbone.pose_path.') for name in own):
        raise ValueError('expected a recognizer with RGBPoseConv3D and '
                         f'RGBPoseHead, got {type(model).__name__} of '
                         f'{type(model.backbone).__name__}')
    (first, first_meta), (second, second_meta) = (
        read_checkpoint(str(path)) for path in (rgb, pose))
    classes = [
        list(meta['classes']) for meta in (first_meta, second_meta)
        if meta.get('classes')
    ]
    if len(classes) == 2 and classes[0] != classes[1]:
        raise ValueError(f'{rgb} and {pose} have other classes '
                         f'({classes[0][:2]}... and {classes[1][:2]}...)')
    state, report = merge_rgb_pose_states(own, first, second)
    meta = dict(
        mmgesture_version=__version__,
        merged_from=[Path(rgb).name, Path(pose).name],
        **report.to_dict())
    if classes:
        meta['classes'] = classes[0]
    with atomic_write(out, 'wb') as file:
        torch.save(dict(state_dict=state, meta=meta), file)
    return report
