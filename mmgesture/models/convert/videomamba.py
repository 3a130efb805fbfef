"""From the public VideoMamba checkpoints to this package's."""
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Dict, List, Sequence, Tuple, Union

import torch
from torch import Tensor

from mmgesture.fileio import atomic_write
from mmgesture.version import __version__
from ..backbones import MSFMamba, VideoMamba
from ..layers import fit_spatial, resize_temporal
from ..pretrained import read_checkpoint

TARGETS = dict(videomamba=VideoMamba, msf_mamba=MSFMamba)
# wrappers that training scripts put before every name
_WRAPPERS = ('module.', 'model.', 'backbone.')
# the class slot belongs to the class token, the head to another label set
_HEAD = 'head.'


@dataclass
class ConversionReport:
    """What became of every parameter.

    Attributes:
        loaded (list[str]): Target parameters that the file filled.
        resized (dict[str, str]): Those of them whose shape was changed on
            purpose, with what was done.
        scaled (list[str]): Those of them that were multiplied because the
            directions are merged in another way.
        missing (list[str]): Target parameters that keep their initial value.
        mismatched (dict[str, str]): Target parameters whose shape in the
            file does not fit; they are missing too.
        dropped (list[str]): Names of the file that are left out on purpose
            (head, class token).
        unexpected (list[str]): Names of the file that nobody knows.
    """
    loaded: List[str] = field(default_factory=list)
    resized: Dict[str, str] = field(default_factory=dict)
    scaled: List[str] = field(default_factory=list)
    missing: List[str] = field(default_factory=list)
    mismatched: Dict[str, str] = field(default_factory=dict)
    dropped: List[str] = field(default_factory=list)
    unexpected: List[str] = field(default_factory=list)

    @property
    def match(self) -> float:
        """float: Share of the target's parameters that were filled."""
        total = len(self.loaded) + len(self.missing)
        return len(self.loaded) / total if total else 0.

    def to_dict(self) -> dict:
        """dict: All of it as plain types, for json."""
        return dict(match=self.match, **asdict(self))


def build_target(target: str,
                 arch: Union[str, dict],
                 num_frames: int,
                 img_size: Union[int, Sequence[int]],
                 merge: str = '',
                 patch_size: int = 16,
                 tubelet_size: int = 1) -> VideoMamba:
    """The model to convert for, without memory for its weights.

    Args:
        target (str): ``'videomamba'`` or ``'msf_mamba'``.
        arch (str | dict): See :class:`VideoMamba`.
        num_frames (int): Frames of a clip.
        img_size (int | Sequence[int]): Pixels.
        merge (str): ``'sum'``, ``'mean'``, or ``''`` for the target's own.
            Defaults to ``''``.
        patch_size (int): Pixels per token. Defaults to 16.
        tubelet_size (int): Frames per token. Defaults to 1.

    Returns:
        VideoMamba: The model on the meta device.

    Raises:
        ValueError: If ``target`` is unknown.
    """
    if target not in TARGETS:
        raise ValueError(
            f'target expected one of {sorted(TARGETS)}, got {target!r}')
    options = dict(merge=merge) if merge else {}
    with torch.device('meta'):
        return TARGETS[target](
            arch=arch,
            num_frames=num_frames,
            img_size=img_size,
            patch_size=patch_size,
            tubelet_size=tubelet_size,
            **options)


def _strip_wrappers(state: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Cut off what stands before every name."""
    for wrapper in _WRAPPERS:
        if all(name.startswith(wrapper) for name in state):
            state = {k[len(wrapper):]: v for k, v in state.items()}
    return state


def convert_state_dict(
        state: Dict[str, Tensor],
        model: VideoMamba,
        source_merge: str = 'sum'
) -> Tuple[Dict[str, Tensor], ConversionReport]:
    """Convert the weights of a public VideoMamba model.

    An image model's 2-D patch kernel is spread over the tubelet (divided by
    its length), positions are interpolated, and ``out_proj`` is multiplied
    by 2 for a model that averages the directions, so that the function
    stays what it was. The head is dropped.

    Args:
        state (dict[str, Tensor]): Parameters by their public name.
        model (VideoMamba): The target; only names, shapes and settings are
            used, so it may be on the meta device.
        source_merge (str): How the source merges the directions: ``'sum'``
            in the public models. Defaults to ``'sum'``.

    Returns:
        tuple[dict[str, Tensor], ConversionReport]: Contiguous fp32 tensors
        by this package's names, and what was done.

    Raises:
        ValueError: If the positions are no square grid.
    """
    report = ConversionReport()
    wanted = {k: v.shape for k, v in model.state_dict().items()}
    factor = {
        ('sum', 'mean'): 2.,
        ('mean', 'sum'): .5
    }.get((source_merge, model.merge), 1.)
    result = {}
    for name, value in _strip_wrappers(state).items():
        if name.startswith(_HEAD) or (name == 'cls_token'
                                      and name not in wanted):
            report.dropped.append(name)
            continue
        if name not in wanted:
            report.unexpected.append(name)
            continue
        value = value.float()
        change = ''
        if name == 'patch_embed.proj.weight' and value.dim() == 4:
            frames = wanted[name][2]
            # (d, C, p, p) -> (d, C, t, p, p), the sum over t unchanged
            value = value.unsqueeze(2).repeat(1, 1, frames, 1, 1) / frames
            change = f'2-D kernel inflated to {frames} frame(s)'
        elif (name == 'pos_embed' and value.shape != wanted[name]
              and value.shape[2] == wanted[name][2]):
            value, change = fit_spatial(
                value,
                model.grid[1:],
                model.cls_token is not None,
                drop_slot=True)
        elif (name == 'temporal_pos_embedding'
              and value.shape[1] != wanted[name][1]):
            change = f'{value.shape[1]} -> {wanted[name][1]} frames'
            value = resize_temporal(value, wanted[name][1])
        if value.shape != wanted[name]:
            report.mismatched[name] = (f'{tuple(value.shape)} in the file, '
                                       f'{tuple(wanted[name])} wanted')
            continue
        if factor != 1. and name.endswith('.mixer.out_proj.weight'):
            value = value * factor
            report.scaled.append(name)
        if change:
            report.resized[name] = change
        result[name] = value.contiguous().clone()
        report.loaded.append(name)
    report.missing = [name for name in wanted if name not in result]
    return result, report


def convert_checkpoint(source: str,
                       out: str,
                       model: VideoMamba,
                       min_match: float = 0.9,
                       prefix: str = 'backbone.') -> ConversionReport:
    """Convert a checkpoint file; write nothing if too little of it fits.

    The written file holds tensors and plain types only:
    ``dict(state_dict=..., meta=...)``, the names as in a whole recognizer.
    It is for ``load_from`` of a config, or for the backbone's
    ``init_cfg=dict(type='Pretrained', checkpoint=OUT, prefix='backbone.')``.

    Args:
        source (str): Public checkpoint file.
        out (str): File to write.
        model (VideoMamba): The target, see :func:`build_target`.
        min_match (float): Smallest share of the target's parameters to be
            filled. Defaults to 0.9.
        prefix (str): Put before every name. Defaults to ``'backbone.'``.

    Returns:
        ConversionReport: What was done. If its ``match`` is below
        ``min_match``, nothing was written.

    Raises:
        FileNotFoundError: If ``source`` does not exist.
        RuntimeError: If ``source`` is damaged, or needs unpickling.
        ValueError: If ``source`` cannot be converted.
    """
    tensors, meta = read_checkpoint(source)
    source_merge = meta.get('merge', 'sum')
    state, report = convert_state_dict(tensors, model, source_merge)
    if report.match < min_match:
        return report
    content = dict(
        state_dict={f'{prefix}{k}': v
                    for k, v in state.items()},
        meta=dict(
            mmgesture_version=__version__,
            converted_from=Path(source).name,
            model=type(model).__name__,
            embed_dims=model.embed_dims,
            depth=model.depth,
            grid=list(model.grid),
            merge=model.merge))
    with atomic_write(out, 'wb') as file:
        torch.save(content, file)
    return report
