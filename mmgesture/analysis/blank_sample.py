"""What a pipeline that reads skeletons feeds the model, by running it."""
from typing import Any, Dict, Optional, Tuple

from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import Tensor

from mmgesture.registry import TRANSFORMS
from .subject import ClipShape, SampleShape, clip_shape, pipeline_of

__all__ = ['blank_shapes', 'plain_shape', 'sample_shape']

#: Frames of the segment that the pipeline is run on; sampling makes of it
#: what it wants.
FRAMES = 64
#: Name of an input that has no name of its own.
ALONE = ''


def blank_shapes(cfg: Config) -> Dict[str, Tuple[int, ...]]:
    """Shapes of one sample as the test pipeline packs it.

    The pipeline is run on a sample that is marked unreadable, so that every
    reader gives blanks and no file is needed.

    Args:
        cfg (Config): The config; its pipeline reads skeletons.

    Returns:
        dict[str, tuple[int, ...]]: By name of the input, :data:`ALONE` for
        a single one: (clips, persons, frames, joints, channels) of
        coordinates, (clips, channels, frames, height, width) of heat-maps
        and pictures.
    """
    results = dict(
        sample_id='blank', filename='blank', keypoints='blank', start=0,
        end=FRAMES, label=None, unreadable=True)
    with DefaultScope.overwrite_default_scope('mmaction'):
        for step in pipeline_of(cfg):
            results = TRANSFORMS.build(step)(results)
    inputs = results['inputs']
    if isinstance(inputs, Tensor):
        inputs = {ALONE: inputs}
    return {name: tuple(value.shape) for name, value in inputs.items()}


def sample_shape(cfg: Config,
                 frames: Optional[int] = None,
                 size: Optional[int] = None) -> SampleShape:
    """One sample of a config, whatever it is made of.

    Args:
        cfg (Config): The config.
        frames (int, optional): Frames to take instead; for pictures alone.
            Defaults to None.
        size (int, optional): Height and width to take instead; for pictures
            alone. Defaults to None.

    Returns:
        ClipShape | dict[str, tuple]: Pictures by :func:`clip_shape`, what
        reads skeletons by :func:`blank_shapes`.

    Raises:
        ValueError: If the pipeline does not tell, or frames or size are
            given for skeletons.
    """
    if not any(step['type'] == 'LoadKeypoints' for step in pipeline_of(cfg)):
        return clip_shape(cfg, frames, size)
    if frames is not None or size is not None:
        raise ValueError(
            f'{cfg.filename}: frames and size can be given for pictures '
            'alone; of what reads skeletons they stand in the pipeline')
    return blank_shapes(cfg)


def plain_shape(shape: SampleShape) -> Any:
    """A shape in plain types, for tables.

    Args:
        shape (ClipShape | dict[str, tuple]): From :func:`sample_shape`.

    Returns:
        list[int] | dict[str, list[int]]: The numbers, by name where there
        are several inputs.
    """
    if isinstance(shape, ClipShape):
        return list(shape)
    named = {name: list(size) for name, size in shape.items()}
    return named.get(ALONE, named)
