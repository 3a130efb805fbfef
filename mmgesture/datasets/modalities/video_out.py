"""Writing a modality as a video that keeps what the pixels mean."""
from fractions import Fraction
from typing import Iterable, Iterator, Optional, Tuple

import av
import numpy as np

from mmgesture.fileio import atomic_path
from ..video_index import video_index
from ..video_reader import VideoReader

__all__ = ['BLOCK', 'PIXEL_FORMATS', 'frame_blocks', 'write_video']

BLOCK = 32
"""Frames that are held in memory at a time."""

PIXEL_FORMATS = ('yuv444p', 'yuv420p')
"""Full colour resolution, or a half, which every player shows."""

CLOCK = 90000


def frame_blocks(reader: VideoReader,
                 lookahead: int = 0,
                 short_side: Optional[int] = None,
                 block: int = BLOCK) -> Iterator[Tuple[int, np.ndarray]]:
    """The frames of a video in blocks, each with frames that follow it.

    Args:
        reader (VideoReader): The video.
        lookahead (int): Frames of the next block that are given too, as far
            as there are any. Defaults to 0.
        short_side (int, optional): Shrink to this. Defaults to None.
        block (int): Frames of a block. Defaults to :data:`BLOCK`.

    Yields:
        tuple: Frames of the block without lookahead (int), and RGB frames
        (N + lookahead or fewer, H, W, 3), uint8.
    """
    kept = reader.get_frames([], short_side)
    for first in range(0, len(reader), block):
        number = min(block, len(reader) - first)
        last = min(first + number + lookahead, len(reader))
        new = reader.get_frames(range(first + len(kept), last), short_side)
        frames = np.concatenate([kept, new])
        yield number, frames
        kept = frames[number:]


def write_video(target: str,
                pictures: Iterable[np.ndarray],
                timestamps: np.ndarray,
                fps: float,
                crf: int = 12,
                pix_fmt: str = 'yuv444p') -> int:
    """Encode pictures with H.264; the file appears when it is complete.

    Sides are cut to even numbers. A key frame every 12 pictures keeps
    random access cheap. The same pictures give the same bytes.

    Args:
        target (str): The file, ``.mp4`` or ``.mkv``.
        pictures (Iterable[np.ndarray]): RGB (H, W, 3) or grey (H, W),
            uint8.
        timestamps (np.ndarray): Seconds of each picture, shape (N,).
        fps (float): Mean frame rate.
        crf (int): Quality of x264, smaller is better. Defaults to 12.
        pix_fmt (str): One of :data:`PIXEL_FORMATS`. Defaults to 'yuv444p'.

    Returns:
        int: Pictures written.

    Raises:
        ValueError: If the number of pictures is not that of the time stamps.
    """
    ticks = [round((t - timestamps[0]) * CLOCK) for t in timestamps]
    number, stream = 0, None
    with atomic_path(target) as temporary:
        with av.open(str(temporary), 'w') as out:
            for picture in pictures:
                if stream is None:
                    height, width = picture.shape[:2]
                    stream = _add_stream(out, height // 2 * 2,
                                         width // 2 * 2, fps, crf, pix_fmt)
                if number == len(ticks):
                    raise ValueError(f'{target}: expected {len(ticks)} '
                                     'pictures, got more')
                frame = av.VideoFrame.from_ndarray(
                    np.ascontiguousarray(
                        picture[:stream.height, :stream.width]),
                    format='rgb24' if picture.ndim == 3 else 'gray')
                frame.pts = ticks[number]
                frame.time_base = Fraction(1, CLOCK)
                out.mux(stream.encode(frame))
                number += 1
            if number != len(ticks):
                raise ValueError(f'{target}: expected {len(ticks)} pictures, '
                                 f'got {number}')
            out.mux(stream.encode())
        # an encoder that failed silently must not leave a finished file
        if len(video_index(str(temporary))) != number:
            raise ValueError(f'{target}: the encoder lost frames')
    return number


def _add_stream(out, height: int, width: int, fps: float, crf: int,
                pix_fmt: str):
    if pix_fmt not in PIXEL_FORMATS:
        raise ValueError(f'expected pix_fmt to be one of {PIXEL_FORMATS}, '
                         f'got {pix_fmt!r}')
    stream = out.add_stream(
        'libx264', rate=Fraction(fps).limit_denominator(1001))
    stream.height, stream.width, stream.pix_fmt = height, width, pix_fmt
    # without cpu-independent x264 takes approximations (AVX-512) that now
    # and then encode the same pictures otherwise: 1 file in some 300
    stream.options = dict({'x264-params': 'cpu-independent=1'},
                          preset='veryfast', crf=str(crf), bf='0')
    stream.codec_context.thread_count = 1
    stream.codec_context.gop_size = 12
    stream.codec_context.time_base = Fraction(1, CLOCK)
    return stream
