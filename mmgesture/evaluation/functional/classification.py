"""Classification metrics of trimmed gestures, on numpy arrays.

Where scikit-learn has the metric, scikit-learn computes it. What is fixed
here is the set of classes that an average runs over, because micro-gesture
sets are so long-tailed that validation splits lack whole classes:

- *present* classes occur in the ground truth. ``macro_f1`` and
  ``mean_class_accuracy`` average over them, so that a class nobody performed
  neither helps nor hurts.
- ``macro_f1_union`` is scikit-learn's plain macro average: over the classes
  that occur in the ground truth or among the predictions.
"""
from dataclasses import dataclass
from typing import List, Optional, Sequence

import numpy as np
from sklearn import metrics as sk_metrics


@dataclass(frozen=True)
class ClassRow:
    """One class of the per-class table.

    Attributes:
        index (int): Class index, 0-based.
        name (str): Class name.
        support (int): Clips of this class in the ground truth.
        predicted (int): Clips predicted as this class.
        recall (float): Hits / support; nan without support.
        precision (float): Hits / predicted; nan when never predicted.
        f1 (float): Harmonic mean, 0 when there is no hit; nan when the class
            is neither present nor predicted.
    """

    index: int
    name: str
    support: int
    predicted: int
    recall: float
    precision: float
    f1: float


def uniform_score(num_classes: int) -> np.ndarray:
    """Score of a clip that could not be read: every class equally likely.

    Args:
        num_classes (int): Number of classes, at least 1.

    Returns:
        np.ndarray: Probabilities, shape (num_classes,), float64.

    Raises:
        ValueError: If ``num_classes`` is below 1.
    """
    if num_classes < 1:
        raise ValueError(f'expected at least 1 class, got {num_classes}')
    return np.full(num_classes, 1.0 / num_classes)


def top_k_predictions(scores: np.ndarray, k: int) -> np.ndarray:
    """The k best classes of every clip, best first.

    Equal scores are ordered by class index, lowest first, so that the answer
    does not depend on the sort algorithm and k=1 equals ``argmax``.

    Args:
        scores (np.ndarray): Scores, shape (num_clips, num_classes).
        k (int): How many classes, from 1 to num_classes.

    Returns:
        np.ndarray: Class indices, shape (num_clips, k), int64.

    Raises:
        ValueError: If the shape or ``k`` is out of range.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2:
        raise ValueError('expected scores of shape (num_clips, num_classes), '
                         f'got shape {scores.shape}')
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f'expected k from 1 to {scores.shape[1]} classes, '
                         f'got {k}')
    return np.argsort(-scores, axis=1, kind='stable')[:, :k]


def top_k_accuracy(scores: np.ndarray, labels: Sequence[int],
                   k: int = 1) -> float:
    """Share of the clips whose label is among the k best classes.

    Equals ``sklearn.metrics.top_k_accuracy_score`` except for equal scores,
    where scikit-learn prefers the highest class index and this function the
    lowest (as ``argmax`` does).

    Args:
        scores (np.ndarray): Scores, shape (num_clips, num_classes).
        labels (Sequence[int]): Ground truth, length num_clips, 0-based.
        k (int): How many classes count. Defaults to 1.

    Returns:
        float: Accuracy in [0, 1].

    Raises:
        ValueError: If shapes disagree, labels are out of range or there is
            no clip.
    """
    best = top_k_predictions(scores, k)
    labels = _checked_labels(labels, np.asarray(scores).shape[1])
    if len(labels) != len(best):
        raise ValueError(f'expected one label for each of {len(best)} rows of '
                         f'scores, got {len(labels)} labels')
    return float((best == labels[:, None]).any(axis=1).mean())


def accuracy(labels: Sequence[int], predictions: Sequence[int]) -> float:
    """Share of the clips that were classified correctly.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.

    Returns:
        float: Accuracy in [0, 1].
    """
    labels, predictions = _checked_pair(labels, predictions)
    return float(sk_metrics.accuracy_score(labels, predictions))


def macro_f1(labels: Sequence[int], predictions: Sequence[int]) -> float:
    """Mean F1 over the classes present in the ground truth.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.

    Returns:
        float: Macro F1 in [0, 1]; a class without a hit counts as 0.
    """
    labels, predictions = _checked_pair(labels, predictions)
    return float(
        sk_metrics.f1_score(
            labels,
            predictions,
            labels=np.unique(labels),
            average='macro',
            zero_division=0))


def macro_f1_union(labels: Sequence[int], predictions: Sequence[int]) -> float:
    """Mean F1 over the classes in the ground truth or the predictions.

    This is what ``f1_score(labels, predictions, average='macro')`` of
    scikit-learn gives: each class that was predicted but never performed
    enters with 0.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.

    Returns:
        float: Macro F1 in [0, 1].
    """
    labels, predictions = _checked_pair(labels, predictions)
    return float(
        sk_metrics.f1_score(
            labels, predictions, average='macro', zero_division=0))


def micro_f1(labels: Sequence[int], predictions: Sequence[int]) -> float:
    """F1 of the pooled counts; with one label a clip it equals the accuracy.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.

    Returns:
        float: Micro F1 in [0, 1].
    """
    labels, predictions = _checked_pair(labels, predictions)
    return float(
        sk_metrics.f1_score(
            labels, predictions, average='micro', zero_division=0))


def mean_class_accuracy(labels: Sequence[int],
                        predictions: Sequence[int]) -> float:
    """Mean recall over the classes present in the ground truth.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.

    Returns:
        float: Mean class accuracy in [0, 1].
    """
    labels, predictions = _checked_pair(labels, predictions)
    # Not balanced_accuracy_score: it warns when a predicted class is absent,
    # which is the normal case here. The number is the same.
    return float(
        sk_metrics.recall_score(
            labels, predictions, labels=np.unique(labels), average='macro'))


def confusion_matrix(labels: Sequence[int], predictions: Sequence[int],
                     num_classes: int) -> np.ndarray:
    """Counts of clips by true class (rows) and predicted class (columns).

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.
        num_classes (int): Number of classes.

    Returns:
        np.ndarray: Counts, shape (num_classes, num_classes), int64.
    """
    labels, predictions = _checked_pair(labels, predictions, num_classes)
    return sk_metrics.confusion_matrix(
        labels, predictions, labels=np.arange(num_classes))


def per_class_table(labels: Sequence[int],
                    predictions: Sequence[int],
                    num_classes: int,
                    class_names: Optional[Sequence[str]] = None
                    ) -> List[ClassRow]:
    """Support, recall, precision and F1 of every class.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.
        num_classes (int): Number of classes.
        class_names (Sequence[str], optional): Names; the indices are used
            without them. Defaults to None.

    Returns:
        list[ClassRow]: One row a class, in index order.

    Raises:
        ValueError: If the number of names is not ``num_classes``.
    """
    if class_names is None:
        class_names = [str(index) for index in range(num_classes)]
    if len(class_names) != num_classes:
        raise ValueError(f'expected {num_classes} class names, got '
                         f'{len(class_names)}')
    counts = confusion_matrix(labels, predictions, num_classes)
    rows = []
    for index, name in enumerate(class_names):
        hits = int(counts[index, index])
        support = int(counts[index].sum())
        predicted = int(counts[:, index].sum())
        rows.append(
            ClassRow(
                index=index,
                name=str(name),
                support=support,
                predicted=predicted,
                recall=_ratio(hits, support),
                precision=_ratio(hits, predicted),
                f1=_ratio(2 * hits, support + predicted)))
    return rows


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else float('nan')


def _checked_labels(labels: Sequence[int],
                    num_classes: Optional[int] = None) -> np.ndarray:
    """One-dimensional, non-empty, integral, in range; else ValueError."""
    array = np.asarray(labels)
    if array.ndim != 1 or array.size == 0:
        raise ValueError('expected a non-empty sequence of class indices, '
                         f'got shape {array.shape}')
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f'expected integer class indices, got {array.dtype}; '
                         'leave clips with hidden labels out first')
    if array.min() < 0 or (num_classes is not None
                           and array.max() >= num_classes):
        upper = '' if num_classes is None else f' to {num_classes - 1}'
        raise ValueError(f'expected class indices from 0{upper}, got '
                         f'{array.min()} to {array.max()}')
    return array.astype(np.int64)


def _checked_pair(labels: Sequence[int],
                  predictions: Sequence[int],
                  num_classes: Optional[int] = None):
    labels = _checked_labels(labels, num_classes)
    predictions = _checked_labels(predictions, num_classes)
    if len(labels) != len(predictions):
        raise ValueError(f'expected as many predictions as labels, got '
                         f'{len(predictions)} and {len(labels)}')
    return labels, predictions
