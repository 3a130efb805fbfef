"""What was found in a video, beside what is annotated in it."""
from dataclasses import dataclass, field, replace
from typing import List, Optional, Sequence, Union

import numpy as np

from .segment import GestureSegment

__all__ = ['VideoDetections']


def _empty() -> np.ndarray:
    return np.zeros(0)


@dataclass(frozen=True)
class VideoDetections:
    """Detections of one video, and its annotation where it is known.

    Times are frames of the video, half-open on a continuous axis, see
    :class:`.segment.GestureSegment`.

    Attributes:
        video_id (str): Unique name.
        segments (np.ndarray): Start and end of what was found, (M, 2),
            float64.
        labels (np.ndarray): Its classes, (M,), int64.
        scores (np.ndarray): Its scores, (M,), float64.
        gt_segments (np.ndarray, optional): What is annotated, (N, 2), in the
            order of the annotation file; None: hidden. Defaults to None.
        gt_labels (np.ndarray, optional): Its classes, (N,). Defaults to
            None.
        num_frames (int, optional): Frames of the video. Defaults to None.
        fps (float, optional): Frames per second. Defaults to None.

    Raises:
        ValueError: If shapes disagree, a time or score is not finite, or a
            segment ends before it starts.
    """

    video_id: str
    segments: np.ndarray = field(default_factory=_empty)
    labels: np.ndarray = field(default_factory=_empty)
    scores: np.ndarray = field(default_factory=_empty)
    gt_segments: Optional[np.ndarray] = None
    gt_labels: Optional[np.ndarray] = None
    num_frames: Optional[int] = None
    fps: Optional[float] = None

    def __post_init__(self) -> None:
        for name, kind in (('segments', np.float64), ('labels', np.int64),
                           ('scores', np.float64),
                           ('gt_segments', np.float64),
                           ('gt_labels', np.int64)):
            value = getattr(self, name)
            if value is None:
                continue
            array = np.asarray(value)
            if kind is np.int64 and array.size and \
                    not np.issubdtype(array.dtype, np.integer):
                raise ValueError(f'{self.video_id}: expected integers as '
                                 f'{name}, got {array.dtype}')
            array = array.astype(kind)
            if name.endswith('segments') and not array.size:
                array = array.reshape(0, 2)
            object.__setattr__(self, name, array)  # the class is frozen
        self._check('segments', self.segments, self.labels, self.scores)
        if (self.gt_segments is None) != (self.gt_labels is None):
            raise ValueError(f'{self.video_id}: expected gt_segments and '
                             'gt_labels together, or neither')
        if self.gt_segments is not None:
            self._check('gt_segments', self.gt_segments, self.gt_labels)

    def _check(self, name: str, segments: np.ndarray, labels: np.ndarray,
               scores: Optional[np.ndarray] = None) -> None:
        count = len(segments)
        shapes = [labels.shape] + ([] if scores is None else [scores.shape])
        if segments.shape != (count, 2) or set(shapes) != {(count, )}:
            raise ValueError(
                f'{self.video_id}: expected {name} of shape (N, 2) and one '
                f'label (and score) for each, got {segments.shape} and '
                f'{shapes}')
        wrong = ~np.isfinite(segments).all(1)
        wrong |= ~(segments[:, 0] < segments[:, 1]) | (labels < 0)
        if scores is not None:
            wrong |= ~np.isfinite(scores)
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise ValueError(
                f'{self.video_id}: {name}, row {row}: expected start < end, '
                f'a class of 0 or more and a finite score, got '
                f'{segments[row].tolist()}, class {labels[row]}' +
                ('' if scores is None else f', score {scores[row]}'))

    def __len__(self) -> int:
        return len(self.segments)

    @property
    def known(self) -> bool:
        """bool: Whether the annotation is known."""
        return self.gt_segments is not None

    def select(self, keep: np.ndarray) -> 'VideoDetections':
        """Some of the detections.

        Args:
            keep (np.ndarray): Which, (M,), bool, or their numbers in the
                order wanted.

        Returns:
            VideoDetections: With the same annotation.
        """
        return replace(
            self,
            segments=self.segments[keep],
            labels=self.labels[keep],
            scores=self.scores[keep])

    def above(
        self, threshold: Union[float,
                               Sequence[float]]) -> 'VideoDetections':
        """The detections that count at an operating point.

        Args:
            threshold (float | Sequence[float]): Least score, or one for
                each class.

        Returns:
            VideoDetections: Those with at least this score.
        """
        threshold = np.asarray(threshold, dtype=np.float64)
        if threshold.ndim:
            threshold = threshold[self.labels]
        return self.select(self.scores >= threshold)

    def without(self, label: int) -> 'VideoDetections':
        """Leave a class out, on both sides.

        Args:
            label (int): The class.

        Returns:
            VideoDetections: Without its detections and annotations.
        """
        rest = self.select(self.labels != label)
        if not self.known:
            return rest
        keep = self.gt_labels != label
        return replace(
            rest,
            gt_segments=self.gt_segments[keep],
            gt_labels=self.gt_labels[keep])

    def rounded(self) -> 'VideoDetections':
        """Detections on whole frames, at least one each, as handed in.

        Returns:
            VideoDetections: With the same annotation.
        """
        start = self.segments[:, 0].round()
        end = np.maximum(self.segments[:, 1].round(), start + 1)
        return replace(self, segments=np.stack([start, end], 1))

    def gestures(self) -> List[GestureSegment]:
        """The detections one by one.

        Returns:
            list[GestureSegment]: By start.
        """
        order = np.lexsort((-self.scores, self.segments[:, 0]))
        return [
            GestureSegment(float(self.segments[i, 0]),
                           float(self.segments[i, 1]), int(self.labels[i]),
                           float(self.scores[i])) for i in order
        ]
