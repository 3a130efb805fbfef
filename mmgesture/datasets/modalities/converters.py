"""From a video file to the video file of a modality.

A converter is called with the absolute path of the source and the target,
writes as many frames as the source has, and nothing if it fails. It is a
frozen dataclass of plain values: these are the recipe that generated folders
keep, and it travels to worker processes.
"""
from dataclasses import dataclass, field
from typing import Callable, Iterator, Optional, Protocol

import numpy as np

from ..video import open_video
from .flow import DISFlow, last_repeated
from .flow_encoding import ENCODINGS, encode_color_wheel, encode_uvm
from .taylor import (NORMS, grey_frames, taylor_peak, taylor_video,
                     window_length)
from .video_out import frame_blocks, write_video

__all__ = ['Converter', 'FlowConverter', 'TaylorConverter']


class Converter(Protocol):
    """What :func:`generate_modality` runs on every file.

    Attributes:
        modality (str): Its name in the header of the annotations.
        field (str): Key of the annotations that names the source, 'video'
            or 'depth'.
    """

    modality: str
    field: str

    def __call__(self, source: str, target: str) -> int:
        """Make one file; returns its number of frames."""


@dataclass(frozen=True)
class TaylorConverter:
    """Taylor video of a file, frame by frame in step with it.

    Picture ``t`` is made of the frames t to t + K + 2. The last K + 2
    frames have no full window: they repeat the last picture. A file shorter
    than a window is lengthened by its last frame first.

    Args:
        terms (int): Terms K of the series. Defaults to 3.
        norm (str): 'channel', 'frame' or 'clip' (here: the file, which is
            read twice). Defaults to 'channel'.
        epsilon (float): Below this nothing moves. Defaults to 1e-4.
        short_side (int, optional): Shrink before computing. Defaults to 256.
        crf (int): Quality of x264. Defaults to 12.
        pix_fmt (str): Pixel format. Defaults to 'yuv444p'.
    """

    terms: int = 3
    norm: str = 'channel'
    epsilon: float = 1e-4
    short_side: Optional[int] = 256
    crf: int = 12
    pix_fmt: str = 'yuv444p'
    modality: str = field(default='taylor', init=False)
    field: str = field(default='video', init=False)

    def __post_init__(self) -> None:
        window_length(self.terms)
        if self.norm not in NORMS:
            raise ValueError(f'expected norm to be one of {NORMS}, got '
                             f'{self.norm!r}')

    def __call__(self, source: str, target: str) -> int:
        """Make the Taylor video of a file.

        Args:
            source (str): The video.
            target (str): The Taylor video.

        Returns:
            int: Frames.

        Raises:
            UnreadableMediaError: If a frame cannot be decoded.
        """
        with open_video(source) as reader:
            return write_video(target, self._pictures(reader),
                               reader.timestamps, reader.fps, self.crf,
                               self.pix_fmt)

    def _pictures(self, reader) -> Iterator[np.ndarray]:
        lookahead = window_length(self.terms) - 1
        peak = None
        if self.norm == 'clip':
            peak = max(
                taylor_peak(_lengthened(grey_frames(frames), lookahead + 1),
                            self.terms)
                for _, frames in frame_blocks(reader, lookahead,
                                              self.short_side))
        last = None
        for number, frames in frame_blocks(reader, lookahead,
                                           self.short_side):
            grey = grey_frames(frames)
            if len(grey) <= lookahead and last is not None:
                # the end of a file whose last window is written already
                yield from [last] * number
                continue
            made = taylor_video(grey, self.terms, self.norm, self.epsilon,
                                True, peak)[:number]
            yield from made
            last = made[-1]


def _lengthened(grey: np.ndarray, length: int) -> np.ndarray:
    missing = max(length - len(grey), 0)
    return np.concatenate([grey, np.repeat(grey[-1:], missing, 0)])


@dataclass(frozen=True)
class FlowConverter:
    """Optical flow of a file as pictures, in step with it.

    Picture ``t`` shows the motion from frame t to t + 1; the last one
    repeats the one before it, and a single frame has none.

    Args:
        method (Callable): A method such as :class:`DISFlow`. Defaults to
            DISFlow().
        encoding (str): 'uvm' or 'color_wheel'. Defaults to 'uvm'.
        bound (float, optional): Pixels per frame (of the shrunk frame) that
            are shown as extremes; None, for the colour wheel alone: the
            largest of each frame. Defaults to 20.
        short_side (int, optional): Shrink before computing. Defaults to 256.
        crf (int): Quality of x264. Defaults to 12.
        pix_fmt (str): Pixel format. Defaults to 'yuv444p'.
    """

    method: Callable[[np.ndarray], np.ndarray] = DISFlow()
    encoding: str = 'uvm'
    bound: Optional[float] = 20.
    short_side: Optional[int] = 256
    crf: int = 12
    pix_fmt: str = 'yuv444p'
    modality: str = field(default='flow', init=False)
    field: str = field(default='video', init=False)

    def __post_init__(self) -> None:
        if self.encoding not in ENCODINGS:
            raise ValueError(f'expected encoding to be one of {ENCODINGS}, '
                             f'got {self.encoding!r}')
        if self.bound is None and self.encoding == 'uvm':
            raise ValueError("encoding 'uvm' needs a bound in pixels")
        if self.bound is not None and not self.bound > 0:
            raise ValueError(f'expected a positive bound, got {self.bound}')

    def __call__(self, source: str, target: str) -> int:
        """Make the flow video of a file.

        Args:
            source (str): The video.
            target (str): The flow video.

        Returns:
            int: Frames.

        Raises:
            UnreadableMediaError: If a frame cannot be decoded.
        """
        with open_video(source) as reader:
            return write_video(target, self._pictures(reader),
                               reader.timestamps, reader.fps, self.crf,
                               self.pix_fmt)

    def _pictures(self, reader) -> Iterator[np.ndarray]:
        encode = encode_uvm if self.encoding == 'uvm' else encode_color_wheel
        last = None
        for number, frames in frame_blocks(reader, 1, self.short_side):
            if len(frames) == 1 and last is not None:
                flow = last[None]
            else:
                flow = last_repeated(
                    self.method(frames), len(frames), frames.shape[1:3])
            for displacement in flow[:number]:
                yield encode(displacement, self.bound)
            last = flow[number - 1]
