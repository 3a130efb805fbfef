"""Frames with their times, one after the other, out of files and cameras.

What :class:`mmgesture.datasets.video.VideoReader` is not: it never looks
ahead, needs no index, and goes on to the last frame that can be decoded.
"""
import time as clock
from typing import Any, Callable, Iterator, NamedTuple, Optional

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.video_index import open_stream
from mmgesture.datasets.video_reader import reduced_size

__all__ = [
    'SourceLostError', 'TimedFrame', 'camera_frames', 'file_frames',
    'file_rate'
]


class SourceLostError(RuntimeError):
    """A camera that no longer delivers frames."""


class TimedFrame(NamedTuple):
    """A frame and when it was taken.

    Attributes:
        image (np.ndarray): RGB, (H, W, 3), uint8.
        time (float): Seconds since the first frame.
    """
    image: np.ndarray
    time: float


def file_frames(path: str,
                short_side: Optional[int] = None,
                num_threads: int = 1) -> Iterator[TimedFrame]:
    """Decode a video file from its beginning to its end.

    Damaged frames in the middle are left out. Frames come out upright, in
    the order in which they are shown.

    Args:
        path (str): The file.
        short_side (int, optional): Shrink to this short side while decoding.
            Defaults to None.
        num_threads (int): Decoding threads. Defaults to 1.

    Yields:
        TimedFrame: One after the other.

    Raises:
        UnreadableMediaError: If the file is no readable video, or, after all
            frames that could be decoded, if it ends in the middle of one.
    """
    container, stream = open_stream(str(path), num_threads)
    reformatter = VideoReformatter()
    first, count, seconds, broken = None, 0, 0., False
    rate = float(stream.average_rate or 25)
    try:
        for frame, damaged in _decode(str(path), container, stream):
            broken = damaged
            if frame is None:
                continue
            if frame.pts is None:
                seconds = count / rate
            else:
                first = frame.pts if first is None else first
                seconds = float((frame.pts - first) * frame.time_base)
            count += 1
            yield TimedFrame(_image(frame, reformatter, short_side), seconds)
    finally:
        container.close()
    if not count:
        raise UnreadableMediaError(str(path), 'no frame can be decoded')
    if broken:
        raise UnreadableMediaError(
            str(path), f'ends in the middle of a frame, after {count} frames '
            f'({seconds:.2f} s): a download or recording that broke off')


def file_rate(path: str) -> float:
    """Frames per second of a video file, on the average.

    Args:
        path (str): The file.

    Returns:
        float: As the file says it; 25 where it does not.

    Raises:
        UnreadableMediaError: If the file is no readable video.
    """
    container, stream = open_stream(str(path), 1)
    container.close()
    return float(stream.average_rate or 25)


def _decode(path: str, container, stream) -> Iterator[tuple]:
    """(frame or None, whether the latest packet was damaged)."""
    packets = container.demux(stream)
    damaged = False
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
            if packet.size:
                damaged = bool(packet.is_corrupt)
        except av.error.InvalidDataError:
            damaged, frames = True, []
        except (av.FFmpegError, OSError) as error:
            raise UnreadableMediaError(
                path, f'cannot be read on: {error}') from error
        if not frames:
            yield None, damaged
        for frame in frames:
            yield frame, damaged


def _image(frame: av.VideoFrame, reformatter: VideoReformatter,
           short_side: Optional[int]) -> np.ndarray:
    height, width = reduced_size(frame.height, frame.width, short_side)
    image = reformatter.reformat(
        frame, width=width, height=height, format='rgb24').to_ndarray()
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(image, turns))


def camera_frames(camera: int,
                  patience: float = 2.,
                  opener: Callable[[int], Any] = cv2.VideoCapture
                  ) -> Iterator[TimedFrame]:
    """Frames of a camera, as long as it delivers any.

    Times are of the computer's steady clock when a frame arrived.

    Args:
        camera (int): Its number, 0 for the first.
        patience (float): Seconds without a frame after which it is lost.
            Defaults to 2.
        opener (Callable): Opens it, like OpenCV's VideoCapture. Defaults to
            that.

    Yields:
        TimedFrame: One after the other, without an end.

    Raises:
        SourceLostError: If it cannot be opened, or delivers nothing for
            ``patience`` seconds.
    """
    capture = opener(camera)
    try:
        if not capture.isOpened():
            raise SourceLostError(
                f'camera {camera} cannot be opened; is it plugged in, and '
                'free of other programs?')
        start = latest = None
        asked = clock.monotonic()
        count = 0
        while True:
            there, image = capture.read()
            now = clock.monotonic()
            if there and image is not None:
                start = now if start is None else start
                latest, count = now, count + 1
                yield TimedFrame(
                    cv2.cvtColor(image, cv2.COLOR_BGR2RGB), now - start)
            elif now - (asked if latest is None else latest) > patience:
                after = 'from the beginning' if start is None else \
                    f'after {count} frames ({latest - start:.1f} s)'
                raise SourceLostError(
                    f'camera {camera} has delivered no frame for '
                    f'{patience:g} s, {after}')
            else:
                clock.sleep(0.01)
    finally:
        capture.release()
