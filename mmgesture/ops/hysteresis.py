"""Runs of scores between two thresholds, over a whole sequence."""
from typing import Tuple

import numpy as np

__all__ = ['hysteresis_runs']


def hysteresis_runs(
        scores: np.ndarray,
        low: np.ndarray,
        patience: int = 0,
        min_length: int = 1
) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stretches in which a class stays above its lower threshold.

    Every class by itself. A dip of up to ``patience`` steps does not end a
    run. A run with a peak at or above an upper threshold is what hysteresis
    keeps; the peak is returned, so that any upper threshold can be applied
    afterwards.

    Args:
        scores (np.ndarray): Of every step and class, shape (T, K).
        low (np.ndarray): Lower threshold, a number or one per class, (K,).
        patience (int): Steps of a dip that is bridged. Defaults to 0.
        min_length (int): Shorter runs are dropped, steps. Defaults to 1.

    Returns:
        tuple[np.ndarray, np.ndarray, np.ndarray]: First step and one past
        the last, int64, shape (M, 2); classes, int64, (M,); peaks, float64,
        (M,). By class, then by time.

    Raises:
        ValueError: If the scores are no table or not finite.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or not np.isfinite(scores).all():
        raise ValueError('expected finite scores of shape (steps, classes), '
                         f'got {scores.shape}')
    above = scores >= low
    runs, labels, peaks = [], [], []
    for label in np.flatnonzero(above.any(0)):
        steps = np.flatnonzero(above[:, label])
        cuts = np.flatnonzero(np.diff(steps) > patience + 1) + 1
        for part in np.split(steps, cuts):
            first, last = int(part[0]), int(part[-1]) + 1
            if last - first >= min_length:
                runs.append((first, last))
                labels.append(label)
                peaks.append(scores[first:last, label].max())
    return (np.array(runs, np.int64).reshape(-1, 2),
            np.array(labels, np.int64), np.array(peaks, np.float64))
