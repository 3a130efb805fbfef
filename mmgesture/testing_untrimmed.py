"""A small untrimmed set for tests: features that show what happens.

Plugins on top of mmgesture may use it in their own tests.
"""
from pathlib import Path
from typing import Sequence, Tuple, Union

import numpy as np

from mmgesture.datasets.features import write_features
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)
from mmgesture.testing import TINY_CLASSES

__all__ = ['write_tiny_untrimmed']


def write_tiny_untrimmed(root: Union[str, Path],
                         numbers: Tuple[int, int, int] = (6, 2, 2),
                         num_frames: int = 160,
                         stride: int = 2,
                         window: int = 4,
                         classes: Sequence[str] = TINY_CLASSES,
                         seed: int = 0) -> str:
    """Write features of streams in which gestures can be told, and their rows.

    A stream has one gesture in every 40 frames, 12 to 24 frames long. The
    features (``features/tiny``) have a channel for each class, that is 1
    within its gestures, and two channels of noise.

    Args:
        root (str | Path): The data root; made if absent.
        numbers (tuple[int, int, int]): Streams for train, val and test.
            Defaults to (6, 2, 2).
        num_frames (int): Frames of the shortest stream; others have up to
            9 more. Defaults to 160.
        stride (int): Frames from one step to the next. Defaults to 2.
        window (int): Frames of a step. Defaults to 4.
        classes (Sequence[str]): Class names. Defaults to TINY_CLASSES.
        seed (int): Places the gestures. Defaults to 0.

    Returns:
        str: The annotation file.
    """
    rng = np.random.default_rng(seed)
    root = Path(root)
    videos, records = [], []
    for split, number in zip(('train', 'val', 'test'), numbers):
        for index in range(number):
            name = f'{split}_{index:02d}'
            frames = num_frames + index % 10
            signal = rng.normal(0, 0.1, (frames, len(classes) + 2))
            common = dict(video=f'{name}.mp4', subject=split, split=split)
            for k, begin in enumerate(range(4, frames - 36, 40)):
                start = begin + int(rng.integers(0, 8))
                end = start + int(rng.integers(12, 25))
                label = int(rng.integers(0, len(classes)))
                signal[start:end, label] += 1
                records.append(
                    GestureRecord(
                        sample_id=f'{name}_{k}', start=start, end=end,
                        label=label, **common))
            steps = (frames - window) // stride + 1
            rows = [signal[stride * g:stride * g + window].mean(0)
                    for g in range(steps)]
            write_features(
                str(root / 'features' / 'tiny'), name, np.array(rows),
                dict(stride=stride, window=window, fps=None, made_by='tests'))
            videos.append(
                dict(video_id=name, num_frames=frames, fps=20,
                     labelled=True, **common))
    path = str(root / 'annotations.jsonl')
    write_annotations(
        path, make_header('tiny', list(classes), None, dict(videos=videos)),
        records)
    return path
