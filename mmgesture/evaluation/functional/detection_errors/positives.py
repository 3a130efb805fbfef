"""False positives: of which kind, and what each kind costs."""
from dataclasses import dataclass
from typing import Dict, List, Sequence

import numpy as np

from mmgesture.ops.segments import segment_iou
from mmgesture.structures import VideoDetections
from .normalised import (Ranking, mean_annotated, normalised_ap,
                         normalised_map, rank_classes)

__all__ = ['FP_KINDS', 'FalsePositives', 'false_positives', 'kinds_of']

#: In the order of the figures.
FP_KINDS = ('true positive', 'double detection', 'wrong label',
            'localisation', 'confusion', 'background')
#: Below this overlap a detection has to do with nothing.
TOUCH = 0.1
#: Detections of a class that are looked at, per annotation of it.
LIMIT = 10


@dataclass(frozen=True)
class FalsePositives:
    """Kinds of false positives.

    Attributes:
        profile (np.ndarray): Share of every kind among the best G, 2 G, ...
            10 G detections of the classes, (10, 6).
        map_n (float): Normalised mAP of the best 10 G.
        impact (dict[str, float]): What it gains when the false positives of
            a kind are removed.
    """

    profile: np.ndarray
    map_n: float
    impact: Dict[str, float]


def kinds_of(video: VideoDetections, hits: np.ndarray,
             tiou: float) -> np.ndarray:
    """The kind of each detection of a video.

    By the annotation of any class that it overlaps most: at least ``tiou``
    and the same class: a double detection; another class: a wrong label;
    less, but at least 0.1: badly localised, or confused; else background.

    Args:
        video (VideoDetections): With a known annotation.
        hits (np.ndarray): Which are right, (M,), bool.
        tiou (float): Least overlap of a hit.

    Returns:
        np.ndarray: Numbers of :data:`FP_KINDS`, (M,), int64.
    """
    kinds = np.full(len(video), FP_KINDS.index('background'))
    if len(video.gt_labels) and len(video):
        iou = segment_iou(video.segments, video.gt_segments)
        best = iou.argmax(1)
        overlap = iou[np.arange(len(video)), best]
        same = video.gt_labels[best] == video.labels
        for far, near, name in ((TOUCH, same, 'localisation'),
                                (TOUCH, ~same, 'confusion'),
                                (tiou, same, 'double detection'),
                                (tiou, ~same, 'wrong label')):
            kinds[(overlap >= far) & near] = FP_KINDS.index(name)
    kinds[hits] = 0
    return kinds


def false_positives(videos: Sequence[VideoDetections],
                    num_classes: int,
                    tiou: float = 0.5) -> FalsePositives:
    """Profile and impact of the kinds.

    Args:
        videos (Sequence[VideoDetections]): With known annotations and all
            detections.
        num_classes (int): K.
        tiou (float): Least overlap. Defaults to 0.5.

    Returns:
        FalsePositives: Of the classes that are annotated, the best 10 G of
        their detections.
    """
    rankings = {
        label: Ranking(r.label, r.annotated, r.taken[:LIMIT * r.annotated],
                       r.owner[:LIMIT * r.annotated],
                       r.row[:LIMIT * r.annotated])
        for label, r in rank_classes(videos, num_classes, tiou).items()
    }
    hits = [np.zeros(len(v), dtype=bool) for v in videos]
    for r in rankings.values():
        for v, row in zip(r.owner[r.taken >= 0], r.row[r.taken >= 0]):
            hits[v][row] = True
    kinds = [kinds_of(v, h, tiou) for v, h in zip(videos, hits)]
    by_class = {
        label: np.array([kinds[v][row] for v, row in zip(r.owner, r.row)],
                        dtype=np.int64)
        for label, r in rankings.items()
    }
    profile: List[np.ndarray] = []
    for times in range(1, LIMIT + 1):
        chosen = np.concatenate([
            by_class[label][:times * r.annotated]
            for label, r in rankings.items()
        ] + [np.zeros(0, np.int64)])
        counts = np.bincount(chosen, minlength=len(FP_KINDS))
        profile.append(counts / max(len(chosen), 1))
    base = normalised_map(rankings)
    impact = {}
    for number, name in enumerate(FP_KINDS[1:], 1):
        mean = mean_annotated(rankings) if rankings else float('nan')
        values = [
            normalised_ap((r.taken >= 0)[by_class[label] != number],
                          r.annotated, mean)
            for label, r in rankings.items()
        ]
        impact[name] = float(np.mean(values)) - base if values else base
    return FalsePositives(np.array(profile), base, impact)
