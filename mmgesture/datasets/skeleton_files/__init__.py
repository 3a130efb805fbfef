"""Readers of skeleton files, one module per form."""
import os
from typing import Optional

from ..media_errors import UnreadableMediaError
from .clip import SkeletonClip, fill_gaps, make_clip
from .jhmdb import read_jhmdb
from .miga2023 import read_miga2023
from .npz import read_npz, write_npz
from .openpose import read_openpose
from .pyskl import read_pyskl
from .smg import read_smg

__all__ = [
    'SkeletonClip', 'fill_gaps', 'make_clip', 'read_jhmdb', 'read_miga2023',
    'read_npz', 'read_openpose', 'read_pyskl', 'read_skeleton', 'read_smg',
    'write_npz'
]


def read_skeleton(path: str,
                  start: Optional[int] = None,
                  end: Optional[int] = None,
                  dims: int = 2) -> SkeletonClip:
    """Read what an annotation's ``keypoints`` names, by its kind.

    Args:
        path (str): An npz of the project, a skeleton csv of SMG or mini-SMG,
            or a folder of OpenPose's json files.
        start (int, optional): First frame. Defaults to None, the first.
        end (int, optional): One past the last frame. Defaults to None, the
            end of the file.
        dims (int): Coordinates that are wanted of files that have both:
            2 pixels, 3 metres. Defaults to 2.

    Returns:
        SkeletonClip: The segment.

    Raises:
        UnreadableMediaError: If the file is absent, broken, or of another
            kind.
    """
    if os.path.isdir(path):
        return read_openpose(path, start, end)
    if path.endswith('.npz'):
        return read_npz(path, start, end)
    if path.endswith('.csv'):
        return read_smg(path, start, end, dims)
    hint = {
        '.xlsx': 'tools/data/imigue makes npz files of it',
        '.npy': 'tools/data/imigue makes npz files of MiGA 2023',
        '.pkl': 'tools/data/from_pickle.py makes npz files of it'
    }.get(os.path.splitext(path)[1], 'it is none of these')
    raise UnreadableMediaError(
        path, 'expected an .npz, a skeleton .csv of SMG or a folder of '
        f'OpenPose json files: {hint}')
