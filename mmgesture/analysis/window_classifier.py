"""A linear classifier on windows of features: the baseline to beat.

Every step is classified by itself from the features around it, by a
logistic regression (scikit-learn); neighbours with the same class become a
segment. No sequence model, no learnt boundaries: what remains of the task
when localisation is only classification and merging.
"""
from typing import List, NamedTuple, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmgesture.datasets.features import FeatureFolder
from mmgesture.evaluation.functional import StepScores
from mmgesture.structures import TimeGrid, UntrimmedVideo, VideoDetections

__all__ = ['WindowClassifier', 'annotated', 'step_labels', 'window_rows']


def annotated(video: UntrimmedVideo) -> VideoDetections:
    """A video with its annotation and without detections.

    Args:
        video (UntrimmedVideo): The video.

    Returns:
        VideoDetections: To be filled.
    """
    known = video.segments is not None
    return VideoDetections(
        video.video_id,
        gt_segments=[(s.start, s.end) for s in video.segments]
        if known else None,
        gt_labels=np.array([s.label for s in video.segments], np.int64)
        if known else None,
        num_frames=video.num_frames,
        fps=video.fps)


def step_labels(video: UntrimmedVideo, grid: TimeGrid,
                background: int) -> np.ndarray:
    """The class at the centre of every step.

    Args:
        video (UntrimmedVideo): With known segments; of overlapping ones the
            later one counts.
        grid (TimeGrid): Its steps.
        background (int): The class of what is no gesture.

    Returns:
        np.ndarray: Shape (T,), int64.
    """
    centres = grid.to_frames(np.arange(grid.num_steps))
    labels = np.full(grid.num_steps, background, dtype=np.int64)
    for segment in video.segments:
        labels[(centres >= segment.start) &
               (centres < segment.end)] = segment.label
    return labels


def window_rows(features: np.ndarray, reach: int, points: int) -> np.ndarray:
    """Features around every step, next to each other.

    Args:
        features (np.ndarray): Shape (T, C).
        reach (int): Steps to each side; beyond the ends the end comes again.
        points (int): Places that are taken, evenly.

    Returns:
        np.ndarray: Shape (T, points * C).
    """
    steps = np.arange(len(features))[:, None]
    offsets = np.linspace(-reach, reach, points).round().astype(int)
    chosen = np.clip(steps + offsets, 0, len(features) - 1)
    # (T, points, C) -> (T, points * C)
    return features[chosen].reshape(len(features), -1)


class WindowClassifier(NamedTuple):
    """Settings of the baseline.

    Attributes:
        reach (int): Steps of the window to each side. Defaults to 16.
        points (int): Steps of the window that are looked at. Defaults to 7.
        every (int): Every so many steps train. Defaults to 4.
        strength (float): Inverse regularisation of the regression. Defaults
            to 0.02.
    """

    reach: int = 16
    points: int = 7
    every: int = 4
    strength: float = 0.02

    def run(self, folder: FeatureFolder, num_classes: int,
            train: Sequence[UntrimmedVideo],
            test: Sequence[UntrimmedVideo]) -> List[StepScores]:
        """Train on some videos and classify the steps of others.

        Args:
            folder (FeatureFolder): Their features.
            num_classes (int): K, without the background.
            train (Sequence[UntrimmedVideo]): With known segments.
            test (Sequence[UntrimmedVideo]): The others.

        Returns:
            list[StepScores]: Of the others, in their order; the background
            is the last class.
        """
        rows, labels = [], []
        for video in train:
            grid = folder.grid(video)
            rows.append(self._rows(folder, video, grid)[::self.every])
            labels.append(step_labels(video, grid, num_classes)[::self.every])
        model = make_pipeline(
            StandardScaler(),
            LogisticRegression(C=self.strength, max_iter=300))
        model.fit(np.concatenate(rows), np.concatenate(labels))
        found = []
        for video in test:
            grid = folder.grid(video)
            known = model.predict_proba(self._rows(folder, video, grid))
            scores = np.zeros((len(known), num_classes + 1))
            scores[:, model.classes_] = known
            found.append(StepScores(annotated(video), scores, grid))
        return found

    def _rows(self, folder: FeatureFolder, video: UntrimmedVideo,
              grid: TimeGrid) -> np.ndarray:
        features = folder.read(video.video_id, 0, grid.num_steps)
        return window_rows(features, self.reach, self.points)
