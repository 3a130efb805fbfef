"""The model of a config, and one clip of the size that the config feeds it."""
import logging
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, NamedTuple, Optional,
                    Tuple, Union)

import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope
from torch import nn

from mmgesture.registry import MODELS

PRECISIONS = ('fp32', 'bf16')


class ClipShape(NamedTuple):
    """What one sample is made of when it reaches the model.

    Attributes:
        views (int): Clips of a sample.
        frames (int): Frames of a clip.
        height (int): Pixels.
        width (int): Pixels.
    """
    views: int
    frames: int
    height: int
    width: int


#: Pictures, or the shapes of named inputs, '' for a single one.
SampleShape = Union[ClipShape, Dict[str, Tuple[int, ...]]]


def read_config(path: Union[str, Path]) -> Config:
    """Read a config file that holds a model.

    Args:
        path (str | Path): The config file.

    Returns:
        Config: The config.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds no model.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f'{path}: expected a config file, found none there (from '
            f'{Path.cwd()})')
    cfg = Config.fromfile(path)
    if not cfg.get('model'):
        raise ValueError(f"{path}: expected a config with a 'model', this "
                         f'one has {sorted(cfg)}')
    return cfg


def clip_shape(cfg: Config,
               frames: Optional[int] = None,
               size: Optional[int] = None) -> ClipShape:
    """Read the clip's shape off the test pipeline of a config.

    Args:
        cfg (Config): The config.
        frames (int, optional): Frames to take instead. Defaults to None.
        size (int, optional): Height and width to take instead, in pixels.
            Defaults to None.

    Returns:
        ClipShape: One sample as the pipeline packs it.

    Raises:
        ValueError: If the pipeline does not tell, and neither do the
            arguments.
    """
    views, height, width = 1, None, None
    sampled = None
    for step in pipeline_of(cfg):
        kind = step['type']
        if kind in ('UniformSampleSegment', 'SampleFrames', 'UniformSample'):
            sampled = step.get('clip_len')
            views *= step.get('num_clips', 1)
        elif kind == 'Resize' and not step.get('keep_ratio', True):
            width, height = _pair(step['scale'])
        elif kind in ('CenterCrop', 'RandomCrop', 'ThreeCrop', 'TenCrop'):
            width, height = _pair(step['crop_size'])
            views *= {'ThreeCrop': 3, 'TenCrop': 10}.get(kind, 1)
    if size is not None:
        height = width = size
    frames = frames or sampled
    if not frames or not height:
        missing = 'frames' if height else 'size' if frames else (
            'frames and size')
        raise ValueError(
            f'{cfg.filename}: its test pipeline does not tell the {missing} '
            'of a clip (it looks for UniformSampleSegment, CenterCrop and '
            'Resize without keep_ratio): give them by hand')
    return ClipShape(views, frames, height, width)


def pipeline_of(cfg: Config) -> Iterable[dict]:
    """The steps of the test pipeline; none where there is no data.

    Args:
        cfg (Config): The config.

    Returns:
        Iterable[dict]: Their settings.
    """
    dataset = (cfg.get('test_dataloader') or {}).get('dataset') or {}
    while 'dataset' in dataset:  # wrappers
        dataset = dataset['dataset']
    return dataset.get('pipeline') or cfg.get('test_pipeline') or ()


def _pair(value: Any) -> tuple:
    """(width, height) of a size that may be a single number."""
    return (value, value) if isinstance(value, int) else tuple(value)


def build_model(cfg: Config,
                device: str = 'meta',
                num_classes: Optional[int] = None) -> nn.Module:
    """Build a config's model with random weights, in evaluation mode.

    Args:
        cfg (Config): The config; not changed.
        device (str): ``'meta'`` stores no weights at all. Defaults to
            ``'meta'``.
        num_classes (int, optional): Classes of the head, in place of the
            config's. Defaults to None.

    Returns:
        nn.Module: The recognizer.

    Raises:
        ValueError: If ``num_classes`` is given and there is no ``cls_head``.
    """
    model = Config(cfg.model.to_dict())
    if num_classes is not None:
        if not model.get('cls_head'):
            raise ValueError(f'{cfg.filename}: the number of classes cannot '
                             'be set, the model has no cls_head')
        model.cls_head.num_classes = num_classes
    # MMAction2's constructors tell much that nobody needs here
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with DefaultScope.overwrite_default_scope('mmaction'):
            built = _build_on(model, device)
    finally:
        logger.setLevel(level)
    return built.to(device).eval()


def _build_on(model: Config, device: str) -> nn.Module:
    """Build where the parameters shall lie, or else on the CPU."""
    try:
        with torch.device(device):
            return MODELS.build(model)
    except (RuntimeError, NotImplementedError):
        # constructors that compute with tensors (MMAction2's Video Swin asks
        # linspace for its values) have no values on the meta device
        if device != 'meta':
            raise
        return MODELS.build(model)


def _noise(shape: SampleShape, device: str, seed: int) -> Any:
    """A sample of noise: bytes for pictures, else floats in [0, 1)."""
    generator = None if device == 'meta' else torch.Generator(
        device).manual_seed(seed)
    options = dict(device=device, generator=generator)
    if isinstance(shape, ClipShape):
        return torch.randint(
            256, (shape.views, 3, *shape[1:]), dtype=torch.uint8, **options)
    found = {name: torch.rand(size, **options)
             for name, size in shape.items()}
    return found.get('', found)


def forward_of(model: nn.Module,
               shape: SampleShape,
               batch_size: int = 1,
               device: str = 'meta',
               precision: str = 'fp32') -> Callable[[], Any]:
    """A call of backbone, necks and head on clips of noise.

    The data preprocessor runs once, here, and is not part of the call.

    Args:
        model (nn.Module): The recognizer, on ``device``.
        shape (ClipShape | dict[str, tuple]): One sample: pictures, or what
            ``blank_shapes`` found.
        batch_size (int): Samples. Defaults to 1.
        device (str): Defaults to ``'meta'``.
        precision (str): ``'fp32'``, or ``'bf16'`` for autocast. Defaults to
            ``'fp32'``.

    Returns:
        Callable: Takes nothing, returns the scores before the softmax.

    Raises:
        ValueError: If the precision is unknown.
    """
    if precision not in PRECISIONS:
        raise ValueError(
            f'precision expected one of {PRECISIONS}, got {precision!r}')
    clips = [_noise(shape, device, number) for number in range(batch_size)]
    if isinstance(clips[0], dict):  # as the loader collates them
        clips = {name: [c[name] for c in clips] for name in clips[0]}
    with torch.no_grad():
        given = model.data_preprocessor(
            dict(inputs=clips, data_samples=None), False)['inputs']

    @torch.no_grad()
    def forward() -> Any:
        # a recognizer of several inputs reshapes them in place
        batch = dict(given) if isinstance(given, dict) else given
        if precision == 'fp32':
            return model(batch, mode='tensor', stage='head')
        with torch.autocast(torch.device(device).type, torch.bfloat16):
            return model(batch, mode='tensor', stage='head')

    return forward
