"""Overlap of time segments, and suppression of those that say it again."""
from typing import Optional, Tuple

import numpy as np

__all__ = ['nms', 'segment_iou', 'soft_nms']

Kept = Tuple[np.ndarray, np.ndarray, np.ndarray]


def _check_segments(name: str, segments: np.ndarray) -> np.ndarray:
    """The segments as float64 (N, 2); an empty list is (0, 2)."""
    array = np.asarray(segments, dtype=np.float64)
    if array.size == 0:
        array = array.reshape(0, 2)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f'{name} expected shape (N, 2) with start and end, '
                         f'got {array.shape}')
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array).all(1))[0])
        raise ValueError(f'{name} expected finite times, got '
                         f'{array[row].tolist()} in row {row}')
    if (array[:, 1] < array[:, 0]).any():
        row = int(np.flatnonzero(array[:, 1] < array[:, 0])[0])
        raise ValueError(f'{name} expected start <= end, got '
                         f'{array[row].tolist()} in row {row}')
    return array


def _check_candidates(segments: np.ndarray, scores: np.ndarray,
                      labels: np.ndarray) -> Kept:
    """The three as float64 (N, 2), float64 (N,) and int64 (N,)."""
    segments = _check_segments('segments', segments)
    scores = np.asarray(scores, dtype=np.float64)
    labels = np.asarray(labels)
    if labels.size == 0:
        labels = labels.astype(np.int64)
    for name, array in (('scores', scores), ('labels', labels)):
        if array.shape != (len(segments), ):
            raise ValueError(f'{name} expected shape ({len(segments)},), one '
                             f'for each segment, got {array.shape}')
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f'labels expected integers, got {labels.dtype}')
    if np.isnan(scores).any():
        row = int(np.flatnonzero(np.isnan(scores))[0])
        raise ValueError(f'scores expected numbers, got nan in row {row}')
    return segments, scores, labels.astype(np.int64)


def _overlap(one: np.ndarray, many: np.ndarray) -> np.ndarray:
    """tIoU of a segment (2,) with others (N, 2) -> (N,), unchecked."""
    inner = np.minimum(one[1], many[:, 1]) - np.maximum(one[0], many[:, 0])
    np.maximum(inner, 0, out=inner)
    union = (one[1] - one[0]) + (many[:, 1] - many[:, 0]) - inner
    return np.divide(inner, union, out=np.zeros_like(inner), where=union > 0)


def segment_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Temporal intersection over union of all pairs.

    Times are points on a continuous axis: with half-open frame intervals
    [start, end) the result is the ratio of frame counts. A segment of no
    length overlaps with nothing, itself included.

    Args:
        a (np.ndarray): Segments, start and end, shape (N, 2), any unit.
        b (np.ndarray): Segments in the same unit, shape (M, 2).

    Returns:
        np.ndarray: Values in [0, 1], shape (N, M), float64.

    Raises:
        ValueError: If a shape is wrong, a time is not finite, or a segment
            ends before it starts.
    """
    a, b = _check_segments('a', a), _check_segments('b', b)
    # (N, 1) against (1, M) -> (N, M)
    inner = (np.minimum(a[:, None, 1], b[None, :, 1]) -
             np.maximum(a[:, None, 0], b[None, :, 0])).clip(min=0)
    length_a, length_b = a[:, 1] - a[:, 0], b[:, 1] - b[:, 0]
    union = length_a[:, None] + length_b[None] - inner
    return np.divide(inner, union, out=np.zeros_like(inner), where=union > 0)


def nms(segments: np.ndarray, scores: np.ndarray, labels: np.ndarray,
        iou_threshold: float) -> Kept:
    """Greedy non-maximum suppression, each class for itself.

    Going down by score, a segment is kept unless one of its class that was
    kept before overlaps it by more than the threshold. Of equal scores the
    earlier row comes first.

    Args:
        segments (np.ndarray): Start and end, shape (N, 2).
        scores (np.ndarray): Shape (N,).
        labels (np.ndarray): Classes, integers, shape (N,).
        iou_threshold (float): Largest tIoU that two kept segments of a class
            may have.

    Returns:
        tuple[np.ndarray, np.ndarray, np.ndarray]: Segments (M, 2), scores
        (M,) and labels (M,) of what is kept, float64, float64 and int64, by
        descending score.

    Raises:
        ValueError: If shapes disagree, a value is not a number, or a segment
            ends before it starts.
    """
    segments, scores, labels = _check_candidates(segments, scores, labels)
    order = np.argsort(-scores, kind='stable')
    kept = []
    for label in np.unique(labels):
        left = order[labels[order] == label]
        while len(left):
            kept.append(left[0])
            overlap = _overlap(segments[left[0]], segments[left[1:]])
            left = left[1:][overlap <= iou_threshold]
    # back to one descending order over all classes
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[kept] = True
    order = order[chosen[order]]
    return segments[order], scores[order], labels[order]


def soft_nms(segments: np.ndarray,
             scores: np.ndarray,
             labels: np.ndarray,
             sigma: float = 0.5,
             min_score: float = 0.001,
             max_num: Optional[int] = 2000) -> Kept:
    """Gaussian soft non-maximum suppression, each class for itself.

    Bodla et al., "Soft-NMS" (ICCV 2017), Eq. 4: the best candidate is kept,
    every other one of its class has its score multiplied by
    ``exp(-tIoU^2 / sigma)``, and so on with what is left. Nothing is removed
    but what falls below ``min_score``. Of equal scores the earlier row comes
    first.

    Classes do not touch each other and scores only fall, so the best of all
    classes is taken in each step: the first ``max_num`` steps give the first
    ``max_num`` results, and the rest is never computed.

    Args:
        segments (np.ndarray): Start and end, shape (N, 2).
        scores (np.ndarray): Shape (N,).
        labels (np.ndarray): Classes, integers, shape (N,).
        sigma (float): Width of the Gaussian; the smaller, the harder it
            suppresses. Defaults to 0.5.
        min_score (float): Candidates below it are dropped, before and while
            scores fall. Defaults to 0.001.
        max_num (int, optional): Largest number of results over all classes;
            None keeps all. Defaults to 2000.

    Returns:
        tuple[np.ndarray, np.ndarray, np.ndarray]: Segments (M, 2), lowered
        scores (M,) and labels (M,), float64, float64 and int64, by
        descending score.

    Raises:
        ValueError: If shapes disagree, a value is not a number, a segment
            ends before it starts, ``sigma`` is not positive, or ``max_num``
            is below 1.
    """
    segments, scores, labels = _check_candidates(segments, scores, labels)
    if not sigma > 0:
        raise ValueError(f'sigma expected a positive number, got {sigma}')
    if max_num is not None and max_num < 1:
        raise ValueError(f'max_num expected at least 1 or None, got '
                         f'{max_num}')
    row = np.flatnonzero(scores >= min_score)
    # classes next to each other, rows of a class in their first order
    row = row[np.argsort(labels[row], kind='stable')]
    segments, scores, labels = segments[row], scores[row].copy(), labels[row]
    starts = np.flatnonzero(np.diff(labels, prepend=np.nan) != 0)
    classes = [
        slice(a, b) for a, b in zip(starts, [*starts[1:], len(labels)])
    ]
    # the best row of each class, and its score
    best = np.array([s.start + scores[s].argmax() for s in classes], int)
    height = scores[best]
    kept, final = [], []
    rest = segments.copy()  # what is taken becomes an empty segment in it
    limit = len(row) if max_num is None else min(max_num, len(row))
    while len(kept) < limit:
        # of equal scores the earlier row of the input
        tied = np.flatnonzero(height == height.max())
        c = tied[row[best[tied]].argmin()] if len(tied) > 1 else tied[0]
        if height[c] < min_score:
            break
        kept.append(best[c])
        final.append(height[c])
        scores[best[c]], rest[best[c]] = -np.inf, 0
        own = classes[c]
        left = scores[own]  # a view
        overlap = _overlap(segments[best[c]], rest[own])
        left *= np.exp(-np.square(overlap) / sigma)
        best[c] = own.start + left.argmax()
        height[c] = scores[best[c]]
    return segments[kept], np.array(final, float), labels[kept]
