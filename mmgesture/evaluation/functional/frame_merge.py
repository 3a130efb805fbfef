"""From class probabilities over time to segments: smooth, cut, join."""
from dataclasses import dataclass, replace
from typing import List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from scipy.ndimage import uniform_filter1d

from mmgesture.structures import TimeGrid, VideoDetections
from .threshold import TunedThreshold, tune_threshold

__all__ = ['FrameMerge', 'StepScores', 'choose_merge', 'merge_steps']

#: Seconds that are tried, on validation videos.
_SMOOTH = (0., 0.25, 0.5, 1.)
_SHORTEST = (0., 0.25, 0.5)


@dataclass(frozen=True)
class FrameMerge:
    """Settings of the baseline that classifies every window by itself.

    Probabilities are averaged over ``smooth`` steps; neighbouring steps with
    the same most likely class become a segment, whose score is its mean
    probability. Gaps of up to ``max_gap`` steps between segments of a class
    are closed.

    Attributes:
        smooth (int): Steps of the average. Defaults to 1.
        min_steps (int): Shorter segments are dropped. Defaults to 1.
        max_gap (int): Longest gap that is closed. Defaults to 0.

    Raises:
        ValueError: If a number is out of range.
    """

    smooth: int = 1
    min_steps: int = 1
    max_gap: int = 0

    def __post_init__(self) -> None:
        if self.smooth < 1 or self.min_steps < 1 or self.max_gap < 0:
            raise ValueError(
                'expected smooth and min_steps of at least 1 and max_gap of '
                f'at least 0, got {self.smooth}, {self.min_steps} and '
                f'{self.max_gap}')

    def __call__(
        self,
        probabilities: np.ndarray,
        grid: TimeGrid,
        background: Optional[int] = None,
        num_frames: Optional[int] = None
    ) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Merge.

        Args:
            probabilities (np.ndarray): Of every step, (T, K).
            grid (TimeGrid): Where the steps lie.
            background (int, optional): Class that is no gesture; None: there
                is none. Defaults to None.
            num_frames (int, optional): Length that segments are clipped to.
                Defaults to None.

        Returns:
            tuple[np.ndarray, np.ndarray, np.ndarray]: Segments in frames,
            (M, 2), by start; scores and labels, (M,). Classes above the
            background's number count one less.
        """
        smooth = uniform_filter1d(
            np.asarray(probabilities, np.float64), self.smooth, axis=0,
            mode='nearest')
        best = smooth.argmax(1)
        edges = np.flatnonzero(np.diff(best)) + 1
        runs = [(part[0], part[-1] + 1, best[part[0]])
                for part in np.split(np.arange(len(best)), edges)]
        runs = [run for run in runs if run[2] != background]
        runs = self._closed(runs)
        runs = [run for run in runs if run[1] - run[0] >= self.min_steps]
        scores = [smooth[a:b, label].mean() for a, b, label in runs]
        # borders of the first and last step
        steps = np.reshape([(a - 0.5, b - 0.5) for a, b, _ in runs], (-1, 2))
        frames = grid.to_frames(steps)
        if num_frames is not None:
            frames = frames.clip(0, num_frames)
        labels = np.array([label for _, _, label in runs], np.int64)
        if background is not None:
            labels -= labels > background
        keep = frames[:, 0] < frames[:, 1]
        return frames[keep], np.array(scores, float)[keep], labels[keep]

    def _closed(self, runs: list) -> list:
        """Runs with the short gaps between those of a class closed."""
        joined: list = []
        for start, end, label in runs:
            if joined and joined[-1][2] == label and \
                    start - joined[-1][1] <= self.max_gap:
                joined[-1] = (joined[-1][0], end, label)
            else:
                joined.append((start, end, label))
        return joined


class StepScores(NamedTuple):
    """Class probabilities over a video.

    Attributes:
        video (VideoDetections): The video; its detections are not looked at.
        probabilities (np.ndarray): Of every step, (T, K).
        grid (TimeGrid): Where the steps lie.
    """

    video: VideoDetections
    probabilities: np.ndarray
    grid: TimeGrid


def merge_steps(steps: Sequence[StepScores],
                merge: FrameMerge,
                background: Optional[int] = None) -> List[VideoDetections]:
    """Merge the steps of several videos.

    Args:
        steps (Sequence[StepScores]): The videos.
        merge (FrameMerge): How.
        background (int, optional): Class that is no gesture. Defaults to
            None.

    Returns:
        list[VideoDetections]: With their annotations, in the same order.
    """
    found = []
    for video, probabilities, grid in steps:
        segments, scores, labels = merge(probabilities, grid, background,
                                         video.num_frames)
        found.append(
            replace(video, segments=segments, scores=scores, labels=labels))
    return found


def choose_merge(
        steps: Sequence[StepScores],
        num_classes: int,
        background: Optional[int] = None,
        tiou: float = 0.3,
        tolerance: float = 0.01) -> Tuple[FrameMerge, TunedThreshold]:
    """Choose average, shortest segment and threshold on validation videos.

    Args:
        steps (Sequence[StepScores]): Videos with known annotations and
            rates.
        num_classes (int): K, without the background.
        background (int, optional): Class that is no gesture. Defaults to
            None.
        tiou (float): Overlap of a hit. Defaults to 0.3.
        tolerance (float): See :func:`.threshold.tune_threshold`. Defaults to
            0.01.

    Returns:
        tuple[FrameMerge, TunedThreshold]: Those with the best pooled F1.
    """
    # all videos of a set have about the same steps a second
    rate = np.median([s.video.fps / s.grid.stride for s in steps])
    best = None
    for smooth in _SMOOTH:
        for shortest in _SHORTEST:
            merge = FrameMerge(
                max(round(smooth * rate), 1), max(round(shortest * rate), 1))
            tuned = tune_threshold(
                merge_steps(steps, merge, background), num_classes, tiou,
                tolerance=tolerance)
            if best is None or tuned.f1 > best[1].f1:
                best = merge, tuned
    return best
