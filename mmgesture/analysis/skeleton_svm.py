"""The floor under skeleton networks: an SVM on resampled joints.

What a network reaches on a small set means little without the figure of a
method that has nothing to learn but a margin: coordinates at a few moments
and their differences, standardised, and a support vector machine with a
radial kernel.
"""
import os
from typing import List, NamedTuple, Sequence

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mmgesture.datasets.skeleton_files import fill_gaps, read_skeleton
from mmgesture.datasets.transforms.skeleton_normalize import normalize_clip
from mmgesture.structures import GestureRecord, read_annotations

__all__ = ['NORMS', 'FloorResult', 'clip_features', 'skeleton_floor']

#: 'none': as the files have it; 'axes' and 'ratio': the clip fills [-1, 1],
#: each axis by itself, or the longest one.
NORMS = ('none', 'axes', 'ratio')


class FloorResult(NamedTuple):
    """What the floor is.

    Attributes:
        top1 (float): Accuracy on the test part.
        train (int): Clips to fit on.
        test (int): Clips to test on.
    """

    top1: float
    train: int
    test: int


def resampled(joints: np.ndarray, frames: int) -> np.ndarray:
    """A clip at equal steps, interpolated linearly.

    Args:
        joints (np.ndarray): Shape (T, V, C).
        frames (int): Frames wanted.

    Returns:
        np.ndarray: Shape (frames, V, C), first and last frame among them.
    """
    time = np.linspace(0, len(joints) - 1, frames)
    low = np.floor(time).astype(int)
    high = np.minimum(low + 1, len(joints) - 1)
    share = (time - low)[:, None, None]
    return joints[low] * (1 - share) + joints[high] * share


def clip_features(joints: np.ndarray,
                  norm: str = 'none',
                  frames: int = 16) -> np.ndarray:
    """Numbers that describe a clip.

    Args:
        joints (np.ndarray): Of one person, shape (T, V, C).
        norm (str): One of :data:`NORMS`. Defaults to 'none'.
        frames (int): Moments that are looked at. Defaults to 16.

    Returns:
        np.ndarray: Coordinates and their differences from one moment to the
        next, shape ((2 * frames - 1) * V * C,).

    Raises:
        ValueError: If the norm is unknown.
    """
    if norm not in NORMS:
        raise ValueError(f'expected a norm of {NORMS}, got {norm!r}')
    joints = np.asarray(joints, dtype=np.float64)
    if norm != 'none':
        valid = np.ones((1, *joints.shape[:2]), dtype=bool)
        joints = normalize_clip(joints[None], valid, norm == 'ratio')[0]
    joints = resampled(joints, frames)
    return np.concatenate([joints.ravel(), np.diff(joints, axis=0).ravel()])


def skeleton_floor(ann_file: str,
                   root: str,
                   train: Sequence[str] = ('train', ),
                   test: Sequence[str] = ('test', ),
                   norm: str = 'none',
                   frames: int = 16,
                   dims: int = 2,
                   C: float = 10.) -> FloorResult:
    """Fit and test the machine on the skeletons of an annotation file.

    Args:
        ann_file (str): The annotation file.
        root (str): Its data root.
        train (Sequence[str]): Splits to fit on. Defaults to ('train',).
        test (Sequence[str]): Splits to test on. Defaults to ('test',).
        norm (str): One of :data:`NORMS`. Defaults to 'none'.
        frames (int): Moments that are looked at. Defaults to 16.
        dims (int): Coordinates of files that have both 2 and 3. Defaults to
            2.
        C (float): Penalty of the machine. Defaults to 10.

    Returns:
        FloorResult: Its accuracy.

    Raises:
        ValueError: If a part has no labelled clip with a skeleton.
        UnreadableMediaError: If a skeleton file cannot be read.
    """
    annotations = read_annotations(ann_file)
    parts: List[tuple] = []
    for splits in (train, test):
        records = [r for r in annotations.select(list(splits))
                   if r.label is not None and r.keypoints is not None]
        if not records:
            raise ValueError(f'{ann_file}: no labelled clip with a skeleton '
                             f'in {list(splits)}')
        features = [_features(r, root, norm, frames, dims)
                    for r in records]
        parts.append((np.stack(features), [r.label for r in records]))
    machine = make_pipeline(StandardScaler(), SVC(C=C, gamma='scale'))
    machine.fit(*parts[0])
    return FloorResult(float(machine.score(*parts[1])), len(parts[0][1]),
                       len(parts[1][1]))


def _features(record: GestureRecord, root: str, norm: str, frames: int,
              dims: int) -> np.ndarray:
    path = os.path.join(root, record.keypoints)
    clip = fill_gaps(read_skeleton(path, record.start, record.end, dims))
    return clip_features(clip.keypoint[0], norm, frames)
