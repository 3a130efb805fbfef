"""Skeletons as the project writes them: one npz per clip or per video.

=================  =========================  ===============================
key                shape, type                meaning
=================  =========================  ===============================
keypoints          (T, V, C) or (M, T, V, C)  coordinates, and maybe as last
                                              channel the confidence
keypoint_score     (T, V) or (M, T, V)        confidence; then ``keypoints``
                                              has coordinates only
layout             text                       name of the layout
img_shape          (2,), int                  height and width in pixels
=================  =========================  ===============================

Only ``keypoints`` is required. Without ``keypoint_score`` two channels are
x, y, three are x, y, confidence, and four are x, y, z, confidence; so three
coordinates without a confidence need ``keypoint_score``. Further keys are
left alone (``frames`` and ``source`` of the converters). Nothing is ever
unpickled.
"""
from typing import Optional

import numpy as np

from mmgesture.fileio import atomic_path
from ..array_files import open_npz
from ..media_errors import UnreadableMediaError
from .clip import SkeletonClip, frame_range, make_clip


def write_npz(path: str,
              clip: SkeletonClip,
              source: Optional[int] = None) -> None:
    """Write a clip, atomically.

    Args:
        path (str): The ``.npz``; missing folders are made.
        clip (SkeletonClip): What to write; a single person is written
            without the axis of persons.
        source (int, optional): Checksum of what it was made of, by which a
            later run knows that it is up to date. Defaults to None.
    """
    single = len(clip.keypoint) == 1
    content = dict(
        keypoints=clip.keypoint[0] if single else clip.keypoint,
        keypoint_score=clip.score[0] if single else clip.score,
        frames=np.int64(clip.keypoint.shape[1]))
    if clip.layout is not None:
        content['layout'] = np.array(clip.layout)
    if clip.img_shape is not None:
        content['img_shape'] = np.array(clip.img_shape, np.int64)
    if source is not None:
        content['source'] = np.int64(source)
    with atomic_path(path) as temporary:
        np.savez_compressed(temporary, **content)


def read_npz(path: str,
             start: Optional[int] = None,
             end: Optional[int] = None) -> SkeletonClip:
    """Read a clip, or a segment of it.

    Args:
        path (str): The ``.npz``.
        start (int, optional): First frame. Defaults to None, the first.
        end (int, optional): One past the last frame. Defaults to None, the
            end of the file.

    Returns:
        SkeletonClip: The segment.

    Raises:
        UnreadableMediaError: If the file is absent, broken or not of this
            form, or holds no frame of the segment.
    """
    with open_npz(path,
                  'expected an npz file with an array "keypoints"') as file:
        content = {
            key: file[key] for key in ('keypoints', 'keypoint_score',
                                       'layout', 'img_shape')
            if key in file.files
        }
        keypoint = content['keypoints']
    score = content.get('keypoint_score')
    if keypoint.ndim not in (3, 4):
        return make_clip(path, keypoint)  # which says what is wrong
    if score is None and keypoint.shape[-1] in (3, 4):
        keypoint, score = keypoint[..., :-1], keypoint[..., -1]
    clip = make_clip(
        path, keypoint, score,
        str(content['layout']) if 'layout' in content else None,
        _shape(path, content.get('img_shape')))
    part = frame_range(path, start, end, clip.keypoint.shape[1])
    return SkeletonClip(clip.keypoint[:, part], clip.score[:, part],
                        clip.layout, clip.img_shape)


def _shape(path: str, found: Optional[np.ndarray]) -> Optional[tuple]:
    if found is None:
        return None
    if found.shape != (2, ) or found.dtype.kind not in 'iu':
        raise UnreadableMediaError(
            path, 'expected "img_shape" to be height and width, got '
            f'{found.dtype} of shape {found.shape}')
    return int(found[0]), int(found[1])


def npz_source(path: str) -> Optional[int]:
    """What an earlier run made a file of.

    Args:
        path (str): The ``.npz``.

    Returns:
        int: The checksum; None if the file is absent, broken, or has none.
    """
    try:
        with open_npz(path, 'no source') as file:
            return int(file['source'])
    except UnreadableMediaError:
        return None
