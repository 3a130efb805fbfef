"""All figures of a localisation test in one dict."""
from typing import Dict, Optional, Sequence

from mmgesture.structures import VideoDetections
from .segment_f1 import count_segments, segment_f1, segment_f1_interval
from .segment_map import MAP_TIOUS, segment_map

__all__ = ['F1_TIOUS', 'detection_scores', 'map_scores']

F1_TIOUS = (0.1, 0.3, 0.5, 0.7)


def map_scores(videos: Sequence[VideoDetections],
               num_classes: int,
               tious: Sequence[float] = MAP_TIOUS) -> Dict[str, float]:
    """Figures that need no threshold.

    Args:
        videos (Sequence[VideoDetections]): With all their detections.
        num_classes (int): K.
        tious (Sequence[float]): Overlaps. Defaults to 0.3 to 0.7.

    Returns:
        dict[str, float]: ``map`` and ``map_at_<tIoU>``.
    """
    found = segment_map(videos, num_classes, tious)
    return dict(
        map=found.mean,
        **{f'map_at_{t:g}': value for t, value in found.by_tiou.items()})


def detection_scores(hard: Sequence[VideoDetections],
                     num_classes: int,
                     tiou: float = 0.3,
                     strict: bool = True,
                     matching: str = 'one_to_one',
                     shorten: float = 0,
                     tious: Sequence[float] = F1_TIOUS,
                     non_gesture: Optional[int] = None,
                     interval: bool = False) -> Dict[str, float]:
    """Figures at an operating point.

    Args:
        hard (Sequence[VideoDetections]): With the detections that count.
        num_classes (int): K.
        tiou (float): Least overlap of a hit. Defaults to 0.3.
        strict (bool): Whether it must be exceeded. Defaults to True.
        matching (str): See :mod:`.segment_matching`. Defaults to
            'one_to_one'.
        shorten (float): See :func:`.segment_matching.starterkit_hits`.
            Defaults to 0.
        tious (Sequence[float]): Further overlaps. Defaults to 0.1, 0.3, 0.5,
            0.7.
        non_gesture (int, optional): Class that is no micro-gesture. Defaults
            to None.
        interval (bool): Bootstrap over videos too. Defaults to False.

    Returns:
        dict[str, float]: ``f1, precision, recall, macro_f1, f1_at_<tIoU>``,
        and where asked for ``f1_gestures``, ``f1_low`` and ``f1_high``.
    """
    rule = dict(strict=strict, matching=matching, shorten=shorten)
    score = segment_f1(hard, num_classes, tiou, **rule)
    found = dict(
        f1=score.f1,
        precision=score.precision,
        recall=score.recall,
        macro_f1=score.macro_f1)
    for level in tious:
        found[f'f1_at_{level:g}'] = segment_f1(hard, num_classes, level,
                                               **rule).f1
    if non_gesture is not None:
        found['f1_gestures'] = segment_f1(
            [video.without(non_gesture) for video in hard], num_classes,
            tiou, **rule).f1
    if interval:
        counts = count_segments(hard, num_classes, tiou, **rule)
        ends = segment_f1_interval(counts, matching)
        found.update(f1_low=ends.low, f1_high=ends.high)
    return found
