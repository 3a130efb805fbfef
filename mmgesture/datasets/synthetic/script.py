"""The script of one stream: when which gesture happens, and the motion."""
from dataclasses import dataclass

import numpy as np

from .gestures import perform
from .idle import idle_motion


@dataclass(frozen=True)
class Event:
    """One annotated gesture.

    Args:
        label (int): Class id 1..17.
        start (int): First frame, 0-based.
        end (int): Last frame, inclusive.
    """
    label: int
    start: int
    end: int


@dataclass(frozen=True)
class Timing:
    """Lengths in seconds.

    Args:
        shortest (float): Shortest gesture.
        longest (float): Longest gesture.
        gap (float): Mean pause between gestures; pauses are drawn from half
            to one and a half of it.
    """
    shortest: float = 1.1
    longest: float = 2.5
    gap: float = 2.0

    def __post_init__(self):
        if not 0.5 <= self.shortest <= self.longest or self.gap < 0.1:
            raise ValueError(
                'expected 0.5 s <= shortest <= longest gesture and a pause '
                f'of 0.1 s or more, got {self}')

    @property
    def cycle(self):
        """float: Mean seconds from one gesture's start to the next."""
        return 0.5 * (self.shortest + self.longest) + self.gap


def plan_events(rng, num_frames, fps, labels, timing):
    """Lay gestures out along a stream.

    Args:
        rng (np.random.Generator): Draws lengths and pauses.
        num_frames (int): Length of the stream.
        fps (float): Frames per second.
        labels (Sequence[int]): Classes in order.
        timing (Timing): Lengths.

    Returns:
        list[Event]: Sorted, without overlap, inside the stream. All labels
        are used: lengths and pauses are scaled to fit the stream.

    Raises:
        ValueError: If the labels do not fit into the stream.
    """
    num = len(labels)
    lengths = rng.uniform(timing.shortest, timing.longest, num)
    # One pause before each gesture and one behind the last.
    pauses = timing.gap * rng.uniform(0.5, 1.5, num + 1)
    room = num_frames / fps - lengths.sum()
    if room <= 0.15 * (num + 1):
        raise ValueError(f'{num} gestures of {lengths.mean():.1f} s do not '
                         f'fit into {num_frames / fps:.1f} s; make the stream '
                         'longer or the gestures fewer')
    pauses *= room / pauses.sum()
    starts = np.cumsum(pauses[:-1]) + np.cumsum(lengths) - lengths
    events = []
    for label, start, length in zip(labels, starts, lengths):
        first = int(round(start * fps))
        last = min(num_frames, int(round((start + length) * fps))) - 1
        events.append(Event(int(label), first, last))
    return events


def stream_motion(rng, num_frames, fps, events, amplitude, restless,
                  left_handed):
    """Idle motion with the gestures blended in.

    Args:
        rng (np.random.Generator): Source of randomness.
        num_frames (int): Length of the stream.
        fps (float): Frames per second.
        events (Sequence[Event]): The gestures.
        amplitude (float): Scale of the gestures' movement.
        restless (float): Scale of the idle motion.
        left_handed (float): Probability of a gesture with swapped sides.

    Returns:
        np.ndarray: The motion, shape (T, C).
    """
    motion = idle_motion(rng, num_frames, fps, restless)
    for event in events:
        frames = slice(event.start, event.end + 1)
        motion[frames] = perform(
            event.label, motion[frames], rng, fps,
            amplitude * rng.uniform(0.85, 1.15),
            left=rng.random() < left_handed)
    return motion
