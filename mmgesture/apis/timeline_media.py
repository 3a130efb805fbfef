"""Pictures for a timeline out of a video file: the file, a copy, or frames."""
import os
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Callable, Iterable, List, Optional, Sequence, Union
from urllib.parse import quote

import av
import cv2
import numpy as np

from mmgesture.datasets.video import VideoReader, open_video
from mmgesture.datasets.video_index import open_stream
from mmgesture.online.sources import TimedFrame, file_frames
from mmgesture.structures import FrameClock
from mmgesture.visualization.timeline import Media

__all__ = ['MEDIA_KINDS', 'timeline_media', 'write_preview']

#: - auto: the first of these that is small enough;
#: - embed: the file itself, inside the page;
#: - preview: a small copy of it inside the page;
#: - pictures: some frames inside the page;
#: - link: the file stays where it is, and is played from there;
#: - none: nothing is seen.
MEDIA_KINDS = ('auto', 'embed', 'preview', 'pictures', 'link', 'none')
#: Bytes of a video inside a page; base64 makes a third more of it.
LIMIT = 16 * 2**20
#: Longer videos are not copied: minutes of encoding for a poor picture.
PREVIEW_SECONDS = 15 * 60
#: Pictures of a video, and their short side: 5 MB or less.
MAX_PICTURES = 600
PICTURE_SIDE = 144
PREVIEW_SIDE = 360
#: What all current browsers play, by container and codec.
_PLAYABLE = {'mov': ('h264', ), 'webm': ('vp8', 'vp9', 'av1')}

Progress = Optional[Callable[[str, int, int], None]]


def timeline_media(path: Union[str, Path],
                   page: Union[str, Path],
                   kind: str = 'auto',
                   moments: Sequence[float] = (),
                   limit: int = LIMIT,
                   progress: Progress = None) -> Media:
    """Make what is seen beside a timeline.

    Args:
        path (str | Path): The video file.
        page (str | Path): The page, for a link.
        kind (str): One of :data:`MEDIA_KINDS`. Defaults to 'auto'.
        moments (Sequence[float]): Seconds that shall be among the pictures,
            such as the onsets. Defaults to ().
        limit (int): Bytes of a video inside the page. Defaults to 16 MiB.
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Returns:
        Media: The video, pictures or a link.

    Raises:
        UnreadableMediaError: If the file cannot be read.
        ValueError: If the kind is unknown, or a file is to be embedded that
            browsers do not play.
    """
    if kind not in MEDIA_KINDS:
        raise ValueError(f'expected one of {MEDIA_KINDS} for the pictures, '
                         f'got {kind!r}')
    if kind == 'none':
        return Media()
    path = Path(path)
    with open_video(str(path)) as reader:
        mime, offset = _mime(str(path)), _offset(reader)
        if kind == 'link':
            away = os.path.relpath(path.resolve(),
                                   Path(page).resolve().parent)
            note = '' if mime else 'browsers may not play this kind of file'
            return Media(href=quote(Path(away).as_posix()), offset=offset,
                         note=note)
        if kind == 'embed' and mime is None:
            raise ValueError(
                f'{path}: browsers do not play this kind of file; expected '
                'H.264 in mp4 or VP8, VP9 or AV1 in webm. Choose a preview '
                'instead')
        small = path.stat().st_size <= limit
        if kind == 'embed' or kind == 'auto' and mime and small and \
                not _misleading(reader):
            return Media(video=path.read_bytes(), mime=mime, offset=offset)
        duration = float(reader.timestamps[-1]) + 1 / reader.fps
        if kind == 'preview' or kind == 'auto' and duration <= PREVIEW_SECONDS:
            copy = _preview(path, len(reader), duration, limit, progress)
            if kind == 'preview' or len(copy) <= limit:
                return Media(video=copy, note='The video is a small copy.')
        return _pictures(reader, duration, moments, progress)


def write_preview(path: Union[str, Path],
                  frames: Iterable[TimedFrame],
                  max_rate: Optional[float] = None) -> None:
    """Encode frames at their own times as H.264 that browsers play.

    A key frame every 20 and no B-frames: a click lands at once.

    Args:
        path (str | Path): The ``.mp4`` file.
        frames (Iterable[TimedFrame]): RGB frames of one size with their
            times, ascending; only one is held at a time.
        max_rate (float, optional): Bits per second that a second or so may
            have at most. Defaults to None.
    """
    base = Fraction(1, 90000)
    options = dict(preset='veryfast', crf='25', g='20', bf='0')
    if max_rate is not None:
        options.update(maxrate=str(int(max_rate)), bufsize=str(int(max_rate)))
    stream, last = None, -1
    with av.open(str(path), 'w') as container:
        for image, seconds in frames:
            height, width = (side - side % 2 for side in image.shape[:2])
            if stream is None:
                stream = container.add_stream('libx264', options=options)
                stream.pix_fmt = 'yuv420p'
                stream.width, stream.height = width, height
                stream.codec_context.time_base = base
            picture = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(image[:height, :width]), format='rgb24')
            last = max(round(seconds / base), last + 1)
            picture.pts, picture.time_base = last, base
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def _preview(path: Path, count: int, duration: float, limit: int,
             progress: Progress) -> bytes:
    def counted():
        frames = file_frames(str(path), PREVIEW_SIDE)
        for done, frame in enumerate(frames, 1):
            yield frame
            if progress is not None and done % 32 == 0:
                progress('copying', done, count)

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / 'preview.mp4'
        write_preview(copy, counted(), 0.9 * 8 * limit / max(duration, 1))
        return copy.read_bytes()


def _pictures(reader: VideoReader, duration: float,
              moments: Sequence[float], progress: Progress) -> Media:
    """Frames at even distances and at the moments, as many as may be."""
    even = np.arange(0, duration, max(0.5, 2 * duration / MAX_PICTURES))
    wanted = np.asarray(sorted(moments), float)
    rest = MAX_PICTURES - len(even)
    if len(wanted) > rest:
        wanted = wanted[np.linspace(0, len(wanted) - 1, rest).astype(int)]
    times = np.concatenate([even, wanted])
    numbers = np.unique(np.searchsorted(
        reader.timestamps, times + 1e-6, 'right') - 1).clip(0)
    jpegs: List[bytes] = []
    for first in range(0, len(numbers), 16):
        part = reader.get_frames(numbers[first:first + 16], PICTURE_SIDE)
        for image in part:
            _, data = cv2.imencode('.jpg', image[..., ::-1],
                                   [cv2.IMWRITE_JPEG_QUALITY, 72])
            jpegs.append(data.tobytes())
        if progress is not None:
            progress('pictures', len(jpegs), len(numbers))
    return Media(
        jpegs=jpegs, times=reader.timestamps[numbers].tolist(),
        note=f'{len(jpegs)} pictures stand for the video.')


def _mime(path: str) -> Optional[str]:
    """The kind of a file that browsers play; None of others."""
    container, stream = open_stream(path)
    with container:
        codec = stream.codec_context
        if codec.pix_fmt not in ('yuv420p', 'yuvj420p'):
            return None
        for kind, codecs in _PLAYABLE.items():
            if kind in container.format.name.split(',') and \
                    codec.name.replace('lib', '').replace('dav1d', 'av1') \
                    in codecs:
                return 'video/mp4' if kind == 'mov' else 'video/webm'
    return None


def _misleading(reader: VideoReader) -> bool:
    """Whether browsers show a neighbour of the frame that was asked for.

    Containers store how long frames last in the order of decoding. Where
    that is not the order of showing and the lengths differ, Chromium goes by
    the wrong ones when it seeks.
    """
    uneven = FrameClock(reader.fps, reader.timestamps).uneven()
    if uneven is None:
        return False
    container, stream = open_stream(reader.path)
    with container:
        return bool(stream.codec_context.has_b_frames)


def _offset(reader: VideoReader) -> float:
    """When a player shows the first frame."""
    index = reader.index
    if index.sequential:
        return 0.
    return max(float(index.pts[0] * index.time_base), 0.)
