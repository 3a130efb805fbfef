"""Which frames a video file holds, from its packets alone.

Neither the container's frame count nor ``round(seconds * fps)`` can be
trusted: phones write uneven timestamps and cut files carry edit lists. So
the index lists the presentation time (pts) of every packet, sorted: frame
number ``i`` is the ``i``-th smallest pts, whatever the order of decoding
(B-frames) and whatever the spacing. Only the first frame is decoded, for its
rotation.
"""
import os
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import Optional

import av
import numpy as np

from .media_errors import UnreadableMediaError, blaming, check_file

CACHE_SIZE = 64

#: Larger frames are a lie of the header, for which the memory would go.
MAX_PIXELS = 1 << 26

#: Containers that are opened. Others are no files of one video but lists of
#: names (HLS, DASH, ffconcat, SDP) by which a file could make FFmpeg read
#: other files and the network.
FORMATS = (
    'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,asf,'
    'ogg,nut,mxf,gxf,dv,rm,wtv,ivf,av1,obu,h261,h263,h264,hevc,vc1,m4v,mjpeg,'
    'yuv4mpegpipe,gif,wav,mp3,aac,flac')
OPTIONS = dict(format_whitelist=FORMATS, protocol_whitelist='file')


@dataclass(frozen=True)
class VideoIndex:
    """Frame numbers and timestamps of one video stream.

    Attributes:
        pts (np.ndarray): Presentation time of every frame, ascending, in
            units of ``time_base``, shape (N,), int64.
        key_pts (np.ndarray): Those of the key frames, shape (K,), int64.
        key_dts (np.ndarray): Decoding times of the key frames, the values
            that seeking goes by, shape (K,), int64.
        time_base (Fraction): Seconds per unit.
        fps (float): Mean frame rate.
        height (int): Height of the frames, upright.
        width (int): Width of the frames, upright.
        quarter_turns (int): How often to turn a stored frame
            counterclockwise so that it is upright, 0 to 3.
        sequential (bool): The packets carry no usable pts (some AVI files):
            ``pts`` holds frame numbers, reading must start at the front.
    """

    pts: np.ndarray
    key_pts: np.ndarray
    key_dts: np.ndarray
    time_base: Fraction
    fps: float
    height: int
    width: int
    quarter_turns: int = 0
    sequential: bool = False

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def timestamps(self) -> np.ndarray:
        """np.ndarray: Seconds since the first frame, (N,), float64."""
        if self.sequential:
            return self.pts / self.fps
        return (self.pts - self.pts[0]) * float(self.time_base)


def open_stream(path: str, num_threads: int = 1) -> tuple:
    """Open a file with PyAV and find its video stream.

    Args:
        path (str): The file.
        num_threads (int): Decoding threads. Defaults to 1.

    Returns:
        tuple: Container and stream; the caller closes the container.

    Raises:
        UnreadableMediaError: If the file cannot be opened or shows no video.
    """
    check_file(path)
    with blaming(path, 'cannot be opened as a video'):
        container = av.open(path, options=dict(OPTIONS))
    if not container.streams.video:
        kinds = sorted({s.type for s in container.streams})
        container.close()
        raise UnreadableMediaError(
            path, f'expected a video stream, found {kinds or "no stream"}')
    stream = container.streams.video[0]
    if stream.codec_context is None:
        container.close()
        raise UnreadableMediaError(
            path, 'no decoder knows its codec; the header is damaged, or the '
            'codec is a rare one')
    # PyAV's own choice of threads hangs in DataLoader workers
    stream.codec_context.thread_count = num_threads
    stream.codec_context.options = dict(max_pixels=str(MAX_PIXELS))
    return container, stream


def build_index(path: str) -> VideoIndex:
    """Read the index of a file, without a cache.

    Args:
        path (str): The file.

    Returns:
        VideoIndex: At least one frame.

    Raises:
        UnreadableMediaError: If the file is missing, empty, no video, cut
            off, or holds no frame.
    """
    container, stream = open_stream(path)
    with blaming(path, 'cannot be read'), closing(container):
        _check_complete(path, stream)
        packets, first = [], None
        for packet in container.demux(stream):
            # facts only: the packets of a long video fill the memory
            if packet.size:
                packets.append((packet.pts, packet.dts, packet.is_keyframe,
                                packet.is_discard))
            if first is None:
                first = _first_frame(packet)
        # packets that an edit list hides are decoded but never shown
        shown = [p for p in packets if not p[3]]
        if not shown:
            raise UnreadableMediaError(path, 'the video stream has no frames')
        if first is None:
            raise UnreadableMediaError(path, 'no frame can be decoded')
        pts = [p[0] for p in shown]
        sequential = None in pts or len(set(pts)) < len(pts)
        if sequential:
            keys = []
            pts = range(_count_by_decoding(path))
        else:
            keys = sorted((p, p if d is None else d)
                          for p, d, is_key, _ in packets
                          if is_key and p is not None)
        pts = np.sort(np.asarray(pts, dtype=np.int64))
        key_pts, key_dts = np.asarray(
            keys, dtype=np.int64).reshape(-1, 2).T  # (K, 2) -> 2 x (K,)
        turns = round(first.rotation / 90) % 4
        size = (first.height, first.width)
        height, width = size[::-1] if turns % 2 else size
        return VideoIndex(
            pts=pts,
            key_pts=key_pts,
            key_dts=key_dts,
            time_base=stream.time_base,
            fps=_mean_rate(stream, pts, sequential),
            height=height,
            width=width,
            quarter_turns=turns,
            sequential=sequential)


def _first_frame(packet) -> Optional[av.VideoFrame]:
    try:
        return next(iter(packet.decode()), None)
    except av.error.InvalidDataError:
        return None


def _check_complete(path: str, stream) -> None:
    """Compare the end of the last packet, as declared, to the file's size.

    A download that broke off keeps its header when the header stands in
    front; demuxing alone would just see a shorter video.
    """
    entries = getattr(stream, 'index_entries', None)  # PyAV 14 and newer
    if not entries:
        return
    size = os.path.getsize(path)
    inside = sum(1 for e in entries if e.pos + e.size <= size)
    if inside < len(entries):
        raise UnreadableMediaError(
            path, f'truncated: the header declares {len(entries)} frames, '
            f'the file ends after {inside}')


def _count_by_decoding(path: str) -> int:
    container, stream = open_stream(path)
    with blaming(path, 'cannot be decoded'), closing(container):
        return sum(1 for _ in container.decode(stream))


def _mean_rate(stream, pts: np.ndarray, sequential: bool) -> float:
    if not sequential and len(pts) > 1:
        span = float((pts[-1] - pts[0]) * stream.time_base)
        if span > 0:
            return (len(pts) - 1) / span
    rate = stream.average_rate or stream.guessed_rate
    # a single frame without a declared rate: any positive number will do
    return float(rate) if rate else 25.0


_CACHE: 'OrderedDict[tuple, VideoIndex]' = OrderedDict()


def video_index(path: str) -> VideoIndex:
    """Read the index of a file, remembering the latest ones.

    Reading the packets of a video of ten minutes takes longer than decoding
    16 of its frames; a worker meets the same few long videos again and
    again. An entry is used only while size and time of the file are the
    same.

    Args:
        path (str): The file.

    Returns:
        VideoIndex: At least one frame.

    Raises:
        UnreadableMediaError: See :func:`build_index`.
    """
    check_file(path)
    status = os.stat(path)
    key = (os.path.realpath(path), status.st_size, status.st_mtime_ns)
    if key in _CACHE:
        _CACHE.move_to_end(key)
        return _CACHE[key]
    index = _CACHE[key] = build_index(path)
    while len(_CACHE) > CACHE_SIZE:
        _CACHE.popitem(last=False)
    return index
