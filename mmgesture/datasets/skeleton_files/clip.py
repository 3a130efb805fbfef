"""What every reader of skeletons returns, and how holes in it are closed."""
from dataclasses import dataclass, replace
from typing import Optional, Tuple

import numpy as np

from ..media_errors import UnreadableMediaError

INTERPOLATE = ('nan', 'unseen')


@dataclass(frozen=True)
class SkeletonClip:
    """Joints of one or more persons over time.

    Attributes:
        keypoint (np.ndarray): Coordinates, (M, T, V, C), float32: M persons,
            T frames, V joints, C = 2 or 3. NaN where unknown.
        score (np.ndarray): Confidence, (M, T, V), float32; 0: not seen.
        layout (str, optional): Name of the layout; None: the file does not
            tell. Defaults to None.
        img_shape (tuple[int, int], optional): Height and width of the
            pictures in pixels; None: unknown, or coordinates are no pixels.
            Defaults to None.
    """

    keypoint: np.ndarray
    score: np.ndarray
    layout: Optional[str] = None
    img_shape: Optional[Tuple[int, int]] = None

    @property
    def seen(self) -> bool:
        """bool: Whether any joint of anybody is seen."""
        return bool((self.score > 0).any())


def make_clip(path: str,
              keypoint: np.ndarray,
              score: Optional[np.ndarray] = None,
              layout: Optional[str] = None,
              img_shape: Optional[Tuple[int, int]] = None) -> SkeletonClip:
    """Check arrays and bring them into the one form.

    A coordinate that is NaN or infinite makes the whole joint unknown in
    that frame: NaN, score 0. Where no scores are given, joints whose
    coordinates are all 0 count as not seen, as every estimator and Kinect
    write those.

    Args:
        path (str): The file, for messages.
        keypoint (np.ndarray): (M, T, V, C), or (T, V, C) for one person.
        score (np.ndarray, optional): The same without C. Defaults to None.
        layout (str, optional): Name of the layout. Defaults to None.
        img_shape (tuple[int, int], optional): Height, width. Defaults to
            None.

    Returns:
        SkeletonClip: With arrays of its own.

    Raises:
        UnreadableMediaError: If shapes or types are wrong.
    """
    keypoint = np.asarray(keypoint)
    if keypoint.ndim == 3:
        keypoint = keypoint[None]  # (T, V, C) -> (1, T, V, C)
        score = None if score is None else np.asarray(score)[None]
    if keypoint.ndim != 4 or keypoint.dtype.kind not in 'fiu' or \
            0 in keypoint.shape or keypoint.shape[3] not in (2, 3):
        raise UnreadableMediaError(
            path, 'expected keypoints as numbers of shape (persons, frames, '
            'joints, 2 or 3 coordinates), none of them 0, got '
            f'{keypoint.dtype} of shape {keypoint.shape}')
    keypoint = keypoint.astype(np.float32)
    known = np.isfinite(keypoint).all(-1)  # (M, T, V)
    if score is None:
        score = keypoint.any(-1)
    score = np.asarray(score)
    if score.shape != known.shape or score.dtype.kind not in 'fiub':
        raise UnreadableMediaError(
            path, f'expected scores of shape {known.shape}, got '
            f'{score.dtype} of shape {score.shape}')
    known &= np.isfinite(score)
    keypoint[~known] = np.nan
    return SkeletonClip(keypoint, np.where(known, score,
                                           0).astype(np.float32), layout,
                        img_shape)


def fill_gaps(clip: SkeletonClip, which: str = 'nan') -> SkeletonClip:
    """Interpolate joints over the frames in which they are unknown.

    Linearly between the frames before and after; before the first and after
    the last known frame the joint stays where it is then. A joint that is
    unknown throughout becomes 0. Scores do not change: what is made up
    keeps its score, 0 for NaN.

    Args:
        clip (SkeletonClip): With or without gaps.
        which (str): 'nan': joints without coordinates; 'unseen': also those
            with coordinates but score 0. Defaults to 'nan'.

    Returns:
        SkeletonClip: All coordinates finite.

    Raises:
        ValueError: If ``which`` is neither.
    """
    if which not in INTERPOLATE:
        raise ValueError(f'expected which in {INTERPOLATE}, got {which!r}')
    unknown = np.isnan(clip.keypoint).any(-1)  # (M, T, V)
    if which == 'unseen':
        unknown |= clip.score <= 0
    if not unknown.any():
        return clip
    filled = clip.keypoint.copy()
    frames = np.arange(filled.shape[1])
    for person, joint in np.argwhere(unknown.any(1)):
        gap = unknown[person, :, joint]
        track = filled[person, :, joint]  # a view, (T, C)
        if gap.all():
            track[:] = 0
            continue
        for axis in range(track.shape[1]):
            track[gap, axis] = np.interp(frames[gap], frames[~gap],
                                         track[~gap, axis])
    return replace(clip, keypoint=filled)


def frame_range(path: str, start: Optional[int], end: Optional[int],
                total: int) -> slice:
    """The frames of a segment that a file holds.

    Args:
        path (str): The file, for the message.
        start (int, optional): First frame; None: the file's first.
        end (int, optional): One past the last; None: the file's end; beyond
            it, it is clamped.
        total (int): Frames of the file.

    Returns:
        slice: At least one frame.

    Raises:
        UnreadableMediaError: If the file holds none of them.
    """
    start = 0 if start is None else start
    stop = total if end is None else min(end, total)
    if start >= stop:
        raise UnreadableMediaError(
            path, f'the segment [{start}, {end}) lies beyond the {total} '
            'frames of the file')
    return slice(start, stop)
