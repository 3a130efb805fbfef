"""What two models confuse differently on the same clips (Figs. 7 and 8)."""
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence, Union

import numpy as np

from mmgesture.evaluation.functional import confusion_matrix
from mmgesture.fileio import atomic_write
from mmgesture.submission import (ScoreFile, align_clips,
                                   check_same_labels)


@dataclass(frozen=True)
class ChangedPair:
    """A confusion that two models make differently often.

    Attributes:
        true (int): True class, 0-based.
        predicted (int): Predicted class, another one.
        count_a (int): Clips of the true class that model A predicts so.
        count_b (int): The same of model B.
        clips (int): Clips of the true class.
    """

    true: int
    predicted: int
    count_a: int
    count_b: int
    clips: int

    @property
    def difference(self) -> int:
        """int: Clips by which model B makes the confusion more often."""
        return self.count_b - self.count_a


@dataclass
class PairedConfusions:
    """Confusion matrices of two models over the same clips.

    Attributes:
        counts_a (np.ndarray): Clips, shape (num_classes, num_classes), rows
            are true classes; model A.
        counts_b (np.ndarray): The same of model B.
        classes (list[str]): Class names.
        hidden (int): Clips left out because their label is hidden.
    """

    counts_a: np.ndarray
    counts_b: np.ndarray
    classes: List[str]
    hidden: int = 0


def pair_confusions(a: ScoreFile, b: ScoreFile) -> PairedConfusions:
    """Confusion matrices of two score files over the same clips.

    Clips are joined by their id; a clip counts for the class with the
    highest score (of equal ones the lowest index).

    Args:
        a (ScoreFile): Scores of model A.
        b (ScoreFile): Scores of model B.

    Returns:
        PairedConfusions: Over the clips whose label is known.

    Raises:
        ValueError: If the two differ in classes, ids or labels, or all
            labels are hidden.
    """
    a, b = align_clips([a, b])
    check_same_labels(a, b)
    labels = a.known_labels()
    if not len(labels):
        raise ValueError(
            f'{a.source}: all {len(a)} labels are hidden, so there is no '
            'confusion to count; test on a split with labels')
    counts = [
        confusion_matrix(labels, file.scores[a.known].argmax(1),
                         a.num_classes) for file in (a, b)
    ]
    return PairedConfusions(counts[0], counts[1], list(a.classes),
                            len(a) - len(labels))


def changed_pairs(counts_a: np.ndarray,
                  counts_b: np.ndarray) -> List[ChangedPair]:
    """Confusions of two models, those that changed most first.

    Args:
        counts_a (np.ndarray): Clips of model A, shape (num_classes,
            num_classes), rows are true classes.
        counts_b (np.ndarray): The same of model B.

    Returns:
        list[ChangedPair]: Every pair of different classes that at least one
        model confuses, by falling absolute difference, then by falling
        count, then by class.

    Raises:
        ValueError: If the matrices differ in shape or in the clips of a
            class.
    """
    counts_a, counts_b = np.asarray(counts_a), np.asarray(counts_b)
    if counts_a.shape != counts_b.shape or counts_a.ndim != 2:
        raise ValueError('expected two matrices of one shape, got '
                         f'{counts_a.shape} and {counts_b.shape}')
    clips = counts_a.sum(axis=1)
    unequal = np.flatnonzero(clips != counts_b.sum(axis=1))
    if len(unequal):
        raise ValueError('expected the same clips in both matrices; they '
                         f'differ for class {unequal[0]}')
    pairs = [
        ChangedPair(
            int(true), int(predicted), int(counts_a[true, predicted]),
            int(counts_b[true, predicted]), int(clips[true]))
        for true, predicted in np.argwhere(counts_a + counts_b > 0)
        if true != predicted
    ]
    return sorted(
        pairs,
        key=lambda p: (-abs(p.difference), -(p.count_a + p.count_b), p.true, p
                       .predicted))


def write_changed_pairs(path: Union[str, Path],
                        pairs: Sequence[ChangedPair],
                        classes: Sequence[str],
                        names: Sequence[str] = ('A', 'B')) -> None:
    """Write changed pairs as csv, one a row, atomically.

    Columns: true class, predicted class (index and name), clips of the true
    class, the two counts, and their difference (second minus first model).

    Args:
        path (str | Path): The file.
        pairs (Sequence[ChangedPair]): The pairs.
        classes (Sequence[str]): Class names.
        names (Sequence[str]): Names of the two models. Defaults to
            ('A', 'B').
    """
    with atomic_write(path, newline='') as file:
        writer = csv.writer(file)
        writer.writerow([
            'true', 'true_name', 'predicted', 'predicted_name', 'clips',
            f'count {names[0]}', f'count {names[1]}', 'difference'
        ])
        for pair in pairs:
            writer.writerow([
                pair.true, classes[pair.true], pair.predicted,
                classes[pair.predicted], pair.clips, pair.count_a,
                pair.count_b, pair.difference
            ])
