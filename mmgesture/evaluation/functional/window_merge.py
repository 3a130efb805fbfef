"""From the detections of overlapping windows to those of the video."""
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

import numpy as np

from mmgesture.ops.segments import nms, soft_nms

__all__ = ['MERGES', 'WindowMerge']

MERGES = ('nms', 'soft_nms', 'none')


@dataclass(frozen=True)
class WindowMerge:
    """Settings of the merge.

    Attributes:
        method (str): 'nms', 'soft_nms' or 'none', each class for itself; see
            :mod:`mmgesture.ops.segments`. Defaults to 'nms'.
        iou_threshold (float): For 'nms'. Defaults to 0.3.
        sigma (float): For 'soft_nms'. Defaults to 0.5.
        min_score (float): What scores less is dropped. Defaults to 0.001.
        max_num (int, optional): Detections of a video that are kept, the
            best ones; None: all. Defaults to 2000.
        min_length (float): Shorter detections are dropped, frames. Defaults
            to 0.

    Raises:
        ValueError: If the method is unknown.
    """

    method: str = 'nms'
    iou_threshold: float = 0.3
    sigma: float = 0.5
    min_score: float = 0.001
    max_num: Optional[int] = 2000
    min_length: float = 0.

    def __post_init__(self) -> None:
        if self.method not in MERGES:
            raise ValueError(f'expected a method of {MERGES}, got '
                             f'{self.method!r}')

    def __call__(
        self,
        segments: Sequence[np.ndarray],
        scores: Sequence[np.ndarray],
        labels: Sequence[np.ndarray],
        num_frames: Optional[int] = None
    ) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Merge the windows of one video.

        Args:
            segments (Sequence[np.ndarray]): Of every window, in frames of
                the video, each (M, 2).
            scores (Sequence[np.ndarray]): Each (M,).
            labels (Sequence[np.ndarray]): Each (M,).
            num_frames (int, optional): Length of the video that segments are
                clipped to. Defaults to None.

        Returns:
            tuple[np.ndarray, np.ndarray, np.ndarray]: Segments, scores and
            labels, best score first.

        Raises:
            ValueError: If a time or a score is not finite.
        """
        rows = np.concatenate(
            [np.asarray(s, np.float64).reshape(-1, 2) for s in segments] +
            [np.zeros((0, 2))])
        values = np.concatenate(
            [np.asarray(s, np.float64) for s in scores] + [np.zeros(0)])
        classes = np.concatenate([np.asarray(x, np.int64) for x in labels] +
                                 [np.zeros(0, np.int64)])
        bad = ~(np.isfinite(rows).all(1) & np.isfinite(values))
        if bad.any():
            raise ValueError(
                f'{int(bad.sum())} of {len(bad)} segments or scores are not '
                f'finite, the first: {rows[bad][0].tolist()} with score '
                f'{values[bad][0]}')
        if num_frames is not None:
            rows = rows.clip(0, num_frames)
        length = rows[:, 1] - rows[:, 0]
        keep = (length > 0) & (length >= self.min_length) & \
            (values >= self.min_score)
        rows, values, classes = rows[keep], values[keep], classes[keep]
        if self.method == 'soft_nms':
            return soft_nms(rows, values, classes, self.sigma,
                            self.min_score, self.max_num)
        if self.method == 'nms':
            rows, values, classes = nms(rows, values, classes,
                                        self.iou_threshold)
        order = np.argsort(-values, kind='stable')[:self.max_num]
        return rows[order], values[order], classes[order]
