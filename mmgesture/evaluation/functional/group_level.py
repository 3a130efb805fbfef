"""F1 at two levels: the class, and the group of classes that it belongs to.

MA-52 is scored at the level of the action and at the level of the body part:
labels and top-1 predictions are mapped to their groups, and both levels are
summed up by macro and micro F1. The ranking figure is the mean of the four::

    F1_mean = (F1_macro_body + F1_micro_body
               + F1_macro_action + F1_micro_action) / 4

(equation 18 of the MMN paper, and the MAC challenge's ranking). It is not
published which classes the server's macro average runs over, hence the
option ``over`` of :func:`two_level_f1`.
"""
from dataclasses import dataclass
from typing import Sequence

import numpy as np
from sklearn import metrics as sk_metrics

from .classification import _checked_labels, _checked_pair, micro_f1

MACRO_OVER = ('union', 'all')


@dataclass(frozen=True)
class TwoLevelF1:
    """Macro and micro F1 of actions and of body-level groups.

    All four are shares in [0, 1], or all four percentages.

    Attributes:
        body_macro_f1 (float): Mean F1 over the groups.
        body_micro_f1 (float): F1 of the pooled counts at group level, which
            is the accuracy of the groups.
        action_macro_f1 (float): Mean F1 over the classes.
        action_micro_f1 (float): F1 of the pooled counts at class level,
            which is the top-1 accuracy.
    """

    body_macro_f1: float
    body_micro_f1: float
    action_macro_f1: float
    action_micro_f1: float

    @property
    def f1_mean(self) -> float:
        """float: Mean of the four."""
        return (self.body_macro_f1 + self.body_micro_f1 +
                self.action_macro_f1 + self.action_micro_f1) / 4


def map_to_groups(labels: Sequence[int],
                  of_class: Sequence[int]) -> np.ndarray:
    """The group of every label.

    Args:
        labels (Sequence[int]): Classes, 0-based, at least one.
        of_class (Sequence[int]): Group of every class, by class.

    Returns:
        np.ndarray: Groups, same length, int64.

    Raises:
        ValueError: If a label has no group.
    """
    of_class = np.asarray(of_class, dtype=np.int64)
    return of_class[_checked_labels(labels, len(of_class))]


def macro_f1_over(labels: Sequence[int],
                  predictions: Sequence[int],
                  num_classes: int,
                  over: str = 'union') -> float:
    """Mean F1 over a chosen set of classes.

    Args:
        labels (Sequence[int]): Ground truth, 0-based.
        predictions (Sequence[int]): Predicted classes, same length.
        num_classes (int): Number of classes.
        over (str): ``'union'``: the classes that occur in the ground truth
            or the predictions, as scikit-learn does by default; ``'all'``:
            every class, an absent one with F1 0. Defaults to 'union'.

    Returns:
        float: Macro F1 in [0, 1].

    Raises:
        ValueError: If ``over`` is neither, or a class is out of range.
    """
    if over not in MACRO_OVER:
        raise ValueError("expected the macro average over 'union' or 'all' "
                         f'classes, got {over!r}')
    labels, predictions = _checked_pair(labels, predictions, num_classes)
    return float(
        sk_metrics.f1_score(
            labels,
            predictions,
            labels=np.arange(num_classes) if over == 'all' else None,
            average='macro',
            zero_division=0))


def two_level_f1(labels: Sequence[int],
                 predictions: Sequence[int],
                 of_class: Sequence[int],
                 over: str = 'union') -> TwoLevelF1:
    """F1 of the classes and of their groups, from top-1 predictions.

    Args:
        labels (Sequence[int]): Ground truth, 0-based; clips with a hidden
            label left out.
        predictions (Sequence[int]): Predicted classes, same length.
        of_class (Sequence[int]): Group of every class, by class.
        over (str): What the macro averages run over, at both levels; see
            :func:`macro_f1_over`. Defaults to 'union'.

    Returns:
        TwoLevelF1: Shares in [0, 1].

    Raises:
        ValueError: If ``over`` is unknown, or a class has no group.
    """
    body = (map_to_groups(labels, of_class),
            map_to_groups(predictions, of_class))
    return TwoLevelF1(
        body_macro_f1=macro_f1_over(*body, max(of_class) + 1, over),
        body_micro_f1=micro_f1(*body),
        action_macro_f1=macro_f1_over(labels, predictions, len(of_class),
                                      over),
        action_micro_f1=micro_f1(labels, predictions))
