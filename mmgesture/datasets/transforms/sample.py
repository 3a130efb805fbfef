"""Which frames of a gesture the model sees."""
from typing import Dict, Optional

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from ..media_errors import UnreadableMediaError


def uniform_indices(length: int, clip_len: int, num_clips: int = 1):
    """Frame numbers that represent a segment, without chance.

    The segment is cut into ``clip_len`` equal parts; clip ``c`` of ``C``
    takes from every part the frame at ``(c + 1/2) / C`` of it. So one clip
    takes the centres, and several clips interleave. Exact, in integers.

    Args:
        length (int): Frames of the segment, at least 1.
        clip_len (int): Frames per clip.
        num_clips (int): Clips. Defaults to 1.

    Returns:
        np.ndarray: 0-based numbers, ascending within a clip (short segments
        repeat frames, never wrap round), shape (num_clips * clip_len,),
        int64.
    """
    part = np.arange(clip_len, dtype=np.int64)[None]  # (1, T)
    clip = np.arange(num_clips, dtype=np.int64)[:, None]  # (C, 1)
    twice = 2 * num_clips * part + 2 * clip + 1  # (C, T)
    indices = twice * length // (2 * num_clips * clip_len)
    return indices.reshape(-1)  # (C, T) -> (C * T,)


def jittered_indices(length: int,
                     clip_len: int,
                     num_clips: int = 1,
                     rng=np.random):
    """One random frame number from each of ``clip_len`` equal parts.

    Args:
        length (int): Frames of the segment, at least 1.
        clip_len (int): Frames per clip.
        num_clips (int): Clips, drawn independently. Defaults to 1.
        rng (module | np.random.RandomState): Source of ``random_sample``.
            Defaults to numpy's global one, which GestureDataset seeds per
            sample.

    Returns:
        np.ndarray: 0-based numbers, ascending within a clip, shape
        (num_clips * clip_len,), int64.
    """
    part = np.arange(clip_len)[None]  # (1, T)
    inside = rng.random_sample((num_clips, clip_len))  # (C, T)
    indices = np.floor((part + inside) * length / clip_len).astype(np.int64)
    # rounding may lift the last part onto the end
    return np.minimum(indices, length - 1).reshape(-1)  # -> (C * T,)


@TRANSFORMS.register_module()
class UniformSampleSegment(BaseTransform):
    """Sample frames uniformly over the annotated segment.

    The segment ``[start, end)`` is cut into ``clip_len`` equal parts, and
    one frame is taken from each: its centre, or with ``jitter`` a random
    one. Segments shorter than the clip repeat frames in order; wrapping
    round would fake a jump that poisons frame differences. An end beyond
    the file is clamped to the file (real annotations overshoot); a segment
    that lies beyond the file altogether is unreadable.

    Several clips in test see interleaved frames of the same segment, see
    :func:`uniform_indices`.

    Required Keys:

    - total_frames
    - filename
    - start (int, optional)
    - end (int, optional)

    Added Keys:

    - frame_inds
    - clip_len
    - num_clips
    - frame_interval

    Args:
        clip_len (int): Frames per clip. Defaults to 16.
        num_clips (int): Clips per sample. Defaults to 1.
        jitter (bool): Random frame of each part, from numpy's global
            generator, instead of the centre; for training. Defaults to
            False.
    """

    def __init__(self,
                 clip_len: int = 16,
                 num_clips: int = 1,
                 jitter: bool = False) -> None:
        if clip_len < 1 or num_clips < 1:
            raise ValueError('expected positive clip_len and num_clips, got '
                             f'{clip_len} and {num_clips}')
        self.clip_len = clip_len
        self.num_clips = num_clips
        self.jitter = jitter

    def transform(self, results: Dict) -> Dict:
        """Choose frame numbers.

        Args:
            results (dict): Needs ``total_frames``; ``start`` and ``end`` if
                the sample is a part of the file.

        Returns:
            dict: With ``frame_inds``, numbers in the file, shape
            (num_clips * clip_len,), int64.

        Raises:
            UnreadableMediaError: If the segment lies beyond the file.
        """
        start, end = clamp_segment(
            results.get('start'), results.get('end'),
            results['total_frames'], results['filename'])
        choose = jittered_indices if self.jitter else uniform_indices
        indices = choose(end - start, self.clip_len, self.num_clips)
        results['frame_inds'] = start + indices
        results['clip_len'] = self.clip_len
        results['num_clips'] = self.num_clips
        results['frame_interval'] = (end - start) / self.clip_len
        return results

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(clip_len={self.clip_len}, '
                f'num_clips={self.num_clips}, jitter={self.jitter})')


def clamp_segment(start: Optional[int], end: Optional[int], total: int,
                  path: str) -> tuple:
    """The part of a segment that a file really holds.

    Args:
        start (int, optional): First frame; None: the file's first.
        end (int, optional): One past the last frame; None: the file's end.
        total (int): Frames of the file.
        path (str): The file, for the message.

    Returns:
        tuple: ``start`` and ``end`` with ``0 <= start < end <= total``.

    Raises:
        UnreadableMediaError: If no frame of the segment is in the file.
    """
    start = 0 if start is None else start
    clamped = total if end is None else min(end, total)
    if start >= clamped:
        raise UnreadableMediaError(
            path, f'the segment [{start}, {end}) lies beyond the {total} '
            'frames of the file')
    return start, clamped
