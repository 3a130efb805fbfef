"""Folders of json files, one per frame, as OpenPose writes them.

``<video>_<frame, 12 digits>_keypoints.json`` holds ``people``, each with
``pose_keypoints_2d`` (BODY_25: 25 times x, y, confidence),
``face_keypoints_2d`` (70), ``hand_left_keypoints_2d`` and
``hand_right_keypoints_2d`` (21 each). Face and hands may be absent or empty:
OpenPose finds them only when told to. A frame without people, and a number
that is left out, are frames in which nobody is seen.

People have no names in these files, and their order changes. The person of a
clip is the one with the most confident body in the first frame that has
people, then always the one whose body moved least.
"""
import os
import re
from typing import Dict, List, Optional

import numpy as np

from mmgesture.textio import read_json
from ..media_errors import UnreadableMediaError, blaming
from .clip import SkeletonClip, make_clip

LAYOUT = 'openpose-137'
PIECES = (('pose_keypoints_2d', 25), ('face_keypoints_2d', 70),
          ('hand_left_keypoints_2d', 21), ('hand_right_keypoints_2d', 21))
BODY = PIECES[0][1]
_NAME = re.compile(r'(?:^|_)(\d+)_keypoints\.json$')


def read_openpose(path: str,
                  start: Optional[int] = None,
                  end: Optional[int] = None) -> SkeletonClip:
    """Read a folder, or a segment of it.

    Args:
        path (str): The folder of one video.
        start (int, optional): First frame, by the number in the names.
            Defaults to None, 0.
        end (int, optional): One past the last frame. Defaults to None, the
            end of the files.

    Returns:
        SkeletonClip: In the layout 'openpose-137', one person.

    Raises:
        UnreadableMediaError: If there is no such folder, it has no frame of
            the segment, or a file of it is broken; names the file.
    """
    files = _frames(path)
    first = start or 0
    stop = max(files) + 1 if end is None else min(end, max(files) + 1)
    if first >= stop:
        raise UnreadableMediaError(
            path, f'the segment [{first}, {end}) lies beyond the '
            f'{max(files) + 1} frames of the folder')
    frames = np.zeros((stop - first, sum(n for _, n in PIECES), 3),
                      np.float32)
    before = None
    for number in range(first, stop):
        if number not in files:
            continue
        people = _people(files[number])
        if people:
            before = _same_person(people, before)
            frames[number - first] = before
    return make_clip(path, frames[..., :2], frames[..., 2], LAYOUT)


def _frames(path: str) -> Dict[int, str]:
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        raise UnreadableMediaError(
            path, f'expected a folder of OpenPose files: {error}') from error
    found: Dict[int, str] = {}
    for name in names:
        match = _NAME.search(name)
        if not match:
            continue
        other = found.setdefault(int(match[1]), os.path.join(path, name))
        if os.path.basename(other) != name:
            raise UnreadableMediaError(
                path, f'expected the frames of one video, {name} and '
                f'{os.path.basename(other)} have the same number')
    if not found:
        raise UnreadableMediaError(
            path, 'expected files <video>_<frame>_keypoints.json, found '
            'none')
    return found


def _people(path: str) -> List[np.ndarray]:
    with blaming(path,
                 'expected the people of a frame as OpenPose writes them'):
        return [
            np.concatenate([
                _piece(person, key, count) for key, count in PIECES
            ]) for person in read_json(path)['people']
        ]


def _piece(person: dict, key: str, count: int) -> np.ndarray:
    values = np.asarray(person.get(key) or np.zeros(3 * count), np.float32)
    if values.shape != (3 * count, ):
        raise ValueError(f'{key}: expected {3 * count} values ({count} times '
                         f'x, y, confidence), got {values.size}')
    return values.reshape(count, 3)


def _same_person(people: List[np.ndarray],
                 before: Optional[np.ndarray]) -> np.ndarray:
    sure = [float(person[:BODY, 2].sum()) for person in people]
    best = people[int(np.argmax(sure))]
    if before is None:
        return best
    moved = []
    for person in people:
        both = (person[:BODY, 2] > 0) & (before[:BODY, 2] > 0)
        step = np.linalg.norm(person[:BODY, :2] - before[:BODY, :2], axis=-1)
        moved.append(step[both].mean() if both.any() else np.inf)
    nearest = int(np.argmin(moved))
    return people[nearest] if np.isfinite(moved[nearest]) else best
