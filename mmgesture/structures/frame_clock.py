"""When the frames of a video are shown, also where the rate is uneven."""
import math
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np

__all__ = ['FrameClock']


@dataclass(frozen=True)
class FrameClock:
    """When the frames of a video are shown.

    Attributes:
        fps (float): Mean rate.
        timestamps (np.ndarray, optional): Seconds since the first frame,
            (N,). Defaults to None: even.

    Raises:
        ValueError: If the rate is not positive.
    """

    fps: float
    timestamps: Optional[np.ndarray] = None

    def __post_init__(self) -> None:
        if not 0 < self.fps < math.inf:
            raise ValueError('expected a positive number of frames per '
                             f'second, got {self.fps}')

    def seconds(self, frames: Sequence[float]) -> np.ndarray:
        """Positions in frames as seconds.

        Args:
            frames (Sequence[float]): Positions, any shape.

        Returns:
            np.ndarray: Seconds since the first frame.
        """
        frames = np.asarray(frames, dtype=np.float64)
        if self.timestamps is None:
            return frames / self.fps
        return np.interp(frames, *self._marks())

    def frames(self, seconds: Sequence[float]) -> np.ndarray:
        """Seconds as positions in frames, the way back.

        Args:
            seconds (Sequence[float]): Seconds since the first frame, any
                shape; what lies outside of the video is moved to its ends
                if it has timestamps.

        Returns:
            np.ndarray: Positions in frames.
        """
        seconds = np.asarray(seconds, dtype=np.float64)
        if self.timestamps is None:
            return seconds * self.fps
        return np.interp(seconds, *self._marks()[::-1])

    def _marks(self) -> Tuple[np.ndarray, np.ndarray]:
        """Numbers and times of the frames' starts, and of the end."""
        times = np.append(self.timestamps,
                          self.timestamps[-1] + 1 / self.fps)
        return np.arange(len(times)), times

    def uneven(self) -> Optional[List[int]]:
        """Milliseconds from frame to frame, where they are not even.

        Returns:
            list[int], optional: The first frame's time and N - 1 steps; None
            where the rate says as much.
        """
        if self.timestamps is None:
            return None
        even = np.arange(len(self.timestamps)) / self.fps
        if np.abs(self.timestamps - even).max() <= 0.25 / self.fps:
            return None
        marks = np.round(1000 * self.timestamps).astype(int)
        return np.diff(marks, prepend=0).tolist()
