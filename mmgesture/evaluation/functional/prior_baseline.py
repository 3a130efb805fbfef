"""Baselines that see no video: nothing at all, or what training suggests."""
from dataclasses import dataclass, replace
from typing import List, Sequence

import numpy as np

from mmgesture.structures import VideoDetections
from .segment_f1 import segment_f1

__all__ = ['PriorSegments', 'all_background', 'prior_segments']

#: Distances that are tried, in lengths of the segment.
_DISTANCES = (1., 1.25, 1.5, 2., 2.5, 3., 4., 6., 8., 12., 16.)


def all_background(
        videos: Sequence[VideoDetections]) -> List[VideoDetections]:
    """Find nothing.

    Args:
        videos (Sequence[VideoDetections]): The videos.

    Returns:
        list[VideoDetections]: Without detections.
    """
    return [
        replace(v, segments=np.zeros((0, 2)), labels=np.zeros(0, np.int64),
                scores=np.zeros(0)) for v in videos
    ]


@dataclass(frozen=True)
class PriorSegments:
    """The same segment again and again.

    Attributes:
        label (int): Its class.
        length (float): Its length in seconds, or in frames where a rate is
            unknown.
        distance (float): From one start to the next, likewise.
        in_seconds (bool): Whether these are seconds.
    """

    label: int
    length: float
    distance: float
    in_seconds: bool

    def __call__(
            self,
            videos: Sequence[VideoDetections]) -> List[VideoDetections]:
        """Say it of some videos, whatever is in them.

        Args:
            videos (Sequence[VideoDetections]): With ``num_frames``, and
                ``fps`` where lengths are in seconds.

        Returns:
            list[VideoDetections]: With score 1 throughout.
        """
        found = []
        for video in videos:
            rate = video.fps if self.in_seconds else 1.
            length, distance = self.length * rate, self.distance * rate
            start = np.arange(0, video.num_frames - 1e-6, distance)
            end = np.minimum(start + length, video.num_frames)
            found.append(
                replace(
                    video,
                    segments=np.stack([start, end], 1),
                    labels=np.full(len(start), self.label),
                    scores=np.ones(len(start))))
        return found


def prior_segments(train: Sequence[VideoDetections],
                   num_classes: int,
                   tiou: float = 0.3) -> PriorSegments:
    """The best that the training videos' statistics alone can do.

    Every class has its median length; class and distance are those with the
    best pooled F1 on the training videos.

    Args:
        train (Sequence[VideoDetections]): Training videos with annotations
            and ``num_frames``.
        num_classes (int): K.
        tiou (float): Overlap of a hit. Defaults to 0.3.

    Returns:
        PriorSegments: The baseline.

    Raises:
        ValueError: If nothing is annotated.
    """
    in_seconds = all(v.fps for v in train)
    lengths: List[List[float]] = [[] for _ in range(num_classes)]
    for video in train:
        rate = video.fps if in_seconds else 1.
        for (start, end), label in zip(video.gt_segments, video.gt_labels):
            lengths[label].append((end - start) / rate)
    candidates = [
        PriorSegments(label, float(np.median(own)),
                      float(np.median(own)) * times, in_seconds)
        for label, own in enumerate(lengths) if own for times in _DISTANCES
    ]
    if not candidates:
        raise ValueError('expected annotated training videos, got none')
    return max(
        candidates,
        key=lambda c: segment_f1(c(train), num_classes, tiou).f1)
