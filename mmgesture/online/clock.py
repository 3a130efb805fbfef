"""From timestamps of frames to the even steps of a model.

A model runs at a fixed number of steps per second; frames come when they
come. Step k covers the time ``origin + k / rate`` to ``origin + (k + 1) /
rate`` and is made of the first frame that arrives in it, up to ``slack``
steps early. So a frame is used at once or never, nothing waits for the next
one, and what is used depends on the timestamps alone:

- *More frames than steps*: those in between are skipped.
- *Dropped frames, or fewer frames than steps*: the steps in between show the
  frame before once more.
- *Duplicated and late frames* (their time is not after the newest one's) are
  skipped and counted.
- *A gap* longer than ``max_gap`` ends what was going on: gestures are closed
  where the last frame was, and the model begins anew behind the gap.
- *Time that goes back* by more than ``max_gap`` is an error: it is another
  clock, and times of before and after cannot be compared.
"""
import math
from dataclasses import asdict, dataclass
from typing import Any, Dict, NamedTuple, Optional, Sequence

import numpy as np

__all__ = ['Placement', 'StreamClock', 'StreamCounts', 'StreamTimeError']


class StreamTimeError(ValueError):
    """Timestamps that no stream can have; nothing has been consumed."""


class Placement(NamedTuple):
    """What is to be done with a frame.

    Attributes:
        step (int, optional): Step that it makes; None: it is skipped.
        repeats (int): Steps before it that show the frame before once more.
        restarts (bool): Whether a gap ended before it.
    """
    step: Optional[int] = None
    repeats: int = 0
    restarts: bool = False


@dataclass
class StreamCounts:
    """What became of the frames of a stream.

    Attributes:
        frames (int): All that came.
        used (int): Those that made a step.
        skipped (int): Those between two steps.
        late (int): Those with a time before the newest one's.
        duplicated (int): Those with the newest one's time.
        unseen (int): Those in which nobody was seen.
        repeated (int): Steps that were filled by the frame before.
        gaps (int): Gaps after which the model began anew.
    """

    frames: int = 0
    used: int = 0
    skipped: int = 0
    late: int = 0
    duplicated: int = 0
    unseen: int = 0
    repeated: int = 0
    gaps: int = 0


class StreamClock:
    """Places frames on the steps of a model, see :mod:`.clock`.

    Args:
        rate (float): Steps per second.
        max_gap (float): Longest gap that is filled, seconds. Defaults to 1.
        phase (float): Where in its step a frame should lie, in steps, [0,
            1). 0 for models that see every frame, 0.5 for models that were
            trained on the frame in the middle of each step. Defaults to 0.
        slack (float): How much earlier a frame may come, in steps, so that
            shaky timestamps do not matter. Defaults to 0.25.

    Raises:
        ValueError: If a number is out of range.
    """

    def __init__(self,
                 rate: float,
                 max_gap: float = 1.,
                 phase: float = 0.,
                 slack: float = 0.25) -> None:
        if not (rate > 0 and max_gap > 0) or not 0 <= phase < 1 or \
                not 0 <= slack < 1:
            raise ValueError(
                'expected a positive rate and max_gap, and phase and slack '
                f'in [0, 1), got {rate}, {max_gap}, {phase} and {slack}')
        self.rate, self.max_gap = float(rate), float(max_gap)
        self.shift = slack - phase
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.origin: Optional[float] = None  # of step 0
        self.newest: Optional[float] = None  # latest frame that came
        self.seen: Optional[float] = None  # latest frame with somebody in it
        self.step = -1  # latest step that was made
        self.broken = False  # whether a gap is known and not yet over
        self.counts = StreamCounts()

    def time(self, step: float) -> float:
        """When a step begins.

        Args:
            step (float): The step.

        Returns:
            float: Seconds on the clock of the timestamps.
        """
        return (self.origin or 0.) + step / self.rate

    def check(self, timestamps: Sequence[float]) -> np.ndarray:
        """Refuse impossible timestamps before any of them is used.

        Args:
            timestamps (Sequence[float]): Of the next frames, seconds.

        Returns:
            np.ndarray: The same, (n,), float64.

        Raises:
            StreamTimeError: If one is not finite, or goes back by more than
                ``max_gap``.
        """
        times = np.asarray(timestamps, dtype=np.float64).reshape(-1)
        newest = self.newest
        for time in times.tolist():
            if not math.isfinite(time):
                raise StreamTimeError(f'expected finite timestamps in '
                                      f'seconds, got {time}')
            if newest is not None and newest - time > self.max_gap:
                raise StreamTimeError(
                    f'timestamps go back by {newest - time:.3f} s, from '
                    f'{newest:.3f} to {time:.3f}: up to {self.max_gap:g} s a '
                    'frame counts as late. If the source began anew, call '
                    'reset() before')
            newest = time if newest is None else max(newest, time)
        return times

    def place(self, time: float, seen: bool = True) -> Placement:
        """Place the next frame.

        Args:
            time (float): Its timestamp, checked before.
            seen (bool): Whether there is somebody in it. Defaults to True.

        Returns:
            Placement: What to do with it.
        """
        counts = self.counts
        counts.frames += 1
        if self.newest is not None and time <= self.newest:
            if time < self.newest:
                counts.late += 1
            else:
                counts.duplicated += 1
            return Placement()
        self.newest = time
        self.origin = time if self.origin is None else self.origin
        gap = self.seen is not None and time - self.seen > self.max_gap
        restarts = gap and not self.broken
        if restarts:
            self.broken = True
            counts.gaps += 1
        if not seen:
            counts.unseen += 1
            return Placement(restarts=restarts)
        self.seen = time
        step = math.floor((time - self.origin) * self.rate + self.shift)
        if step <= self.step:
            counts.skipped += 1
            return Placement(restarts=restarts)
        repeats = 0
        if not self.broken and self.step >= 0:
            repeats = step - self.step - 1
        self.step, self.broken = step, False
        counts.used += 1
        counts.repeated += repeats
        return Placement(step, repeats, restarts)

    def state_dict(self) -> Dict[str, Any]:
        """Where the clock is, in plain types.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        return dict(
            origin=self.origin, newest=self.newest, seen=self.seen,
            step=self.step, broken=self.broken, counts=asdict(self.counts))

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another clock was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """
        for key in ('origin', 'newest', 'seen', 'step', 'broken'):
            setattr(self, key, state[key])
        self.counts = StreamCounts(**state['counts'])
