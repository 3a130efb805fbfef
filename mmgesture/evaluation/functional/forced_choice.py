"""Choosing between two classes that only one thing tells apart.

Some pairs of classes share every pose and differ in motion alone. Asked to
choose between the two, a model that sees no motion is at chance, however
good it is elsewhere.
"""
from typing import NamedTuple, Sequence, Tuple

import numpy as np

from .classification import _checked_labels


class ForcedChoice(NamedTuple):
    """Outcome of the choices, see :func:`forced_choice`.

    Attributes:
        rows (np.ndarray): Clips whose true class is in a pair, ascending,
            shape (m,), int64.
        choices (np.ndarray): The chosen classes, shape (m,), int64; the
            lower one where the scores are equal.
        hits (np.ndarray): 1 for right, 0 for wrong, 0.5 for equal scores,
            shape (m,), float64.
    """

    rows: np.ndarray
    choices: np.ndarray
    hits: np.ndarray


def forced_choice(labels: Sequence[int], scores: np.ndarray,
                  pairs: Sequence[Tuple[int, int]]) -> ForcedChoice:
    """Choose by score between the two classes of the true class's pair.

    Average the hits per class first (``mean_class_acc``): whoever cannot
    tell the two apart then gets 0.5, even if one class is 25 times as
    frequent as the other and always chosen.

    Args:
        labels (Sequence[int]): Ground truth of n clips, 0-based.
        scores (np.ndarray): Scores, shape (n, num_classes).
        pairs (Sequence[tuple[int, int]]): Pairs of class indices; no class
            occurs twice.

    Returns:
        ForcedChoice: The clips of the pairs, with choices and hits.

    Raises:
        ValueError: If a class is out of range or occurs twice, or the shapes
            disagree.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or len(scores) != len(labels):
        raise ValueError(f'expected scores of shape ({len(labels)}, '
                         f'num_classes), got {scores.shape}')
    labels = _checked_labels(labels, scores.shape[1])
    members = [index for pair in pairs for index in pair]
    if (any(len(pair) != 2 for pair in pairs)
            or len(set(members)) != len(members)
            or not all(0 <= index < scores.shape[1] for index in members)):
        raise ValueError('expected pairs of different classes from 0 to '
                         f'{scores.shape[1] - 1}, got {list(pairs)}')
    partner = np.full(scores.shape[1], -1)
    for first, second in pairs:
        partner[first], partner[second] = second, first
    rows = np.flatnonzero(partner[labels] >= 0)
    own = labels[rows]
    other = partner[own]
    margin = scores[rows, own] - scores[rows, other]
    choices = np.where(margin > 0, own, other)
    choices = np.where(margin == 0, np.minimum(own, other), choices)
    return ForcedChoice(rows, choices, 0.5 + 0.5 * np.sign(margin))
