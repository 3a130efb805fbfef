"""Reading videos with decord, where it is installed."""
from typing import Dict, Optional, Tuple

import cv2
import numpy as np

from .media_errors import UnreadableMediaError, blaming
from .video_index import video_index
from .video_reader import VideoReader

try:
    import decord
    DECORD_ERROR: Optional[str] = None
except Exception as error:  # absent, or its libraries do not load
    decord = None
    DECORD_ERROR = f'{type(error).__name__}: {error}'


class DecordReader(VideoReader):
    """Reader on decord.

    Random access is off by one frame on files with open GOPs (decord 0.6),
    and files with rotation metadata are refused.

    Args:
        path (str): The file.
        num_threads (int): Decoding threads. Defaults to 1.

    Raises:
        ImportError: If decord cannot be imported.
        UnreadableMediaError: If the file is not a readable video.
    """

    def __init__(self, path: str, num_threads: int = 1) -> None:
        if decord is None:
            raise ImportError(f'decord cannot be imported ({DECORD_ERROR}); '
                              "use backend='pyav' or 'auto'")
        self.path = str(path)
        # one idea of length and of what is broken for both backends
        index = video_index(self.path)
        if index.quarter_turns:
            raise UnreadableMediaError(
                self.path, 'decord 0.6 garbles videos with rotation '
                "metadata; use backend='pyav'")
        self._length, self.fps = len(index), index.fps
        self.shape = (index.height, index.width)
        # its FFmpeg writes a line for each damaged block of a picture
        decord.logging.set_level(decord.logging.FATAL)
        with blaming(self.path, 'decord cannot open it'):
            self._reader = decord.VideoReader(
                self.path, ctx=decord.cpu(0), num_threads=num_threads)

    @property
    def timestamps(self) -> np.ndarray:
        """np.ndarray: Seconds since the first frame, (N,), float64."""
        return video_index(self.path).timestamps

    def __len__(self) -> int:
        return min(self._length, len(self._reader))

    def close(self) -> None:
        """Free the decoder and the file."""
        self._reader = None

    def _read(self, indices: np.ndarray,
              size: Tuple[int, int]) -> Dict[int, np.ndarray]:
        with blaming(self.path, 'decord cannot decode it'):
            frames = self._reader.get_batch(indices.tolist()).asnumpy()
        if size != self.shape:
            frames = [
                cv2.resize(f, size[::-1], interpolation=cv2.INTER_AREA)
                for f in frames
            ]
        return {int(i): frame for i, frame in zip(indices, frames)}
