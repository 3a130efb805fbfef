"""J-HMDB's joint annotations, all clips of the three splits in one npz.

For split 1, 2, 3 and part ``train`` and ``test``: ``<part><split>_pose``,
the poses of all clips one after the other (sum of T, 15, 2);
``<part><split>_length``, frames of each clip; ``<part><split>_label``, class
names. Coordinates are relative to picture and person (as ``pos_world`` of
the set), not pixels; every joint is annotated.

The file has no names of clips. The same clip comes in every split with the
same poses, so a checksum of them names it: ``clap_1a2b3c4d``.
"""
import zlib
from typing import Dict, List, NamedTuple

import numpy as np

from ..array_files import open_npz
from ..media_errors import UnreadableMediaError
from .clip import SkeletonClip, make_clip

LAYOUT = 'jhmdb-15'
SPLITS = (1, 2, 3)
PARTS = ('train', 'test')


class JhmdbSample(NamedTuple):
    """One clip.

    Attributes:
        name (str): Class and checksum of the poses.
        label (str): Class name.
        clip (SkeletonClip): One person, all joints seen.
    """

    name: str
    label: str
    clip: SkeletonClip


def read_jhmdb(path: str, split: int = 1) -> Dict[str, List[JhmdbSample]]:
    """Read the clips of one official split.

    Args:
        path (str): ``jhmdb_gt_pose.npz``.
        split (int): 1, 2 or 3. Defaults to 1.

    Returns:
        Dict[str, List[JhmdbSample]]: Clips of 'train' and 'test'.

    Raises:
        ValueError: If there is no such split.
        UnreadableMediaError: If the file is absent or not of this form.
    """
    if split not in SPLITS:
        raise ValueError(f'expected a split of {SPLITS}, got {split!r}')
    with open_npz(path, 'expected the arrays '
                  '<part><split>_{pose,length,label}') as file:
        arrays = {
            part: [file[f'{part}{split}_{key}']
                   for key in ('pose', 'length', 'label')]
            for part in PARTS
        }
    return {part: _part(path, f'{part}{split}', *arrays[part])
            for part in PARTS}


def _part(path: str, name: str, poses: np.ndarray, lengths: np.ndarray,
          labels: np.ndarray) -> List[JhmdbSample]:
    total = lengths.sum() if lengths.dtype.kind in 'iu' else lengths.dtype
    if poses.ndim != 3 or poses.shape[1:] != (15, 2) or \
            poses.dtype.kind not in 'fiu' or lengths.ndim != 1 or \
            labels.shape != lengths.shape or \
            lengths.dtype.kind not in 'iu' or (lengths < 1).any() or \
            total != len(poses):
        raise UnreadableMediaError(
            path, f'{name}: expected poses (sum of T, 15, 2) with as many '
            'lengths as labels, at least 1 each, that sum up to their '
            f'frames, got {poses.shape}, {lengths.shape} summing up to '
            f'{total}, {labels.shape}')
    samples = []
    for label, frames in zip(labels.tolist(),
                             np.split(poses, np.cumsum(lengths)[:-1])):
        frames = np.ascontiguousarray(frames, np.float32)
        seen = np.ones(frames.shape[:2], np.float32)
        samples.append(
            JhmdbSample(f'{label}_{zlib.crc32(frames):08x}', str(label),
                        make_clip(path, frames, seen, LAYOUT)))
    return samples
