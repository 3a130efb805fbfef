"""A gesture with its times in a video, and the way from frames to steps."""
from dataclasses import dataclass
from typing import Optional

import numpy as np

__all__ = ['GestureSegment', 'TimeGrid']


@dataclass(frozen=True)
class GestureSegment:
    """One gesture in an untrimmed video, annotated or found.

    Times are frames of the source video on a continuous axis, half-open:
    the frames ``a`` to ``b - 1`` are ``start=a, end=b``, and frame ``i``
    covers ``[i, i + 1)``.

    Attributes:
        start (float): Where it begins, frames.
        end (float): Where it ends, frames; after ``start``.
        label (int): Class, 0-based.
        score (float, optional): Confidence of a found one; None for an
            annotated one. Defaults to None.

    Raises:
        ValueError: If it ends before it starts, or a number is not finite.
    """

    start: float
    end: float
    label: int
    score: Optional[float] = None

    def __post_init__(self) -> None:
        # NaN fails the comparison too
        if not self.start < self.end or np.isinf([self.start, self.end]).any():
            raise ValueError('expected start < end (frames), got '
                             f'[{self.start}, {self.end})')
        if self.label < 0:
            raise ValueError(f'expected a class of 0 or more, got '
                             f'{self.label}')
        if self.score is not None and not np.isfinite(self.score):
            raise ValueError(f'expected a finite score, got {self.score}')

    @property
    def length(self) -> float:
        """float: Frames from start to end."""
        return self.end - self.start


@dataclass(frozen=True)
class TimeGrid:
    """Steps of a sequence (features, sampled frames) in frames of its video.

    The centre of step ``g`` lies at ``offset + stride * g`` frames. For
    features of ``window`` frames every ``stride`` frames, the first from
    frame 0 on, ``offset`` is ``window / 2``; for a value per frame it is
    0.5 and the stride 1.

    Attributes:
        stride (float): Source frames from one step to the next.
        offset (float): Source frame at the centre of step 0.
        num_steps (int): Steps of the sequence.

    Raises:
        ValueError: If the stride is not positive or there is no step.
    """

    stride: float
    offset: float
    num_steps: int

    def __post_init__(self) -> None:
        if not self.stride > 0 or self.num_steps < 1:
            raise ValueError(
                'expected a positive stride and at least 1 step, got '
                f'{self.stride} and {self.num_steps}')

    def to_steps(self, frames: np.ndarray) -> np.ndarray:
        """Frames to grid positions, 0 at the centre of the first step.

        Args:
            frames (np.ndarray): Positions in frames, any shape.

        Returns:
            np.ndarray: The same in steps, float64.
        """
        frames = np.asarray(frames, dtype=np.float64)
        return (frames - self.offset) / self.stride

    def to_frames(self, steps: np.ndarray) -> np.ndarray:
        """Grid positions to frames, the inverse of :meth:`to_steps`.

        Args:
            steps (np.ndarray): Positions in steps, any shape.

        Returns:
            np.ndarray: The same in frames, float64.
        """
        return np.asarray(steps, dtype=np.float64) * self.stride + self.offset
