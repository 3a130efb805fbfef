"""Suppression of gestures that cover the same time, while they happen.

What NMS does over a finished list, done step by step and with a word that is
kept: a gesture that was confirmed is never taken back. A run stays silent as
long as it covers the time of a confirmed gesture, or of a better provisional
one; provisional ones that it is better than make way for it.
"""
from dataclasses import asdict, dataclass
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

__all__ = ['Ended', 'Run', 'forget', 'rivals_of']


class Ended(NamedTuple):
    """Where a gesture was that is over.

    Attributes:
        start (int): First step.
        stop (int): One past the last.
    """
    start: int
    stop: int


@dataclass
class Run:
    """Steps in which a class is above its lower threshold.

    Attributes:
        label (int): The class.
        start (int): First step.
        bound (float): Probability of the most probable start near it.
        bound_step (int): The step of that.
        last (int): Latest step above the threshold.
        total (float): Sum of the class's probabilities since the start.
        total_at_last (float): The same up to ``last``.
        peak (float): Largest probability.
        id (int, optional): Number of the gesture that it was announced as.
        state (str, optional): What was said of that gesture last.
        onset (int): The onset that was said.
    """

    label: int
    start: int
    bound: float
    bound_step: int
    last: int = -1
    total: float = 0.
    total_at_last: float = 0.
    peak: float = 0.
    id: Optional[int] = None
    state: Optional[str] = None
    onset: int = -1

    @property
    def length(self) -> int:
        """int: Steps from the first to the latest above the threshold."""
        return self.last + 1 - self.start

    @property
    def score(self) -> float:
        """float: Mean probability over these steps."""
        return self.total_at_last / self.length

    def take(self, step: int, score: float, above: bool) -> None:
        """Go on by one step.

        Args:
            step (int): The step.
            score (float): Probability of the class.
            above (bool): Whether that is above the lower threshold.
        """
        self.total += score
        if above:
            self.last, self.total_at_last = step, self.total
            self.peak = max(self.peak, score)

    def consider_start(self, step: int, bound: float) -> None:
        """Remember a step where a start is more probable than so far.

        Args:
            step (int): The step.
            bound (float): Probability that a gesture starts there.
        """
        if bound > self.bound:
            self.bound, self.bound_step = bound, step

    def to_dict(self) -> Dict[str, Any]:
        """The run in plain types.

        Returns:
            dict: Arguments of the class.
        """
        return asdict(self)


def _overlap(run: Run, start: int, stop: int) -> float:
    """tIoU of a run and a stretch of steps."""
    end = run.last + 1
    inner = min(end, stop) - max(run.start, start)
    return max(inner, 0) / (max(end, stop) - min(run.start, start))


def rivals_of(run: Run, runs: Iterable[Run], ended: Iterable[Ended],
              overlap: float) -> Optional[List[Run]]:
    """Which gestures must make way for a run, if it may be announced.

    Args:
        run (Run): Not announced yet.
        runs (Iterable[Run]): All that are going on.
        ended (Iterable[Ended]): Confirmed gestures that are over.
        overlap (float): tIoU from which two are in each other's way.

    Returns:
        list[Run]: Provisional gestures to retract; None: the run may not be
        announced.
    """
    if any(_overlap(run, *gone) > overlap for gone in ended):
        return None
    rivals = []
    for other in runs:
        if other is run or other.id is None or \
                _overlap(run, other.start, other.last + 1) <= overlap:
            continue
        if other.state == 'confirmed' or other.score >= run.score:
            return None
        rivals.append(other)
    return rivals


def forget(ended: Iterable[Ended], runs: Iterable[Run]) -> List[Ended]:
    """Drop gestures that nothing which is going on can overlap.

    Args:
        ended (Iterable[Ended]): Gestures that are over.
        runs (Iterable[Run]): All that are going on.

    Returns:
        list[Ended]: Those still needed.
    """
    first = min((run.start for run in runs), default=None)
    return [] if first is None else [e for e in ended if e.stop > first]
