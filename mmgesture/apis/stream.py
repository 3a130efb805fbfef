"""Stream detectors out of configs and checkpoints, and whole files by them."""
from itertools import islice
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

import numpy as np
from mmengine.config import Config
from mmengine.logging import MMLogger

from mmgesture.datasets.features import CausalSkeleton
from mmgesture.engine.checkpoint import load_local, save_checkpoint
from mmgesture.models.localizers import CausalLocalizer
from mmgesture.online import (DecoderSettings, FeatureInput, FrameInput,
                              KeypointInput, OnlineGestureDetector, StepTrack,
                              StreamInput)
from mmgesture.online.sources import file_frames
from mmgesture.structures import GestureEvent
from mmgesture.structures.skeleton import get_layout
from .trained_model import TrainedModel, load_model

__all__ = [
    'detect_video', 'detector_of', 'load_stream_detector',
    'store_stream_settings', 'stored_stream_settings', 'stream_input'
]

#: Key of a checkpoint's meta: look-ahead in seconds to decoder settings.
META_KEY = 'stream'
#: Frames that are read at a time.
PORTION = 64


def stream_input(cfg: Config) -> StreamInput:
    """The input that a config's ``stream`` describes.

    ``type`` is 'frames' (``short_side``, ``crop``), 'keypoints' (``layout``,
    or ``num_joints``, ``center`` and ``edges``; ``dims``, ``lag``,
    ``memory``) or 'features'.

    Args:
        cfg (Config): Config of a stream model.

    Returns:
        StreamInput: A new one.

    Raises:
        ValueError: If there is no description, or it is wrong.
    """
    options = dict(cfg.get('stream') or {})
    kind = options.pop('type', None)
    rate = options.pop('step_rate', None)
    options.pop('phase', None)
    network = cfg.model.get('network') or {}
    if rate != network.get('step_rate'):
        raise ValueError(f'expected stream.step_rate to be that of the '
                         f'network, {network.get("step_rate")}, got {rate}')
    try:
        if kind == 'features':
            return FeatureInput(network['in_channels'], **options)
        if kind == 'frames':
            return FrameInput(**options)
        if kind == 'keypoints':
            if 'layout' in options:
                body = get_layout(options.pop('layout'))
                options.update(
                    num_joints=body.num_joints, center=body.center,
                    edges=body.edges)
            return KeypointInput(CausalSkeleton(rate, **options))
    except TypeError as error:
        raise ValueError(f'stream: {error}') from error
    raise ValueError("expected a config with stream=dict(type='frames', "
                     "'keypoints' or 'features', step_rate=...), got "
                     f'{cfg.get("stream")}')


def load_stream_detector(config: Union[str, Path, Config],
                         checkpoint: Union[str, Path],
                         lookahead: Optional[float] = None,
                         settings: Optional[DecoderSettings] = None,
                         device: str = 'cpu',
                         trust_checkpoint: bool = False,
                         max_gap: float = 1.) -> OnlineGestureDetector:
    """Make a detector.

    Args:
        config (str | Path | Config): Config of a stream model, see
            ``configs/stream``.
        checkpoint (str | Path): Its checkpoint.
        lookahead (float, optional): Seconds that an answer may wait: 0,
            0.25, 0.5, 1 or 2. Defaults to None: as in the config.
        settings (DecoderSettings, optional): Defaults to None: those that
            were tuned for this look-ahead and stored in the checkpoint (by
            ``tools/analysis/tune_stream.py``), else the default ones.
        device (str): Where to compute. Defaults to 'cpu'.
        trust_checkpoint (bool): Unpickle a foreign checkpoint, which may run
            code of its author. Defaults to False.
        max_gap (float): Longest gap in the stream that is bridged, seconds.
            Defaults to 1.

    Returns:
        OnlineGestureDetector: Ready for the first frame.

    Raises:
        FileNotFoundError: If config or checkpoint is absent.
        CheckpointError: If the checkpoint is damaged, does not fit the model
            or needs trust.
        ValueError: If it is no stream model, or has no such look-ahead.
    """
    trained = load_model(config, checkpoint, device, trust_checkpoint)
    return detector_of(trained, str(checkpoint), lookahead, settings, max_gap)


def detector_of(trained: TrainedModel,
                name: str,
                lookahead: Optional[float] = None,
                settings: Optional[DecoderSettings] = None,
                max_gap: float = 1.) -> OnlineGestureDetector:
    """A detector of a model that is loaded already.

    Args:
        trained (TrainedModel): A stream model.
        name (str): What messages call it.
        lookahead (float, optional): See :func:`load_stream_detector`.
            Defaults to None.
        settings (DecoderSettings, optional): Likewise. Defaults to None.
        max_gap (float): Likewise. Defaults to 1.

    Returns:
        OnlineGestureDetector: Ready for the first frame.

    Raises:
        ValueError: See :func:`load_stream_detector`.
    """
    model = trained.model
    if not isinstance(model, CausalLocalizer):
        raise ValueError(
            f'{name}: expected a stream model (CausalLocalizer), got '
            f'{type(model).__name__}; configs/stream has some')
    lookahead = model.lookahead if lookahead is None else lookahead
    model.network.head_of(lookahead)
    if settings is None:
        settings = stored_stream_settings(trained.meta).get(lookahead)
        if settings is None:
            MMLogger.get_current_instance().warning(
                f'{name}: no thresholds are stored for a look-ahead of '
                f'{lookahead:g} s, the default ones are used; tune them on '
                'validation videos with tools/analysis/tune_stream.py')
            settings = DecoderSettings.uniform(model.network.num_classes)
    return OnlineGestureDetector(
        model.network, stream_input(trained.cfg), settings, lookahead,
        trained.classes, max_gap, trained.cfg.stream.get('phase', 0.))


def stored_stream_settings(meta: Dict[str, Any]
                           ) -> Dict[float, DecoderSettings]:
    """The tuned settings in the meta of a checkpoint.

    Args:
        meta (dict): The meta.

    Returns:
        dict[float, DecoderSettings]: Look-ahead in seconds to settings.
    """
    return {
        float(lookahead): DecoderSettings.from_dict(values)
        for lookahead, values in (meta.get(META_KEY) or {}).items()
    }


def store_stream_settings(
        checkpoint: Union[str, Path],
        settings: Dict[float, DecoderSettings]) -> None:
    """Write tuned settings into the meta of a checkpoint, atomically.

    Args:
        checkpoint (str | Path): The checkpoint, changed in place.
        settings (dict[float, DecoderSettings]): Look-ahead to settings.

    Raises:
        FileNotFoundError: If there is no such file.
        CheckpointError: If it cannot be used.
    """
    content: Any = load_local(checkpoint, map_location='cpu')
    if not isinstance(content, dict) or 'state_dict' not in content:
        content = dict(state_dict=content)
    content.setdefault('meta', {})[META_KEY] = {
        f'{lookahead:g}': values.to_dict()
        for lookahead, values in settings.items()
    }
    save_checkpoint(content, checkpoint)


def detect_video(detector: OnlineGestureDetector,
                 path: Union[str, Path]
                 ) -> Tuple[List[GestureEvent], StepTrack]:
    """Run over a whole video file.

    Args:
        detector (OnlineGestureDetector): A detector on frames; the stream
            that it is in is not touched.
        path (str | Path): The file.

    Returns:
        tuple[list[GestureEvent], StepTrack]: All messages, with times in
        seconds since the first frame, and what the model said of every step.

    Raises:
        UnreadableMediaError: If the file cannot be read to its end.
        ValueError: If the detector is not one on frames.
    """
    if not isinstance(detector.inputs, FrameInput):
        raise ValueError('expected a detector on frames, got one on '
                         f'{type(detector.inputs).__name__}')
    return detector.scan(_portions(str(path), detector.inputs.short_side))


def _portions(path: str, short_side: int) -> Iterator[tuple]:
    frames = file_frames(path, short_side)
    while True:
        part = list(islice(frames, PORTION))
        if not part:
            return
        images, times = zip(*part)
        yield images, np.array(times)
