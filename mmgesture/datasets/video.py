"""Frames out of video files, by number, through PyAV or decord.

Both backends hand out the same frame for the same number (tests compare them
on files with B-frames and uneven timestamps). Files are opened in the
process that reads them, with one decoding thread, and closed explicitly.
Rotation metadata of phones is applied: frames come out upright.

PyAV is the default. On real recordings both spend their time on decoding
itself, PyAV a little less of it, and a third less when frames are shrunk on
the way. Correctness decided: decord 0.6 is off by one frame after seeking in
files with open GOPs, and garbles rotated ones.
"""
from .video_decord import DecordReader
from .video_pyav import PyAVReader
from .video_reader import BlankReader, VideoReader

__all__ = ['BACKENDS', 'BlankReader', 'VideoReader', 'open_video']

BACKENDS = ('auto', 'pyav', 'decord')


def open_video(path: str,
               backend: str = 'auto',
               num_threads: int = 1) -> VideoReader:
    """Open a video file for reading frames by number.

    Args:
        path (str): The file.
        backend (str): 'pyav', 'decord', or 'auto': PyAV. Defaults to
            'auto'.
        num_threads (int): Decoding threads; more than one has hung in
            worker processes. Defaults to 1.

    Returns:
        VideoReader: Close it, or use it as a context manager.

    Raises:
        ValueError: If the backend is unknown.
        UnreadableMediaError: If the file is not a readable video.
    """
    if backend not in BACKENDS:
        raise ValueError(f'expected backend to be one of {BACKENDS}, got '
                         f'{backend!r}')
    reader = DecordReader if backend == 'decord' else PyAVReader
    return reader(path, num_threads)
