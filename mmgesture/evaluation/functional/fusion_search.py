"""Weights of a fusion found on validation, and what they are worth.

**Search.** Coordinate ascent over the simplex from equal weights. One
coordinate at a time, in the order of the streams: the weight of the stream
takes every multiple of the step from 0 to 1, the others share the rest in
their present proportions (equally where all of them are 0), and the best
value stays. Sweeps are repeated until one changes nothing.

**Ties.** A step is only made for a strictly better measure, so a stream that
does not matter keeps its weight. Among equally good values the one nearest to
the present weight is taken, then the lower. Fused scores are compared to nine
decimals, as many as a score file keeps; classes that agree so far count as
equal and the lowest index wins. There is no chance in it: the same scores in
the same order of streams give the same weights. Another order of the streams
may give others, since it is another path uphill.

**Worth.** The measure on the clips that were searched is too high by
construction, and so is that of the single stream that happens to be best on
them. Clips of a video belong together. So each video in turn is left out, the
weights (and the best stream) are chosen on the others, and the video is
predicted with them; all these predictions together give the honest figures.
If the held-out figure of the search is not above that of equal weights, the
search has fitted the validation clips.
"""
from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional, Sequence, Tuple

import numpy as np

from .classification import (_checked_labels, accuracy, macro_f1,
                             mean_class_accuracy)
from .paired import PairedDifference, count_units, paired_difference

#: Measures that a search can raise, of labels and predictions.
MEASURES: Dict[str, Callable[..., float]] = {
    'top1': accuracy,
    'macro_f1': macro_f1,
    'mean_class_acc': mean_class_accuracy,
}
DECIMALS = 9
#: Far more sweeps than any search needed: each one must raise the measure.
MAX_SWEEPS = 1000


@dataclass(frozen=True)
class WeightSearch:
    """Outcome of a search.

    Attributes:
        weights (np.ndarray): On the simplex, shape (num_streams,).
        value (float): Measure on the clips that were searched.
        start (float): Measure of equal weights on them.
        sweeps (int): Sweeps until nothing changed, the last included.
    """

    weights: np.ndarray
    value: float
    start: float
    sweeps: int


@dataclass(frozen=True)
class HeldOutFusion:
    """What the search is worth on videos that it has not seen.

    Attributes:
        searched (float): Measure of the searched weights, each video
            predicted with weights from the others.
        uniform (float): Measure of equal weights.
        best_single (float): Measure of the best single stream, chosen on
            the other videos as well.
        gain (PairedDifference): ``searched`` minus ``uniform`` with its 95 %
            interval over videos; it knows nothing of another training.
        fold_weights (np.ndarray): Weights of every fold, shape (num_groups,
            num_streams); their spread shows how little is known.
        groups (tuple[str, ...]): The videos, in the order of the folds.
    """

    searched: float
    uniform: float
    best_single: float
    gain: PairedDifference
    fold_weights: np.ndarray
    groups: Tuple[str, ...]

    def to_dict(self) -> Dict[str, Any]:
        """The figures in plain types.

        Returns:
            dict: ``searched, uniform, best_single, gain, gain_low,
            gain_high, num_groups, weight_low, weight_high`` (the last two by
            stream, over the folds).
        """
        return dict(
            searched=self.searched,
            uniform=self.uniform,
            best_single=self.best_single,
            gain=self.gain.mean,
            gain_low=self.gain.low,
            gain_high=self.gain.high,
            num_groups=len(self.groups),
            weight_low=self.fold_weights.min(axis=0).tolist(),
            weight_high=self.fold_weights.max(axis=0).tolist())


def predict(stack: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Classes of fused scores.

    Args:
        stack (np.ndarray): Scores of the streams, probabilities or logits,
            shape (S, n, C).
        weights (np.ndarray): Shape (S,), or (K, S) for K fusions.

    Returns:
        np.ndarray: Class indices, shape (n,) or (K, n), int64; the lowest of
        classes that agree to :data:`DECIMALS` decimals.
    """
    # (K, S) x (S, n, C) -> (K, n, C)
    fused = np.tensordot(weights, stack, axes=1)
    return np.argmax(np.round(fused, DECIMALS, out=fused), axis=-1)


def judge_many(labels: np.ndarray, predictions: np.ndarray,
               measure: str) -> np.ndarray:
    """A measure of many predictions of the same clips.

    The functions of :data:`MEASURES`, without their cost per call: a search
    asks thousands of times.

    Args:
        labels (np.ndarray): Ground truth, shape (n,), int64.
        predictions (np.ndarray): Predicted classes, shape (K, n), int64.
        measure (str): One of :data:`MEASURES`.

    Returns:
        np.ndarray: The measure, shape (K,), float64.
    """
    right = predictions == labels
    if measure == 'top1':
        return right.mean(axis=1)
    number, classes = len(predictions), predictions.max(initial=labels.max())
    # (K, n) -> (K, C): row k counts from k * C on
    place = np.arange(number)[:, None] * (classes + 1)

    def count(which: np.ndarray, weight: np.ndarray) -> np.ndarray:
        total = np.bincount((place + which).ravel(), weight.ravel(),
                            number * (classes + 1))
        return total.reshape(number, classes + 1)

    support = np.bincount(labels, minlength=classes + 1)
    upper, lower = count(predictions, right), support
    if measure == 'macro_f1':
        lower = support + count(predictions, np.ones(predictions.shape))
        upper = 2 * upper
    present = support > 0
    lower = np.broadcast_to(lower, upper.shape)
    return (upper[:, present] / lower[:, present]).mean(axis=1)


def search_weights(stack: np.ndarray,
                   labels: Sequence[int],
                   measure: str = 'top1',
                   step: float = 0.05) -> WeightSearch:
    """Coordinate ascent from equal weights.

    Args:
        stack (np.ndarray): Scores of the streams on validation,
            probabilities or logits, shape (S, n, C).
        labels (Sequence[int]): Ground truth, length n.
        measure (str): One of :data:`MEASURES`. Defaults to 'top1'.
        step (float): Distance of the weights that are tried; 1 must be a
            multiple of it. Defaults to 0.05.

    Returns:
        WeightSearch: The weights and what they reach here.

    Raises:
        ValueError: If shapes disagree, or measure or step are unknown.
    """
    stack, labels = _checked_stack(stack, labels)
    _checked_measure(measure)
    number = round(1 / step) if 0 < step <= 1 else 0
    if number < 1 or abs(number * step - 1) > 1e-9:
        raise ValueError('expected a step of which 1 is a multiple, such as '
                         f'0.05, got {step}')
    grid = np.arange(number + 1) / number
    weights = np.full(len(stack), 1 / len(stack))
    start = value = float(
        judge_many(labels, predict(stack, weights[None]), measure)[0])
    for sweep in range(1, MAX_SWEEPS + 1):
        before = value
        for stream in range(len(stack) if len(stack) > 1 else 0):
            # nearest first, then the lower: argmax takes the first of equals
            order = sorted(grid, key=lambda new: (
                round(abs(new - weights[stream]), DECIMALS), new))
            trials = np.stack(
                [_with_weight(weights, stream, new) for new in order])
            values = judge_many(labels, predict(stack, trials), measure)
            best = int(np.argmax(values))
            # more than rounding: macro F1 sums over the classes
            if values[best] > value + 1e-12:
                weights, value = trials[best], float(values[best])
        if value == before:
            break
    return WeightSearch(weights, value, start, sweep)


def leave_one_group_out(stack: np.ndarray,
                        labels: Sequence[int],
                        groups: Sequence[str],
                        measure: str = 'top1',
                        step: float = 0.05,
                        progress: Optional[Callable] = None) -> HeldOutFusion:
    """Judge the search on videos that it has not seen.

    Args:
        stack (np.ndarray): Scores of the streams, shape (S, n, C).
        labels (Sequence[int]): Ground truth, length n.
        groups (Sequence[str]): Video (or person) of every clip, length n.
        measure (str): One of :data:`MEASURES`. Defaults to 'top1'.
        step (float): See :func:`search_weights`. Defaults to 0.05.
        progress (Callable, optional): Wraps the list of folds, such as a
            progress bar. Defaults to None.

    Returns:
        HeldOutFusion: Figures over all clips, each predicted once.

    Raises:
        ValueError: If there are fewer than two groups, or as for
            :func:`search_weights`.
    """
    stack, labels = _checked_stack(stack, labels)
    judge = _checked_measure(measure)
    groups = np.asarray(groups, dtype=str)
    if groups.shape != labels.shape:
        raise ValueError(f'expected a group for each of {len(labels)} clips, '
                         f'got {len(groups)}')
    names = np.unique(groups)
    if len(names) < 2:
        raise ValueError('expected clips of at least 2 videos, to leave one '
                         f'out, got {len(names)}')
    searched = np.empty(len(labels), dtype=np.int64)
    single = np.empty(len(labels), dtype=np.int64)
    fold_weights = []
    alone = np.eye(len(stack))
    for name in (progress or list)(names):
        out = groups == name
        inside, known = stack[:, ~out], labels[~out]
        weights = search_weights(inside, known, measure, step).weights
        fold_weights.append(weights)
        searched[out] = predict(stack[:, out], weights)
        best = np.argmax(
            judge_many(known, predict(inside, alone), measure))
        single[out] = predict(stack[:, out], alone[best])
    uniform = predict(stack, np.full(len(stack), 1 / len(stack)))
    gain = paired_difference(
        count_units(labels, searched[None], groups),
        count_units(labels, uniform[None], groups), measure)
    return HeldOutFusion(
        searched=judge(labels, searched),
        uniform=judge(labels, uniform),
        best_single=judge(labels, single),
        gain=gain,
        fold_weights=np.array(fold_weights),
        groups=tuple(names.tolist()))


def _with_weight(weights: np.ndarray, stream: int, new: float) -> np.ndarray:
    """``weights`` with one set, the others scaled so that the sum stays 1."""
    others = weights.copy()
    others[stream] = 0
    rest = others.sum()
    if rest > 0:
        others *= (1 - new) / rest
    else:
        others[:] = (1 - new) / (len(weights) - 1)
    others[stream] = new
    return others


def _checked_measure(measure: str) -> Callable[..., float]:
    if measure not in MEASURES:
        raise ValueError(f'expected a measure of {tuple(MEASURES)}, got '
                         f'{measure!r}')
    return MEASURES[measure]


def _checked_stack(stack: np.ndarray, labels: Sequence[int]):
    """Scores (S, n, C) in float64 and n labels; else ValueError."""
    stack = np.asarray(stack, dtype=np.float64)
    if stack.ndim != 3 or not len(stack):
        raise ValueError('expected scores of shape (num_streams, num_clips, '
                         f'num_classes), got {stack.shape}')
    labels = _checked_labels(labels, stack.shape[2])
    if len(labels) != stack.shape[1]:
        raise ValueError(f'expected a label for each of {stack.shape[1]} '
                         f'clips, got {len(labels)}')
    return stack, labels
