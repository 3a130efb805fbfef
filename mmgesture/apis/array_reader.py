"""Frames that are in memory already, read like a video file."""
from typing import Dict, Tuple

import numpy as np
from av import VideoFrame

from mmgesture.datasets.video import VideoReader


class ArrayReader(VideoReader):
    """A video reader over an array.

    Frames are shrunk by the scaler that the file reader uses, so that the
    same video gives nearly the same scores either way; exactly the same
    wherever nothing is shrunk while decoding.

    Args:
        frames (np.ndarray): RGB, shape (T, H, W, 3), uint8, T at least 1.
        name (str): What errors call it. Defaults to '<array>'.
        fps (float): Frames per second. Defaults to 25.0.

    Raises:
        TypeError: If it is no uint8 array.
        ValueError: If the shape is another one or there is no frame.
    """

    def __init__(self,
                 frames: np.ndarray,
                 name: str = '<array>',
                 fps: float = 25.0) -> None:
        if not isinstance(frames, np.ndarray) or frames.dtype != np.uint8:
            got = getattr(frames, 'dtype', type(frames).__name__)
            raise TypeError(f'{name}: expected RGB frames as a uint8 array, '
                            f'got {got}; values go from 0 to 255')
        if frames.ndim != 4 or frames.shape[3] != 3:
            raise ValueError(f'{name}: expected frames of shape (T, H, W, 3),'
                             f' got {frames.shape}')
        if 0 in frames.shape:
            raise ValueError(f'{name}: expected at least one frame with at '
                             f'least one pixel, got shape {frames.shape}')
        self.path = name
        self.fps = float(fps)
        self.shape = tuple(frames.shape[1:3])
        self._frames = frames

    @property
    def timestamps(self) -> np.ndarray:
        """np.ndarray: Seconds since the first frame, (T,), float64."""
        return np.arange(len(self)) / self.fps

    def __len__(self) -> int:
        return len(self._frames)

    def close(self) -> None:
        """Nothing is open."""

    def _read(self, indices: np.ndarray,
              size: Tuple[int, int]) -> Dict[int, np.ndarray]:
        frames = {int(index): self._frames[index] for index in indices}
        if size == self.shape:
            return frames
        return {
            index: VideoFrame.from_ndarray(
                np.ascontiguousarray(frame), format='rgb24').to_ndarray(
                    format='rgb24', width=size[1], height=size[0])
            for index, frame in frames.items()
        }
