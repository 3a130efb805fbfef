"""What every way of reading videos has in common."""
from abc import ABC, abstractmethod
from typing import Dict, Optional, Sequence, Tuple

import numpy as np


def reduced_size(height: int, width: int,
                 short_side: Optional[int]) -> Tuple[int, int]:
    """Size of a frame whose short side is at most ``short_side``.

    Args:
        height (int): Height in pixels.
        width (int): Width in pixels.
        short_side (int, optional): Limit; None: no limit.

    Returns:
        Tuple[int, int]: Height and width with the same proportions; never
        larger than the input.
    """
    if short_side is None or min(height, width) <= short_side:
        return height, width
    scale = short_side / min(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


class VideoReader(ABC):
    """What every backend offers.

    Attributes:
        path (str): The file.
        fps (float): Mean frame rate.
        shape (Tuple[int, int]): Height and width of the frames.
        timestamps (np.ndarray): Seconds since the first frame, ascending,
            shape (N,), float64.
    """

    path: str
    fps: float
    shape: Tuple[int, int]

    @property
    @abstractmethod
    def timestamps(self) -> np.ndarray:
        """np.ndarray: Seconds since the first frame, (N,), float64."""

    @abstractmethod
    def __len__(self) -> int:
        """int: Number of frames."""

    @abstractmethod
    def _read(self, indices: np.ndarray,
              size: Tuple[int, int]) -> Dict[int, np.ndarray]:
        """Decode these distinct frames at (height, width)."""

    @abstractmethod
    def close(self) -> None:
        """Free the decoder and the file."""

    def get_frames(self,
                   indices: Sequence[int],
                   short_side: Optional[int] = None) -> np.ndarray:
        """Decode frames by number.

        Args:
            indices (Sequence[int]): 0-based frame numbers in any order,
                repeats allowed.
            short_side (int, optional): Shrink to this short side while
                decoding. Defaults to None.

        Returns:
            np.ndarray: RGB, shape (N, H, W, 3), uint8.

        Raises:
            IndexError: If a number is not in 0..len-1.
            UnreadableMediaError: If a frame cannot be decoded.
        """
        indices = np.asarray(indices, dtype=np.int64).reshape(-1)
        size = reduced_size(*self.shape, short_side)
        if not indices.size:
            return np.empty((0, *size, 3), dtype=np.uint8)
        if indices.min() < 0 or indices.max() >= len(self):
            raise IndexError(
                f'{self.path}: expected frame numbers in 0..{len(self) - 1}, '
                f'got {indices.min()}..{indices.max()}')
        frames = self._read(np.unique(indices), size)
        return np.stack([frames[int(i)] for i in indices])  # (N, H, W, 3)

    def seconds_to_frame(self, seconds: float) -> int:
        """The first frame that is shown at or after a time.

        A segment from ``a`` to ``b`` seconds is the half-open range
        ``seconds_to_frame(a)`` to ``seconds_to_frame(b)``.

        Args:
            seconds (float): Time since the first frame.

        Returns:
            int: Frame number in 0..len; len: after the last frame.
        """
        # a microsecond forgives decimal times such as 0.033333
        return int(np.searchsorted(self.timestamps, seconds - 1e-6, 'left'))

    def __enter__(self) -> 'VideoReader':
        return self

    def __exit__(self, *exc_info) -> None:
        self.close()


class BlankReader(VideoReader):
    """Black frames in place of a file that cannot be read.

    Args:
        path (str): The unreadable file.
        num_frames (int): How many frames to pretend.
        shape (Tuple[int, int]): Height and width.
    """

    def __init__(self, path: str, num_frames: int,
                 shape: Tuple[int, int]) -> None:
        self.path = str(path)
        self.fps = 25.0
        self.shape = tuple(shape)
        self._length = num_frames

    @property
    def timestamps(self) -> np.ndarray:
        """np.ndarray: Seconds since the first frame, (N,), float64."""
        return np.arange(self._length) / self.fps

    def __len__(self) -> int:
        return self._length

    def close(self) -> None:
        """Nothing is open."""

    def _read(self, indices: np.ndarray,
              size: Tuple[int, int]) -> Dict[int, np.ndarray]:
        blank = np.zeros((*size, 3), dtype=np.uint8)
        return {int(i): blank for i in indices}
