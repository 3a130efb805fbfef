"""A gesture in a stream, as it is known at one moment."""
from dataclasses import asdict, dataclass
from typing import Any, Dict, Optional

import numpy as np

__all__ = ['EVENT_STATES', 'GestureEvent']

#: What may be said of a gesture, in the order in which it can be said.
#:
#: - provisional: it seems to have begun; it may still be retracted;
#: - confirmed: it has lasted long enough; it is never retracted;
#: - closed: it has ended; said of confirmed ones alone, and the last word;
#: - retracted: it was none; said of provisional ones alone, the last word.
EVENT_STATES = ('provisional', 'confirmed', 'closed', 'retracted')


@dataclass(frozen=True)
class GestureEvent:
    """One message about one gesture of a stream.

    Messages about the same gesture share ``id``, ``label`` and ``onset``.
    Times are seconds on the clock of the stream's timestamps.

    Attributes:
        id (int): Number of the gesture within its stream, from 0 on.
        label (int): Class, 0-based.
        score (float): Mean probability of the class so far, in [0, 1].
        onset (float): When it began.
        offset (float, optional): When it ended; None while it goes on, and
            where it was retracted.
        state (str): One of :data:`EVENT_STATES`.
        emitted (float): Timestamp of the newest frame that had arrived when
            this was said.

    Raises:
        ValueError: If the state is unknown, a time is not finite, or it ends
            before it begins.
    """

    id: int
    label: int
    score: float
    onset: float
    offset: Optional[float]
    state: str
    emitted: float

    def __post_init__(self) -> None:
        if self.state not in EVENT_STATES:
            raise ValueError(f'expected a state of {EVENT_STATES}, got '
                             f'{self.state!r}')
        if (self.offset is None) == (self.state == 'closed'):
            raise ValueError('expected an offset of closed gestures and of no '
                             f'others, got {self.offset} of a {self.state} '
                             'one')
        times = [self.score, self.onset, self.emitted]
        if self.offset is not None:
            times.append(self.offset)
            if not self.onset < self.offset:
                raise ValueError('expected onset < offset (seconds), got '
                                 f'{self.onset} and {self.offset}')
        if not np.isfinite(times).all():
            raise ValueError('expected finite score and times, got '
                             f'{times}')

    @property
    def final(self) -> bool:
        """bool: Whether nothing more will be said of this gesture."""
        return self.state in ('closed', 'retracted')

    def to_dict(self) -> Dict[str, Any]:
        """The event in plain types, for JSON.

        Returns:
            dict: The attributes.
        """
        return asdict(self)
