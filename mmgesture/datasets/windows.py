"""Cutting long sequences into windows: numbers only, no data."""
import math
from typing import List, Tuple

import numpy as np

__all__ = ['copies_per_class', 'segments_in_window', 'window_starts']


def window_starts(num_steps: int, window_size: int,
                  overlap: float) -> List[int]:
    """First steps of windows that cover a sequence without a gap.

    The last window is right-aligned, so that the tail is never lost; a
    sequence shorter than the window has one that is padded.

    Args:
        num_steps (int): Steps of the sequence, at least 1.
        window_size (int): Steps of a window, at least 1.
        overlap (float): Share of a window that the next one covers again, in
            [0, 1).

    Returns:
        List[int]: Ascending, from 0.

    Raises:
        ValueError: If a number is out of range.
    """
    if num_steps < 1 or window_size < 1 or not 0 <= overlap < 1:
        raise ValueError('expected at least 1 step, a window of at least 1 '
                         f'and an overlap in [0, 1), got {num_steps}, '
                         f'{window_size} and {overlap}')
    last = max(num_steps - window_size, 0)
    stride = max(round(window_size * (1 - overlap)), 1)
    starts = list(range(0, last, stride))
    return starts + [last]


def segments_in_window(segments: np.ndarray, start: float, num_steps: int,
                       window_size: int,
                       min_inside: float) -> Tuple[np.ndarray, np.ndarray]:
    """Segments that a window shows, clipped to it.

    A segment counts if at least ``min_inside`` of it is inside, or, where it
    is longer than a window, if so much of the window is filled with it.

    Args:
        segments (np.ndarray): Steps of the sequence, shape (N, 2).
        start (float): First step of the window.
        num_steps (int): Steps of the window that exist.
        window_size (int): Steps of a full window.
        min_inside (float): Share in (0, 1].

    Returns:
        tuple[np.ndarray, np.ndarray]: Segments in steps from the window's
        start, shape (M, 2), within [-0.5, num_steps - 0.5], the borders of
        the first and the last step; and which ones they are, shape (N,),
        bool.
    """
    segments = np.asarray(segments, dtype=np.float64).reshape(-1, 2) - start
    clipped = np.clip(segments, -0.5, num_steps - 0.5)
    inside = clipped[:, 1] - clipped[:, 0]
    length = np.minimum(segments[:, 1] - segments[:, 0], window_size)
    # a billionth forgives rounding of exact shares
    keep = (inside > 0) & (inside >= min_inside * length - 1e-9)
    return clipped[keep], keep


def copies_per_class(counts: np.ndarray, alpha: float) -> np.ndarray:
    """Total copies of each instance, by class (paper 001, Eq. 1).

    ``R_c = ceil(log2(alpha / Z_c)) + 1`` where ``Z_c < alpha``, else 1. The
    formula gives 1 at ``Z_c = alpha``, so it is the number of copies in all,
    the original among them.

    Args:
        counts (np.ndarray): Instances Z_c of the training set, shape (K,).
        alpha (float): Classes with fewer instances are rare.

    Returns:
        np.ndarray: Shape (K,), int64; 1 for a class without instances.
    """
    return np.array([
        math.ceil(math.log2(alpha / z)) + 1 if 0 < z < alpha else 1
        for z in np.asarray(counts).tolist()
    ], dtype=np.int64)
