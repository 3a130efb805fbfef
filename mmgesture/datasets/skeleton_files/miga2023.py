"""The array of MiGA 2023: all gestures of a part in one npy file.

``train_data.npy`` holds (N, 3, 90, 22, 1): x, y and confidence of 22
keypoints over 90 frames; shorter gestures are padded with zeros.
``tools/data/imigue`` turns it, with its labels, into files of its own; here
is what reads it.
"""
import os

import numpy as np

from mmgesture.structures.skeleton import get_layout
from ..array_files import open_npy
from ..media_errors import UnreadableMediaError
from .clip import SkeletonClip, make_clip

LAYOUT = 'imigue-22'
NUM_FRAMES = 90


def open_miga2023(path: str) -> np.ndarray:
    """Open the array of one part; it is not yet read.

    Args:
        path (str): ``train_data.npy`` and the like.

    Returns:
        np.ndarray: Shape (N, 3, T, 22, 1), mapped into memory.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no such array.
    """
    if not os.path.exists(path):
        raise FileNotFoundError(f'no file at {path}')
    try:
        data = open_npy(path, 'cannot be read as an array')
    except UnreadableMediaError as error:
        raise ValueError(str(error)) from error
    joints = get_layout(LAYOUT).num_joints
    shape = getattr(data, 'shape', ())
    if len(shape) != 5 or (shape[1], *shape[3:]) != (3, joints, 1) or \
            not shape[2] or data.dtype.kind not in 'fiu':
        raise ValueError(
            f'{path}: expected numbers of shape (N, 3, {NUM_FRAMES}, '
            f'{joints}, 1), got {getattr(data, "dtype", type(data))} of '
            f'shape {shape}')
    return data


def trim(sample: np.ndarray) -> np.ndarray:
    """Bring one sample into the order of the project, padding cut off.

    Args:
        sample (np.ndarray): Shape (3, T, V, 1).

    Returns:
        np.ndarray: Shape (T', V, 3), float32; without the frames of zeros
        at the end, whole if there is nothing else.
    """
    # (3, T, V, 1) -> (T, V, 3)
    frames = np.asarray(sample[..., 0], np.float32).transpose(1, 2, 0)
    filled = np.flatnonzero(frames.any(axis=(1, 2)))
    return frames[:filled[-1] + 1] if len(filled) else frames


def read_miga2023(path: str, row: int) -> SkeletonClip:
    """Read one gesture.

    Args:
        path (str): The array.
        row (int): Number of the gesture, from 0.

    Returns:
        SkeletonClip: In the layout 'imigue-22', padding cut off.

    Raises:
        UnreadableMediaError: If the file is absent, no such array, or has
            no such row.
    """
    try:
        data = open_miga2023(path)
    except FileNotFoundError as error:
        raise UnreadableMediaError(path, 'no such file') from error
    except ValueError as error:
        raise UnreadableMediaError(
            path, str(error)[len(f'{path}: '):]) from error
    if not 0 <= row < len(data):
        raise UnreadableMediaError(
            path, f'expected a row 0..{len(data) - 1}, got {row}')
    frames = trim(data[row])
    return make_clip(path, frames[..., :2], frames[..., 2], LAYOUT)
