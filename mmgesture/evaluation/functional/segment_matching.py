"""Which detections are right: three ways of matching them to annotations.

``one_to_one`` and ``hungarian`` use each detection and each annotation once.
``starterkit`` is what the organisers of SMG's challenge published: it never
uses a detection up, so that one long detection over two neighbours of its
class counts twice and F1 can exceed 1.
"""
import numpy as np
from scipy.optimize import linear_sum_assignment

from mmgesture.ops.segments import segment_iou
from mmgesture.structures import VideoDetections

__all__ = ['MATCHINGS', 'match', 'starterkit_hits']

MATCHINGS = ('one_to_one', 'starterkit', 'hungarian')


def _qualifying(video: VideoDetections, tiou: float, strict: bool) -> tuple:
    """tIoU of all pairs (M, N), and which pairs may match."""
    iou = segment_iou(video.segments, video.gt_segments)
    same = video.labels[:, None] == video.gt_labels[None]
    return iou, same & (iou > tiou if strict else iou >= tiou)


def match(video: VideoDetections,
          tiou: float = 0.3,
          strict: bool = True,
          matching: str = 'one_to_one') -> np.ndarray:
    """Match the detections of a video to its annotations, each used once.

    ``one_to_one``: going down by score, and among equal scores by tIoU, a
    detection takes the free annotation of its class that it overlaps most.
    What a detection gets does not depend on those below it, so a threshold
    may be applied before or after.

    ``hungarian``: as many pairs as possible, and among those the largest sum
    of tIoU; scores do not matter.

    Args:
        video (VideoDetections): With a known annotation.
        tiou (float): Least overlap of a pair. Defaults to 0.3.
        strict (bool): Whether the overlap must exceed it, as the organisers
            have it. Defaults to True.
        matching (str): 'one_to_one' or 'hungarian'. Defaults to
            'one_to_one'.

    Returns:
        np.ndarray: Annotation that each detection got, -1: none, (M,),
        int64.

    Raises:
        ValueError: If the matching is another one.
    """
    iou, allowed = _qualifying(video, tiou, strict)
    found = np.full(len(video), -1, dtype=np.int64)
    if not allowed.any():
        return found
    if matching == 'hungarian':
        # one pair more outweighs any sum of overlaps
        worth = np.where(allowed, len(video) + iou, 0)
        rows, columns = linear_sum_assignment(worth, maximize=True)
        real = allowed[rows, columns]
        found[rows[real]] = columns[real]
        return found
    if matching != 'one_to_one':
        raise ValueError("expected matching 'one_to_one' or 'hungarian', got "
                         f'{matching!r}')
    rows, columns = np.nonzero(allowed)
    order = np.lexsort(
        (columns, rows, -iou[rows, columns], -video.scores[rows]))
    free = np.ones(len(video.gt_labels), dtype=bool)
    for index in order:
        row, column = rows[index], columns[index]
        if found[row] < 0 and free[column]:
            found[row] = column
            free[column] = False
    return found


def starterkit_hits(video: VideoDetections,
                    tiou: float = 0.3,
                    shorten: float = 0) -> np.ndarray:
    """The organisers' rule: which annotations count as found.

    For each annotation in the order of the file, the first detection in the
    order of start (among equal starts, of the list) that has its class and a
    ratio (min end - max start) / (max end - min start) above ``tiou``. That
    detection is free to count again.

    Args:
        video (VideoDetections): With a known annotation.
        tiou (float): Ratio that must be exceeded. Defaults to 0.3.
        shorten (float): Taken off every end before. The organisers compare
            last frames that belong to the gesture, without adding one: 1
            turns half-open segments of whole frames into those. Defaults to
            0.

    Returns:
        np.ndarray: Detection that each annotation got, -1: none, (N,),
        int64; the same one may occur several times.
    """
    found = np.full(len(video.gt_labels), -1, dtype=np.int64)
    order = np.argsort(video.segments[:, 0], kind='stable')
    starts, ends = video.segments[order, 0], video.segments[order, 1] - shorten
    for index, (start, end) in enumerate(video.gt_segments):
        end = end - shorten
        span = np.maximum(ends, end) - np.minimum(starts, start)
        inner = np.minimum(ends, end) - np.maximum(starts, start)
        # a detection and an annotation of a single frame each: 0 / 0
        ratio = np.divide(inner, span, out=np.zeros_like(span),
                          where=span != 0)
        right = (video.labels[order] == video.gt_labels[index]) & \
            (ratio > tiou)
        if right.any():
            found[index] = order[np.argmax(right)]
    return found
