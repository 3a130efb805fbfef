"""Comparing trained runs: several seeds each, all on the same clips."""
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np

from mmgesture.evaluation.functional.classification import top_k_predictions
from mmgesture.evaluation.functional.forced_choice import forced_choice
from mmgesture.evaluation.functional.paired import (PairedDifference,
                                                    UnitCounts, count_units,
                                                    crossed_interval,
                                                    jackknife_values,
                                                    paired_difference)
from mmgesture.submission import (ScoreFile, align_clips,
                                   check_same_labels)
from .trained_runs import TrainedRun


class Comparison:
    """Runs on the same clips, with everything that a table of them shows.

    Args:
        runs (Sequence[TrainedRun]): The runs, with scores.
        pairs (Sequence[tuple[str, str]]): Names of the classes that motion
            alone tells apart; pairs of which a class has no clip are left
            out. Defaults to ().
        subjects (dict[str, str], optional): Person by sample id; then people
            are the units of the intervals, else clips. Defaults to None.
        level (float): Coverage of the intervals. Defaults to 0.95.

    Attributes:
        pairs (list[tuple[str, str]]): The pairs that are measured.
        left_out (list[tuple[str, str]]): The others.
        measures (list[str]): ``'top1', 'top5', 'macro_f1'`` and, with
            pairs, ``'motion_pairs'``.

    Raises:
        ValueError: If clips, labels or classes of two runs differ, all
            labels are hidden, or a class or person is unknown.
    """

    def __init__(self,
                 runs: Sequence[TrainedRun],
                 pairs: Sequence[Tuple[str, str]] = (),
                 subjects: Optional[Dict[str, str]] = None,
                 level: float = 0.95) -> None:
        self.runs = {run.name: run for run in runs}
        self.level = level
        self.unit = 'clips' if subjects is None else 'people'
        first = next(iter(runs[0].scores.values()))
        self.classes = first.classes
        known = [
            name for name, label in zip(first.sample_ids, first.labels)
            if label is not None
        ]
        if not known:
            raise ValueError(f'{first.source}: all labels are hidden')
        self.labels = first.known_labels()
        self.groups = None
        if subjects is not None:
            missing = [name for name in known if subjects.get(name) is None]
            if missing:
                raise ValueError(
                    f'the annotations name no subject of {len(missing)} of '
                    f'{len(known)} clips, e.g. {missing[0]!r}')
            self.groups = np.array([subjects[name] for name in known])
        self._scores = {
            run.name: np.stack([
                _aligned(file, first, known)
                for _, file in sorted(run.scores.items())
            ])
            for run in runs
        }  # (S, n, num_classes) each
        self.pairs, self.left_out, indices = [], [], []
        for pair in pairs:
            for name in pair:
                if name not in self.classes:
                    raise ValueError(f'{first.source} has no class {name!r}; '
                                     f'expected one of {self.classes}')
            index = tuple(self.classes.index(name) for name in pair)
            if np.isin(index, self.labels).all():
                self.pairs.append(tuple(pair))
                indices.append(index)
            else:
                self.left_out.append(tuple(pair))
        self._indices = indices
        self.measures = ['top1', 'top5', 'macro_f1']
        if indices:
            self.measures.append('motion_pairs')
        self._counts = {}

    def seeds(self, name: str) -> List[int]:
        """The seeds of a run.

        Args:
            name (str): Name of the run.

        Returns:
            list[int]: Ascending.
        """
        return sorted(self.runs[name].scores)

    def _count(self, name: str, measure: str,
               seeds: Optional[Sequence[int]] = None) -> UnitCounts:
        """Counts for a measure, of all or some seeds of a run."""
        kind = 'top1' if measure == 'macro_f1' else measure
        if (name, kind) not in self._counts:
            self._counts[name, kind] = self._counted(self._scores[name], kind)
        counts = self._counts[name, kind]
        if seeds is None:
            return counts
        rows = [self.seeds(name).index(seed) for seed in seeds]
        return UnitCounts(counts.hits[rows], counts.predicted[rows],
                          counts.support)

    def _counted(self, scores: np.ndarray, kind: str) -> UnitCounts:
        """Counts of scores (S, n, num_classes)."""
        rows, best, hits = slice(None), scores.argmax(-1), None
        if kind == 'top5':
            k = min(5, scores.shape[-1])
            hits = np.stack([
                (top_k_predictions(one, k) == self.labels[:, None]).any(1)
                for one in scores
            ])
        elif kind == 'motion_pairs':
            outcomes = [
                forced_choice(self.labels, one, self._indices)
                for one in scores
            ]
            rows = outcomes[0].rows
            best = np.stack([outcome.choices for outcome in outcomes])
            hits = np.stack([outcome.hits for outcome in outcomes])
        groups = None if self.groups is None else self.groups[rows]
        return count_units(self.labels[rows], best, groups, hits)

    def figure_of(self, name: str, measure: str) -> PairedDifference:
        """A measure of one run, by seed, with its own interval.

        Args:
            name (str): Name of the run.
            measure (str): One of :attr:`measures`.

        Returns:
            PairedDifference: Here of the measure itself, not a difference.
        """
        values = jackknife_values(
            self._count(name, measure), _statistic_of(measure))
        return crossed_interval(values, self.level)

    def by_pair(self, name: str) -> Dict[Tuple[str, str], List[float]]:
        """Accuracy on every motion-only pair, averaged over its two classes.

        Args:
            name (str): Name of the run.

        Returns:
            dict: Pair of class names -> accuracy by seed, chance 0.5.
        """
        if not self.pairs:
            return {}
        counts = self._count(name, 'motion_pairs')
        # columns are the classes present, and all those of pairs are
        present = sorted(index for pair in self._indices for index in pair)
        recall = counts.hits.sum(1) / counts.support.sum(0)  # (S, C)
        return {
            pair: recall[:, np.isin(present, index)].mean(1).tolist()
            for pair, index in zip(self.pairs, self._indices)
        }

    def difference(self, a: str, b: str,
                   measure: str) -> Tuple[List[int], PairedDifference]:
        """Compare two runs on the seeds that both have.

        Args:
            a (str): Name of a run.
            b (str): Name of the run it is compared with.
            measure (str): One of :attr:`measures`.

        Returns:
            tuple[list[int], PairedDifference]: The seeds, and a minus b.

        Raises:
            ValueError: If a run is unknown or there is no common seed.
        """
        for name in (a, b):
            if name not in self.runs:
                raise ValueError(f'there is no run {name!r}; expected one of '
                                 f'{list(self.runs)}')
        seeds = sorted(set(self.seeds(a)) & set(self.seeds(b)))
        if not seeds:
            raise ValueError(
                f'{a!r} has the seeds {self.seeds(a)} and {b!r} '
                f'{self.seeds(b)}: no seed in common to compare by')
        return seeds, paired_difference(
            self._count(a, measure, seeds), self._count(b, measure, seeds),
            _statistic_of(measure), self.level)

    def wins(self, a: str, b: str, seed: int) -> Tuple[int, int]:
        """Clips that one run has right and the other wrong.

        Args:
            a (str): Name of a run.
            b (str): Name of another.
            seed (int): Seed of both.

        Returns:
            tuple[int, int]: Clips that only a, and that only b has right.
        """
        right = []
        for name in (a, b):
            scores = self._scores[name][self.seeds(name).index(seed)]
            right.append(scores.argmax(-1) == self.labels)
        return (int((right[0] & ~right[1]).sum()),
                int((right[1] & ~right[0]).sum()))


def _statistic_of(measure: str) -> str:
    """What is done with the hits that a measure counts."""
    # by class, so that chance is one half however rare one of the two is
    return dict(
        top5='top1', motion_pairs='mean_class_acc').get(measure, measure)


def _aligned(file: ScoreFile, first: ScoreFile,
             known: List[str]) -> np.ndarray:
    """Scores in the order of ``known``; ValueError unless the clips agree."""
    chosen = align_clips([first, file])[1].select(known)
    check_same_labels(first.select(known), chosen)
    return chosen.scores
