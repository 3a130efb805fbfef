"""Skeleton files of a converted set: one npz per clip, named after it."""
import os
import re
import zlib
from typing import Callable, Dict, List, Optional, Sequence

from ..skeleton_files.clip import SkeletonClip
from ..skeleton_files.npz import npz_source, write_npz

FOLDER = 'keypoints'
Progress = Optional[Callable[[str, int, int], None]]


def clip_paths(names: Sequence[str], folder: str = FOLDER) -> Dict[str, str]:
    """File for every sample, whatever characters its name has.

    Args:
        names (Sequence[str]): Distinct names of samples.
        folder (str): Folder below the data root. Defaults to 'keypoints'.

    Returns:
        Dict[str, str]: Name to path relative to the data root; two names
        that differ in strange characters only, or in upper and lower case,
        get different files.
    """
    paths: Dict[str, str] = {}
    taken = set()
    for name in names:
        plain = re.sub(r'[^\w\-.]+', '_', name).strip('.') or '_'
        if plain.lower() in taken or len(plain) > 200:
            plain = f'{plain[:200]}_{zlib.crc32(name.encode()):08x}'
        taken.add(plain.lower())
        paths[name] = f'{folder}/{plain}.npz'
    return paths


def clip_checksum(clip: SkeletonClip) -> int:
    """Checksum by which a later run knows a file is up to date.

    Args:
        clip (SkeletonClip): What the file holds.

    Returns:
        int: Of coordinates, scores, shapes and names.
    """
    facts = repr((clip.keypoint.shape, clip.layout, clip.img_shape)).encode()
    return zlib.crc32(
        clip.score.tobytes(), zlib.crc32(clip.keypoint.tobytes(),
                                         zlib.crc32(facts)))


def write_clips(root: str,
                paths: Sequence[str],
                clips: Sequence[SkeletonClip],
                progress: Progress = None) -> int:
    """Write the files that are not there yet, each atomically.

    Args:
        root (str): The data root.
        paths (Sequence[str]): Relative paths.
        clips (Sequence[SkeletonClip]): What goes into them.
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Returns:
        int: Files that were written; the others were up to date.
    """
    written: List[str] = []
    for done, (path, clip) in enumerate(zip(paths, clips), 1):
        target, source = os.path.join(root, path), clip_checksum(clip)
        if npz_source(target) != source:
            write_npz(target, clip, source)
            written.append(path)
        if progress is not None:
            progress('skeletons', done, len(paths))
    return len(written)
