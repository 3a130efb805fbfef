"""Mean average precision of detections, as ActivityNet's evaluation has it."""
from dataclasses import dataclass
from typing import Dict, List, Sequence

import numpy as np

from mmgesture.ops.segments import segment_iou
from mmgesture.structures import VideoDetections

__all__ = ['MAP_TIOUS', 'SegmentMAP', 'ranked_hits', 'segment_map']

MAP_TIOUS = (0.3, 0.4, 0.5, 0.6, 0.7)


@dataclass(frozen=True)
class SegmentMAP:
    """Average precision of detections.

    Attributes:
        tious (tuple[float, ...]): Overlaps.
        ap (np.ndarray): Of every class, (T, K); nan where nothing is
            annotated.
    """

    tious: tuple
    ap: np.ndarray

    @property
    def by_tiou(self) -> Dict[float, float]:
        """dict[float, float]: mAP at each overlap, over annotated classes."""
        annotated = ~np.isnan(self.ap).all(0)
        if not annotated.any():
            return {t: float('nan') for t in self.tious}
        means = self.ap[:, annotated].mean(1)
        return {t: float(m) for t, m in zip(self.tious, means)}

    @property
    def mean(self) -> float:
        """float: Mean over the overlaps."""
        return float(np.mean(list(self.by_tiou.values())))


def ranked_hits(videos: Sequence[VideoDetections], label: int,
                tious: Sequence[float]) -> tuple:
    """Detections of a class over all videos by score, and which are right.

    Each takes the free annotation of its class and video that it overlaps
    most, if by at least the threshold.

    Args:
        videos (Sequence[VideoDetections]): With known annotations.
        label (int): The class.
        tious (Sequence[float]): T overlaps.

    Returns:
        tuple: ``hits``, (T, n), bool; ``owner``, the video of each
        detection, (n,), and ``row``, its number there, (n,); ``taken``, the
        annotation of each, -1: none, (T, n).
    """
    owner: List[np.ndarray] = []
    row: List[np.ndarray] = []
    for index, video in enumerate(videos):
        own = np.flatnonzero(video.labels == label)
        owner.append(np.full(len(own), index))
        row.append(own)
    owner = np.concatenate([*owner, np.zeros(0, np.int64)]).astype(np.int64)
    row = np.concatenate([*row, np.zeros(0, np.int64)]).astype(np.int64)
    scores = np.array([videos[v].scores[r] for v, r in zip(owner, row)])
    order = np.argsort(-scores, kind='stable')
    owner, row = owner[order], row[order]
    taken = np.full((len(tious), len(order)), -1, dtype=np.int64)
    members = [np.flatnonzero(v.gt_labels == label) for v in videos]
    ious = [
        segment_iou(v.segments[v.labels == label], v.gt_segments[m])
        for v, m in zip(videos, members)
    ]
    place = [np.cumsum(v.labels == label) - 1 for v in videos]
    for level, tiou in enumerate(tious):
        free = [np.ones(len(m), dtype=bool) for m in members]
        for rank, (v, r) in enumerate(zip(owner, row)):
            if not free[v].any():
                continue
            overlap = np.where(free[v], ious[v][place[v][r]], -1)
            best = int(overlap.argmax())
            if overlap[best] >= tiou:
                free[v][best] = False
                taken[level, rank] = members[v][best]
    return taken >= 0, owner, row, taken


def average_precision(hits: np.ndarray, annotated: float) -> float:
    """Area below the interpolated curve of precision over recall.

    Args:
        hits (np.ndarray): Right detections, best score first, (n,), bool.
        annotated (float): How many there are to be found.

    Returns:
        float: Average precision in [0, 1].
    """
    right = np.cumsum(hits)
    precision = right / np.arange(1, len(hits) + 1)
    recall = right / annotated
    return interpolated_area(precision, recall)


def interpolated_area(precision: np.ndarray, recall: np.ndarray) -> float:
    """Area below a curve whose precision is raised to what comes later.

    Args:
        precision (np.ndarray): Shape (n,).
        recall (np.ndarray): Ascending, shape (n,).

    Returns:
        float: The area.
    """
    height = np.concatenate([precision, [0.]])
    height = np.maximum.accumulate(height[::-1])[::-1][:-1]
    return float((np.diff(recall, prepend=0.) * height).sum())


def segment_map(videos: Sequence[VideoDetections],
                num_classes: int,
                tious: Sequence[float] = MAP_TIOUS) -> SegmentMAP:
    """Mean average precision over classes that are annotated.

    Equal to OpenTAD's evaluation where no two scores are equal.

    Args:
        videos (Sequence[VideoDetections]): With known annotations; all their
            detections, without a threshold.
        num_classes (int): K.
        tious (Sequence[float]): Overlaps, each is enough. Defaults to 0.3
            to 0.7.

    Returns:
        SegmentMAP: AP of every class and overlap.
    """
    ap = np.full((len(tious), num_classes), np.nan)
    for label in range(num_classes):
        annotated = sum(int((v.gt_labels == label).sum()) for v in videos)
        if annotated:
            hits = ranked_hits(videos, label, tious)[0]
            ap[:, label] = [average_precision(h, annotated) for h in hits]
    return SegmentMAP(tuple(tious), ap)
