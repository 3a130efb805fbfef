"""F1 of gestures with their times: pooled, by class and by video."""
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence

import numpy as np

from mmgesture.structures import VideoDetections
from .bootstrap import Interval, bootstrap_interval
from .classification import ClassRow
from .segment_matching import MATCHINGS, match, starterkit_hits

__all__ = [
    'SegmentScore', 'count_segments', 'segment_f1', 'segment_f1_interval'
]

#: The organisers' guard against divisions by zero.
_STARTERKIT_EPS = 1e-7


@dataclass(frozen=True)
class SegmentScore:
    """How well segments were found.

    Attributes:
        f1 (float): Of the pooled counts (micro); nan where nothing is
            annotated and nothing found.
        precision (float): Pooled; 0 where nothing was found.
        recall (float): Pooled; 0 where nothing is annotated.
        macro_f1 (float): Mean over the classes that are annotated; nan
            without any.
        hits (int): Matches.
        predicted (int): Detections.
        annotated (int): Annotations.
        rows (list[ClassRow]): Every class.
        by_video (dict[str, float]): Pooled F1 of every video; nan as above.
    """

    f1: float
    precision: float
    recall: float
    macro_f1: float
    hits: int
    predicted: int
    annotated: int
    rows: List[ClassRow]
    by_video: Dict[str, float]


def count_segments(videos: Sequence[VideoDetections],
                   num_classes: int,
                   tiou: float = 0.3,
                   strict: bool = True,
                   matching: str = 'one_to_one',
                   shorten: float = 0) -> np.ndarray:
    """Count matches, detections and annotations of every video and class.

    Args:
        videos (Sequence[VideoDetections]): Videos; their annotations must be
            known.
        num_classes (int): K.
        tiou (float): Least overlap. Defaults to 0.3.
        strict (bool): Whether it must be exceeded; 'starterkit' always
            does. Defaults to True.
        matching (str): One of :data:`.segment_matching.MATCHINGS`. Defaults
            to 'one_to_one'.
        shorten (float): For 'starterkit', see
            :func:`.segment_matching.starterkit_hits`. Defaults to 0.

    Returns:
        np.ndarray: Shape (V, 3, K), int64: matches, detections, annotations.

    Raises:
        ValueError: If annotations are hidden, a class is out of range, or
            the matching is unknown.
    """
    if matching not in MATCHINGS:
        raise ValueError(f'expected a matching of {MATCHINGS}, got '
                         f'{matching!r}')
    counts = np.zeros((len(videos), 3, num_classes), dtype=np.int64)
    for index, video in enumerate(videos):
        if not video.known:
            raise ValueError(f'{video.video_id}: its annotation is hidden; '
                             'leave it out')
        for labels in (video.labels, video.gt_labels):
            if labels.size and labels.max() >= num_classes:
                raise ValueError(
                    f'{video.video_id}: expected classes from 0 to '
                    f'{num_classes - 1}, got {labels.max()}')
        if matching == 'starterkit':
            found = starterkit_hits(video, tiou, shorten) >= 0
            right = video.gt_labels[found]
        else:
            found = match(video, tiou, strict, matching)
            right = video.labels[found >= 0]
        for row, labels in enumerate((right, video.labels, video.gt_labels)):
            counts[index, row] = np.bincount(labels, minlength=num_classes)
    return counts


def _f1(counts: np.ndarray, matching: str) -> float:
    """F1 of matches, detections, annotations; shape (3,)."""
    hits, predicted, annotated = (float(x) for x in counts)
    if predicted + annotated == 0:
        return float('nan')
    if matching == 'starterkit':
        precision = hits / (predicted + _STARTERKIT_EPS)
        recall = hits / (annotated + _STARTERKIT_EPS)
        return 2 * precision * recall / (precision + recall + _STARTERKIT_EPS)
    return 2 * hits / (predicted + annotated)


def segment_f1(videos: Sequence[VideoDetections],
               num_classes: int,
               tiou: float = 0.3,
               strict: bool = True,
               matching: str = 'one_to_one',
               classes: Optional[Sequence[str]] = None,
               shorten: float = 0) -> SegmentScore:
    """Score hard detections: all that are given count, whatever their score.

    Apply the operating threshold before, see
    :meth:`mmgesture.structures.VideoDetections.above`.

    Args:
        videos (Sequence[VideoDetections]): Videos with known annotations.
        num_classes (int): K.
        tiou (float): See :func:`count_segments`. Defaults to 0.3.
        strict (bool): Likewise. Defaults to True.
        matching (str): Likewise. Defaults to 'one_to_one'.
        classes (Sequence[str], optional): Names; numbers without them.
            Defaults to None.
        shorten (float): As for :func:`count_segments`. Defaults to 0.

    Returns:
        SegmentScore: The score.
    """
    counts = count_segments(videos, num_classes, tiou, strict, matching,
                            shorten)
    total = counts.sum(0)  # (3, K)
    names = [str(k) for k in range(num_classes)] if classes is None \
        else list(classes)
    if len(names) != num_classes:
        raise ValueError(f'expected {num_classes} class names, got '
                         f'{len(names)}')
    rows = []
    for k, name in enumerate(names):
        hits, predicted, support = (int(x) for x in total[:, k])
        rows.append(
            ClassRow(k, name, support, predicted,
                     hits / support if support else float('nan'),
                     hits / predicted if predicted else float('nan'),
                     _f1(total[:, k], matching)))
    annotated = [row.f1 for row in rows if row.support]
    pooled = total.sum(1)
    hits, predicted, support = (int(x) for x in pooled)
    return SegmentScore(
        f1=_f1(pooled, matching),
        precision=hits / predicted if predicted else 0.,
        recall=hits / support if support else 0.,
        macro_f1=float(np.mean(annotated)) if annotated else float('nan'),
        hits=hits,
        predicted=predicted,
        annotated=support,
        rows=rows,
        by_video={
            video.video_id: _f1(own.sum(1), matching)
            for video, own in zip(videos, counts)
        })


def segment_f1_interval(counts: np.ndarray,
                        matching: str = 'one_to_one',
                        num_resamples: int = 2000,
                        level: float = 0.95,
                        seed: int = 0) -> Interval:
    """Bootstrap interval of the pooled F1, resampling whole videos.

    Gestures of a video depend on each other and on who is seen; five videos
    are five observations, however many gestures they hold.

    Args:
        counts (np.ndarray): Result of :func:`count_segments`, (V, 3, K).
        matching (str): How it was counted. Defaults to 'one_to_one'.
        num_resamples (int): Resamples. Defaults to 2000.
        level (float): Coverage in (0, 1). Defaults to 0.95.
        seed (int): Seed of a generator of its own. Defaults to 0.

    Returns:
        Interval: F1 on all videos with both ends; resamples without
        anything in them count as 0.
    """
    totals = counts.sum(2)  # (V, 3)
    numbers = np.arange(len(totals))

    def statistic(chosen: np.ndarray, _: np.ndarray) -> float:
        return float(np.nan_to_num(_f1(totals[chosen].sum(0), matching)))

    return bootstrap_interval(numbers, numbers, statistic, num_resamples,
                              level, seed)
