"""What a config's model costs before it runs: parameters and FLOPs."""
from pathlib import Path
from typing import Any, Dict, Optional, Union

from torch import nn

from .blank_sample import plain_shape, sample_shape
from .flops import KINDS, PART_OF, PARTS, count_flops
from .subject import build_model, forward_of, read_config


def count_parameters(model: nn.Module) -> Dict[str, int]:
    """Count parameters by part.

    Args:
        model (nn.Module): The model. One parameter used in two parts counts
            in the first.

    Returns:
        dict[str, int]: By part: backbone, necks, head, other.
    """
    counts = dict.fromkeys(PARTS, 0)
    for name, parameter in model.named_parameters():
        part = PART_OF.get(name.partition('.')[0], 'other')
        counts[part] += parameter.numel()
    return counts


def analyse_config(path: Union[str, Path],
                   num_classes: Optional[int] = None,
                   frames: Optional[int] = None,
                   size: Optional[int] = None) -> Dict[str, Any]:
    """Count the parameters of a config's model and the FLOPs of one sample.

    Nothing is computed: the model is built and called on the meta device.

    Args:
        path (str | Path): The config file.
        num_classes (int, optional): Classes of the head, in place of the
            config's. Defaults to None.
        frames (int, optional): Frames of a clip, in place of the
            pipeline's. Defaults to None.
        size (int, optional): Height and width of a clip in pixels, in place
            of the pipeline's. Defaults to None.

    Returns:
        dict: A row of the table: ``config`` (name of the file), ``input``
        (views, frames, height, width; of what reads skeletons see
        ``blank_shapes``), ``resized_to`` (pixels, where the
        model's data preprocessor changes the size), ``num_classes``,
        ``params``, ``params_by_part``, ``macs`` (multiply-accumulates of
        matrix products and convolutions: what most papers call FLOPs),
        ``flops`` (twice ``macs``, and the selective scan), ``flops_by_kind``,
        ``flops_by_part`` and ``uncounted`` (operators that may hold products
        without a formula).

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds no model or does not tell the clip's shape.
        RuntimeError: If the model cannot be traced.
    """
    cfg = read_config(path)
    shape = sample_shape(cfg, frames, size)
    model = build_model(cfg, 'meta', num_classes)
    try:
        flops = count_flops(model, forward_of(model, shape))
    except (NotImplementedError, RuntimeError, ValueError) as error:
        raise RuntimeError(
            f'{path}: its FLOPs cannot be counted for a sample of {shape}: '
            f'{error}') from error
    parameters = count_parameters(model)
    head = cfg.model.get('cls_head') or {}
    return dict(
        config=Path(path).stem,
        input=plain_shape(shape),
        resized_to=getattr(model.data_preprocessor, 'input_size', None),
        num_classes=num_classes or head.get('num_classes'),
        params=sum(parameters.values()),
        params_by_part=parameters,
        macs=flops.macs,
        flops=flops.total,
        flops_by_kind={kind: flops.of_kind(kind) for kind in KINDS},
        flops_by_part={part: flops.of_part(part) for part in PARTS},
        uncounted=flops.uncounted)
