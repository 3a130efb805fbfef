"""The score from which a detection counts, chosen on validation videos."""
from dataclasses import dataclass
from typing import List, Sequence, Tuple

import numpy as np

from mmgesture.structures import VideoDetections
from .segment_f1 import segment_f1
from .segment_matching import match

__all__ = ['TunedThreshold', 'tune_threshold']

#: Thresholds that are tried where each costs a matching of its own.
MAX_TRIED = 60


@dataclass(frozen=True)
class TunedThreshold:
    """A chosen operating point.

    Attributes:
        threshold (float): Detections with at least this score count.
        f1 (float): Pooled F1 there, on the videos it was chosen on: too good
            a figure for any other use.
        curve (list[tuple[float, float]]): Threshold and F1, ascending.
    """

    threshold: float
    f1: float
    curve: List[Tuple[float, float]]


def tune_threshold(videos: Sequence[VideoDetections],
                   num_classes: int,
                   tiou: float = 0.3,
                   strict: bool = True,
                   matching: str = 'one_to_one',
                   tolerance: float = 0.,
                   shorten: float = 0) -> TunedThreshold:
    """Choose the threshold with the best pooled F1.

    Between two scores the middle is tried. With a ``tolerance`` the one in
    the middle of all thresholds around the best that lose no more than that:
    less prone to the chance of few validation videos.

    Args:
        videos (Sequence[VideoDetections]): Validation videos with known
            annotations and all their detections.
        num_classes (int): K.
        tiou (float): See :func:`.segment_f1.segment_f1`. Defaults to 0.3.
        strict (bool): Likewise. Defaults to True.
        matching (str): Likewise. Defaults to 'one_to_one'.
        tolerance (float): Loss of F1 that is accepted. Defaults to 0.
        shorten (float): As for :func:`.segment_f1.segment_f1`. Defaults to
            0.

    Returns:
        TunedThreshold: The operating point; without any detection the
        threshold is 0.5.
    """
    scores = np.unique(np.concatenate([v.scores for v in videos] + [[]]))
    if not len(scores):
        return TunedThreshold(0.5, 0., [])
    # cut k keeps the scores from number k on
    cuts = np.concatenate([[scores[0]], (scores[:-1] + scores[1:]) / 2])
    if matching == 'one_to_one':
        values = _sweep(videos, scores, tiou, strict)
    else:
        chosen = np.unique(
            np.linspace(0, len(cuts) - 1, MAX_TRIED).round().astype(int))
        cuts = cuts[chosen]
        values = np.array([
            segment_f1([v.above(cut) for v in videos], num_classes, tiou,
                       strict, matching, shorten=shorten).f1 for cut in cuts
        ])
    values = np.nan_to_num(values)
    best = int(values.argmax())
    good = values >= values[best] - tolerance - 1e-12
    first = last = best
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(good) and good[last + 1]:
        last += 1
    if not tolerance:
        first = last = best
    middle = (cuts[first] + cuts[last]) / 2
    place = first + int(np.abs(cuts[first:last + 1] - middle).argmin())
    return TunedThreshold(
        float(cuts[place]), float(values[place]),
        list(zip(cuts.tolist(), values.tolist())))


def _sweep(videos: Sequence[VideoDetections], scores: np.ndarray, tiou: float,
           strict: bool) -> np.ndarray:
    """F1 of every cut at once: what a detection gets is its own affair."""
    hits = np.concatenate([match(v, tiou, strict) >= 0 for v in videos])
    everything = np.concatenate([v.scores for v in videos])
    annotated = sum(len(v.gt_labels) for v in videos)
    place = np.searchsorted(scores, everything)
    right = np.bincount(place[hits], minlength=len(scores))
    found = np.bincount(place, minlength=len(scores))
    right, found = (x[::-1].cumsum()[::-1] for x in (right, found))
    return 2 * right / (found + annotated)
