"""From scores of steps to messages about gestures, as the steps come.

Every class has at most one *run*: the steps since its probability reached
its lower threshold and did not stay below it for longer than ``patience``.
When a run's peak reaches the upper threshold it is announced as a gesture,
from the run's first step on. Of two runs that cover the same time the better
one stays (:mod:`.suppression`). A gesture is confirmed when it is
``min_length`` long and closed when its run ends; a run that ends before is
retracted.

The decoder keeps one small record per running class, and of the past as many
scores of starts and ends as ``reach`` asks for.
"""
from collections import deque
from typing import Any, Deque, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

from .settings import DecoderSettings
from .suppression import Ended, Run, forget, rivals_of

__all__ = ['HysteresisDecoder', 'Update']

#: Probability from which on a start or an end is believed.
BOUND_FLOOR = 0.2


class Update(NamedTuple):
    """One message, in steps.

    Attributes:
        id (int): Number of the gesture.
        label (int): Its class.
        score (float): Mean probability of the class so far.
        onset (int): First step.
        offset (int, optional): One past the last; of closed gestures.
        state (str): See :data:`mmgesture.structures.EVENT_STATES`.
    """
    id: int
    label: int
    score: float
    onset: int
    offset: Optional[int]
    state: str


class HysteresisDecoder:
    """Finds gestures in scores, see :mod:`.decoder`.

    Args:
        settings (DecoderSettings): Thresholds and times.
        rate (float): Steps per second.
    """

    def __init__(self, settings: DecoderSettings, rate: float) -> None:
        self.settings = settings
        self._on, self._off = np.array(settings.on), settings.off
        self._patience = round(settings.patience * rate)
        self._min_length = max(round(settings.min_length * rate), 1)
        self._reach = round(settings.reach * rate)
        self.reset()

    def reset(self) -> None:
        """Forget everything, the numbers of gestures too."""
        self._next_id = 0
        self._runs: Dict[int, Run] = {}
        self._ended: List[Ended] = []
        # bounds of the latest steps: (step, start, end)
        self._bounds: Deque[Tuple[int, float, float]] = deque(
            maxlen=2 * self._reach + self._patience + 2)

    def feed(self, step: int, classes: np.ndarray,
             bounds: np.ndarray) -> List[Update]:
        """Take the scores of the next steps.

        Args:
            step (int): Number of the first of them; steps are fed without a
                gap until :meth:`finish`.
            classes (np.ndarray): Probabilities, shape (n, K).
            bounds (np.ndarray): Of starts and ends, shape (n, 2).

        Returns:
            list[Update]: What is new, in order.
        """
        updates: List[Update] = []
        above = classes >= self._off
        busy = above.any(1)
        for k in range(len(classes)):
            if self._reach:
                self._bounds.append(
                    (step + k, float(bounds[k, 0]), float(bounds[k, 1])))
            if busy[k] or self._runs:
                self._one(step + k, classes[k], above[k], updates)
        return updates

    def finish(self) -> List[Update]:
        """End all that is running: nothing follows the steps so far.

        Returns:
            list[Update]: What is new.
        """
        updates: List[Update] = []
        self._end(list(self._runs.values()), updates)
        self._ended = []
        self._bounds.clear()
        return updates

    def _one(self, step: int, scores: np.ndarray, above: np.ndarray,
             updates: List[Update]) -> None:
        for label in np.flatnonzero(above).tolist():
            if label not in self._runs:
                self._runs[label] = Run(label, step,
                                        *self._latest_start(step))
        for label, run in self._runs.items():
            run.take(step, float(scores[label]), bool(above[label]))
            if self._reach and step <= run.start + self._reach:
                run.consider_start(step, self._bounds[-1][1])
        self._end([run for run in self._runs.values()
                   if step - run.last > self._patience], updates)
        for run in self._runs.values():
            if run.id is None and run.peak >= self._on[run.label]:
                self._announce(run, updates)
        # after the others had their chance to replace them
        for run in self._runs.values():
            if run.state == 'provisional' and run.length >= self._min_length:
                run.state = 'confirmed'
                updates.append(self._update(run))

    def _announce(self, run: Run, updates: List[Update]) -> None:
        """Say that a gesture has begun, unless a better one covers it."""
        rivals = rivals_of(run, self._runs.values(), self._ended,
                           self.settings.overlap)
        if rivals is None:
            return
        for rival in rivals:
            updates.append(self._update(rival, 'retracted'))
            rival.id = rival.state = None
        run.id, self._next_id = self._next_id, self._next_id + 1
        run.onset = run.start if run.bound < BOUND_FLOOR else run.bound_step
        run.state = 'confirmed' if run.length >= self._min_length else \
            'provisional'
        updates.append(self._update(run))

    def _end(self, runs: List[Run], updates: List[Update]) -> None:
        # those that were announced first: they may clear the way
        for run in sorted(runs, key=lambda r: (r.id is None, r.label)):
            del self._runs[run.label]
            if run.id is None and run.peak >= self._on[run.label] and \
                    run.length >= self._min_length:
                self._announce(run, updates)
            if run.state == 'confirmed':
                updates.append(self._update(run, 'closed'))
                self._ended.append(Ended(run.start, run.last + 1))
            elif run.state == 'provisional':
                updates.append(self._update(run, 'retracted'))
        self._ended = forget(self._ended, self._runs.values())

    def _latest_start(self, step: int) -> Tuple[float, int]:
        """The most probable start of the latest steps, of equal ones the
        latest."""
        near = [(start, s) for s, start, _ in self._bounds
                if s >= step - self._reach]
        return max(near, default=(0., step))

    def _offset(self, run: Run) -> int:
        """Where a run ended: where an end is most probable near its last
        step, else there."""
        end = run.last + 1
        near = [(value, -s) for s, _, value in self._bounds
                if abs(s - end) <= self._reach]
        value, step = max(near, default=(0., 0))
        if value < BOUND_FLOOR:
            return max(end, run.onset + 1)
        return max(-step, run.onset + 1)

    def _update(self, run: Run, state: Optional[str] = None) -> Update:
        state = state or run.state
        return Update(run.id, run.label, run.score, run.onset,
                      self._offset(run) if state == 'closed' else None, state)

    def state_dict(self) -> Dict[str, Any]:
        """What the decoder knows, in plain types.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        return dict(
            next_id=self._next_id,
            runs=[run.to_dict() for run in self._runs.values()],
            ended=[list(e) for e in self._ended],
            bounds=[list(b) for b in self._bounds])

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another decoder with the same settings was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """
        self._next_id = state['next_id']
        self._runs = {r['label']: Run(**r) for r in state['runs']}
        self._ended = [Ended(*e) for e in state['ended']]
        self._bounds.clear()
        self._bounds.extend(tuple(b) for b in state['bounds'])
