"""Clips and modules to look into, as a model's test sees them."""
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Optional, Sequence

import numpy as np
import torch
from mmengine.dataset import Compose
from torch import nn

from mmgesture.datasets import open_video
from mmgesture.models.necks import MCFM


@dataclass
class ProbeClip:
    """A clip as a model gets it, and as one looks at it.

    Attributes:
        packed (dict): What the model's test pipeline makes of it.
        frames (np.ndarray): RGB frames that the model sees, in the size of
            the file, cropped as the pipeline crops, shape (T, H, W, 3),
            uint8.
        frame_inds (np.ndarray): Their numbers in the file, shape (T,).
    """

    packed: Dict[str, Any]
    frames: np.ndarray
    frame_inds: np.ndarray


def find_module(model: nn.Module, kind: type) -> Optional[nn.Module]:
    """The first module of a kind in a model.

    Args:
        model (nn.Module): The model.
        kind (type): Class of the module.

    Returns:
        nn.Module | None: The module.
    """
    return next((m for m in model.modules() if isinstance(m, kind)), None)


def class_index(classes: Sequence[str], name: str) -> int:
    """Number of a class.

    Args:
        classes (Sequence[str]): Class names.
        name (str): The wanted one; capitals do not matter.

    Returns:
        int: Its 0-based number.

    Raises:
        ValueError: If there is none of this name.
    """
    folded = [item.casefold() for item in classes]
    if name.casefold() not in folded:
        raise ValueError(f'no class {name!r}; the model has: ' +
                         ', '.join(repr(item) for item in classes))
    return folded.index(name.casefold())


def prepare_clip(pipeline: Compose,
                 video: str,
                 start: Optional[int] = None,
                 end: Optional[int] = None) -> ProbeClip:
    """Send a video through a model's test pipeline, and keep the frames.

    Args:
        pipeline (Compose): The test pipeline, see
            :class:`mmgesture.apis.MicroGestureInferencer`.
        video (str): The file.
        start (int, optional): First frame of the gesture, 0-based. Defaults
            to None: the file's first.
        end (int, optional): One past its last frame. Defaults to None: the
            file's end.

    Returns:
        ProbeClip: The clip.

    Raises:
        FileNotFoundError: If the file is absent.
        UnreadableMediaError: If it cannot be decoded.
        ValueError: If the pipeline makes several views of a video, or none
            of one file's frames.
    """
    path = os.path.abspath(video)
    if not os.path.isfile(path):
        raise FileNotFoundError(f'no video at {video}')
    if end is not None and start is None:
        start = 0
    results: Dict[str, Any] = dict(
        start=start,
        end=end,
        label=None,
        unreadable=False,
        sample_id=str(video),
        filename=path)
    last = results
    for transform in pipeline.transforms:
        results = transform(results)
        if 'frame_inds' in results:
            last = results
    if 'frame_inds' not in last:
        raise ValueError('expected a test pipeline that samples frames of a '
                         'video (UniformSampleSegment); this config reads '
                         'its files in another way')
    views = len(results['inputs'])
    if views != 1:
        raise ValueError(
            f'expected a test pipeline with 1 view of a video, got {views}; '
            'set num_clips=1 and one CenterCrop')
    numbers = np.asarray(last['frame_inds']).reshape(-1)
    with open_video(path) as reader:
        frames = reader.get_frames(numbers)
    # left, top, width, height as shares of the whole frame
    left, top, width, height = last.get('crop_quadruple', (0, 0, 1, 1))
    rows, columns = frames.shape[1:3]
    upper, lower = round(top * rows), round((top + height) * rows)
    first, final = round(left * columns), round((left + width) * columns)
    return ProbeClip(results, frames[:, upper:lower, first:final], numbers)


@contextmanager
def without_difference(mcfm: MCFM) -> Iterator[None]:
    """Set every theta of an MCFM to exactly 0 within the block.

    Args:
        mcfm (MCFM): The module; one without theta is left as it is.
    """
    if mcfm.theta_raw is None:
        yield
        return
    kept = mcfm.theta_raw.detach().clone()
    try:
        # the sigmoid of minus infinity is 0
        mcfm.theta_raw.data.fill_(-torch.inf)
        yield
    finally:
        mcfm.theta_raw.data.copy_(kept)
