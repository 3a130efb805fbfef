"""How sure a figure is, and what a model that always says one class gets."""
from dataclasses import dataclass
from typing import Callable, Optional, Sequence

import numpy as np

from .classification import _checked_pair, accuracy, macro_f1


@dataclass(frozen=True)
class Interval:
    """A figure with its bootstrap interval.

    Attributes:
        value (float): The statistic on all clips.
        low (float): Lower end of the interval.
        high (float): Upper end of the interval.
        level (float): Coverage, e.g. 0.95.
        num_resamples (int): Bootstrap resamples drawn.
    """

    value: float
    low: float
    high: float
    level: float
    num_resamples: int

    def __str__(self) -> str:
        return (f'{self.value:.4f} [{self.low:.4f}, {self.high:.4f}] '
                f'({self.level:.0%} bootstrap)')


@dataclass(frozen=True)
class MajorityBaseline:
    """What always predicting one class scores.

    Attributes:
        label (int): The class that is always predicted.
        top1 (float): Its accuracy.
        macro_f1 (float): Its macro F1 over the classes present.
    """

    label: int
    top1: float
    macro_f1: float


def bootstrap_interval(
        labels: Sequence[int],
        predictions: Sequence[int],
        statistic: Callable[[np.ndarray, np.ndarray], float] = accuracy,
        num_resamples: int = 2000,
        level: float = 0.95,
        seed: int = 0) -> Interval:
    """Percentile bootstrap of a statistic, resampling whole clips.

    Clips are drawn with replacement, label and prediction together. The
    interval covers the choice of clips, not the choice of people nor the
    randomness of training. Efron & Tibshirani, An Introduction to the
    Bootstrap (1993), chapter 13.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.
        statistic (Callable): ``f(labels, predictions) -> float``.
            Defaults to :func:`accuracy`.
        num_resamples (int): Resamples. Defaults to 2000.
        level (float): Coverage in (0, 1). Defaults to 0.95.
        seed (int): Seed of a generator of its own; the global random state
            is left alone. Defaults to 0.

    Returns:
        Interval: The statistic on all clips with both ends.

    Raises:
        ValueError: If ``level`` or ``num_resamples`` is out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f'expected a level between 0 and 1, got {level}')
    if num_resamples < 1:
        raise ValueError('expected at least 1 resample, got '
                         f'{num_resamples}')
    labels, predictions = _checked_pair(labels, predictions)
    generator = np.random.default_rng(seed)
    values = np.empty(num_resamples)
    if statistic is accuracy:
        # The mean of hits is the same number without a scikit-learn call
        # for each resample.
        hits = labels == predictions
        for index in range(num_resamples):
            chosen = generator.integers(0, len(labels), len(labels))
            values[index] = hits[chosen].mean()
    else:
        for index in range(num_resamples):
            chosen = generator.integers(0, len(labels), len(labels))
            values[index] = statistic(labels[chosen], predictions[chosen])
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(
        value=float(statistic(labels, predictions)),
        low=float(low),
        high=float(high),
        level=level,
        num_resamples=num_resamples)


def majority_baseline(labels: Sequence[int],
                      label: Optional[int] = None) -> MajorityBaseline:
    """Scores of the predictor that always says the same class.

    Args:
        labels (Sequence[int]): Ground truth of the clips that are scored.
        label (int, optional): The class it says, e.g. the most frequent one
            of the training split. By default the most frequent class of
            ``labels`` itself (the lowest index among equals), which is the
            harder baseline to beat. Defaults to None.

    Returns:
        MajorityBaseline: The class, its top-1 and its macro F1.
    """
    labels, _ = _checked_pair(labels, labels)
    if label is None:
        label = int(np.argmax(np.bincount(labels)))
    predictions = np.full_like(labels, label)
    return MajorityBaseline(
        label=int(label),
        top1=accuracy(labels, predictions),
        macro_f1=macro_f1(labels, predictions))
