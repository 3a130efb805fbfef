"""Reading videos with PyAV."""
from itertools import chain
from typing import Dict, Iterator, Set, Tuple

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from .media_errors import UnreadableMediaError, blaming
from .video_index import open_stream, video_index
from .video_reader import VideoReader


class PyAVReader(VideoReader):
    """Reader on PyAV: seeks to a key frame, decodes on, matches by pts.

    Args:
        path (str): The file.
        num_threads (int): Decoding threads. Defaults to 1.

    Raises:
        UnreadableMediaError: If the file is not a readable video.
    """

    def __init__(self, path: str, num_threads: int = 1) -> None:
        self.path = str(path)
        self.index = video_index(self.path)
        self.fps = self.index.fps
        self.shape = (self.index.height, self.index.width)
        self._container, self._stream = open_stream(self.path, num_threads)
        self._reformatter = VideoReformatter()
        self._wanted: Set[int] = set()

    @property
    def timestamps(self) -> np.ndarray:
        """np.ndarray: Seconds since the first frame, (N,), float64."""
        return self.index.timestamps

    def __len__(self) -> int:
        return len(self.index)

    def close(self) -> None:
        """Free the decoder and the file."""
        self._container.close()

    def _read(self, indices: np.ndarray,
              size: Tuple[int, int]) -> Dict[int, np.ndarray]:
        with blaming(self.path, 'cannot be decoded'):
            return {
                number: self._to_array(frame, size)
                for number, frame in self._decode(indices)
            }

    def _to_array(self, frame, size: Tuple[int, int]) -> np.ndarray:
        turns = self.index.quarter_turns
        size = size[::-1] if turns % 2 else size  # of the stored frame
        # one reformatter per reader: frame.to_ndarray sets up a new scaler
        # for every frame
        plane = self._reformatter.reformat(
            frame, width=size[1], height=size[0], format='rgb24').planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(size[0], -1)
        # rows are padded: (H, stride) -> (H, W * 3) -> (H, W, 3)
        image = rows[:, :size[1] * 3].reshape(*size, 3)
        return np.rot90(image, turns)  # (H, W, 3) -> (W, H, 3) if odd

    def _decode(self, indices: np.ndarray) -> Iterator[tuple]:
        """Yield (frame number, frame) for ascending frame numbers."""
        if self.index.sequential:
            yield from self._decode_in_order(indices)
            return
        key_pts, frames, last = self.index.key_pts, None, None
        self._wanted = set(self.index.pts[indices].tolist())
        for number in indices:
            target = int(self.index.pts[number])
            key = max(int(np.searchsorted(key_pts, target, 'right')) - 1, 0)
            if frames is None or (len(key_pts) and key_pts[key] > last):
                frames = self._frames_from(key)
            frame = next((f for f in frames
                          if f.pts is not None and f.pts >= target), None)
            if frame is None or frame.pts != target:
                raise UnreadableMediaError(
                    self.path, f'frame {number} of {len(self)} cannot be '
                    'decoded: the file is damaged or truncated')
            last = frame.pts
            yield int(number), frame

    def _frames_from(self, key: int) -> Iterator:
        """Frames in order of presentation from a key frame on."""
        key_pts, key_dts = self.index.key_pts, self.index.key_dts
        wanted = key_pts[key] if len(key_pts) else None
        while wanted is not None and key >= 0:
            # containers seek by pts (mp4), dts or byte: trust what comes
            # out, and landing one key frame early decodes twice as much
            for stamp in (key_pts[key], key_dts[key]):
                self._container.seek(
                    int(stamp), stream=self._stream, backward=True)
                packets = self._container.demux(self._stream)
                first = next(packets)
                if first.pts == key_pts[key]:
                    break
            if first.pts is not None and first.pts <= wanted:
                return self._frames_of(chain([first], packets))
            key -= 1
        self._reopen()
        return self._frames_of(self._container.demux(self._stream))

    def _frames_of(self, packets: Iterator) -> Iterator:
        decoder = self._stream.codec_context
        for packet in packets:
            # frames that nobody wants and nobody refers to need no decoding
            skip = self._wanted and packet.pts not in self._wanted
            decoder.skip_frame = 'NONREF' if skip else 'DEFAULT'
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                # one damaged packet; whoever wants its frame finds it absent
                continue

    def _decode_in_order(self, indices: np.ndarray) -> Iterator[tuple]:
        self._reopen()
        self._wanted = set()
        wanted, last = set(indices.tolist()), int(indices[-1])
        frames = self._frames_of(self._container.demux(self._stream))
        for number, frame in enumerate(frames):
            if number in wanted:
                yield number, frame
            if number == last:
                return
        raise UnreadableMediaError(
            self.path, f'frame {last} of {len(self)} cannot be decoded')

    def _reopen(self) -> None:
        threads = self._stream.codec_context.thread_count
        self._container.close()
        self._container, self._stream = open_stream(self.path, threads)
