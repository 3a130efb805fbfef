"""Timelines of one detected video, and of all videos of a detection file."""
import os
import re
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Union

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.video import open_video
from mmgesture.structures import (FrameClock, GestureEvent, UntrimmedVideo,
                                  VideoDetections)
from mmgesture.submission import DetectionFile
from mmgesture.textio import expecting
from mmgesture.visualization.timeline import (Media, SummaryEntry, Timeline,
                                              make_timeline, write_summary,
                                              write_timeline)
from .gesture_detector import DetectedVideo
from .stream_detection import closed_gestures
from .timeline_media import timeline_media

__all__ = ['page_names', 'streamed_video', 'write_detection_report',
           'write_timeline_of']


def write_timeline_of(path: Union[str, Path],
                      found: DetectedVideo,
                      media: str = 'auto',
                      notes: Sequence[str] = (),
                      progress: Optional[Callable] = None) -> None:
    """Write the timeline of a video in which gestures were found.

    Args:
        path (str | Path): The ``.html`` file.
        found (DetectedVideo): The gestures.
        media (str): One of :data:`.timeline_media.MEDIA_KINDS`. Defaults to
            'auto'.
        notes (Sequence[str]): Remarks for the reader. Defaults to ().
        progress (Callable, optional): Called with (stage, done, all).
            Defaults to None.

    Raises:
        UnreadableMediaError: If the video cannot be read any more.
        ValueError: If the media cannot be had.
    """
    video = VideoDetections(
        os.path.basename(found.video),
        [(g.start, g.end) for g in found.gestures],
        [g.label for g in found.gestures],
        [g.score for g in found.gestures], num_frames=found.num_frames,
        fps=found.fps)
    line = make_timeline(
        video, found.classes, FrameClock(found.fps, found.timestamps),
        found.threshold or None, scores=found.scores,
        events=found.events or (), notes=notes)
    seen = timeline_media(found.video, path, media, _onsets(line),
                          progress=progress)
    write_timeline(path, line, seen)


def streamed_video(video: Union[str, Path],
                   events: List[GestureEvent],
                   classes: Sequence[str]) -> DetectedVideo:
    """What a stream said of a video, for :func:`write_timeline_of`.

    Args:
        video (str | Path): The file; its first frame is second 0 of the
            stream.
        events (list[GestureEvent]): All messages.
        classes (Sequence[str]): Class names.

    Returns:
        DetectedVideo: The gestures that were closed, and the messages.

    Raises:
        UnreadableMediaError: If the file cannot be read.
    """
    with open_video(str(video)) as reader:
        clock = FrameClock(reader.fps, reader.timestamps)
    return DetectedVideo(
        str(video), closed_gestures(events, clock).gestures(), list(classes),
        0., len(clock.timestamps), clock.fps, clock.timestamps, events=events)


def page_names(ids: Sequence[str]) -> List[str]:
    """File names of pages, harmless and different whatever the ids are.

    Args:
        ids (Sequence[str]): Ids of videos, maybe with folders.

    Returns:
        list[str]: Names that end with ``.html``; none is ``index.html``.
    """
    names: List[str] = []
    taken = {'index'}
    for name in ids:
        stem = re.sub('[^A-Za-z0-9._-]+', '_', name)[:80].strip('._') or \
            'video'
        unique, number = stem, 1
        while unique.lower() in taken:  # some file systems know no case
            number += 1
            unique = f'{stem}_{number}'
        taken.add(unique.lower())
        names.append(f'{unique}.html')
    return names


def write_detection_report(
        out: Union[str, Path],
        content: DetectionFile,
        videos: Sequence[UntrimmedVideo] = (),
        root: Union[str, Path] = '',
        threshold: Optional[float] = None,
        tiou: float = 0.3,
        media: str = 'auto',
        fps: Optional[float] = None,
        title: str = 'Gestures',
        events: Optional[Dict[str, List[GestureEvent]]] = None,
        progress: Optional[Callable] = None) -> List[SummaryEntry]:
    """Write a page for each video and ``index.html`` over all.

    A video file that is missing or cannot be read costs its pictures, not
    its page.

    Args:
        out (str | Path): The folder.
        content (DetectionFile): The detections.
        videos (Sequence[UntrimmedVideo]): Where the video files are.
            Defaults to ().
        root (str | Path): What their paths are relative to. Defaults to ''.
        threshold (float, optional): Least score; None: that of the file, and
            without one all count. Defaults to None.
        tiou (float): Least overlap of a match. Defaults to 0.3.
        media (str): See :func:`write_timeline_of`. Defaults to 'auto'.
        fps (float, optional): Rate of videos that have none in the file.
            Defaults to None.
        title (str): Of the summary. Defaults to 'Gestures'.
        events (dict[str, list[GestureEvent]], optional): What a stream said,
            by video. Defaults to None.
        progress (Callable, optional): Called with (video, done, all).
            Defaults to None.

    Returns:
        list[SummaryEntry]: The videos with what went wrong.

    Raises:
        ValueError: If there is no video, or the rate of one is not known.
    """
    threshold = content.threshold if threshold is None else threshold
    files = {v.video_id: os.path.join(root, v.video)
             for v in videos if v.video is not None}
    names = page_names([v.video_id for v in content.videos])
    entries = []
    for number, (video, name) in enumerate(zip(content.videos, names)):
        if progress is not None:
            progress(video.video_id, number, len(names))
        path = files.get(video.video_id)
        clock, problem = _clock(video, path, fps)
        line = make_timeline(
            video, content.classes, clock, threshold, tiou,
            events=(events or {}).get(video.video_id, ()))
        page = Path(out) / name
        seen = Media()
        if path is not None and not problem:
            try:
                seen = timeline_media(path, page, media, _onsets(line))
            except (OSError, UnreadableMediaError) as error:
                problem = str(error)
        elif path is None and media != 'none':
            problem = 'no video file is known'
        write_timeline(page, line, seen, 'index.html')
        entries.append(SummaryEntry(line, name, problem))
    write_summary(Path(out) / 'index.html', entries, title)
    return entries


def _onsets(line: Timeline) -> List[float]:
    return [times[0] for row in line.rows for times in (row.truth, row.found)
            if times is not None]


def _clock(video: VideoDetections, path: Optional[str],
           fps: Optional[float]) -> tuple:
    """Times of the frames, from the file if it can be read; its problem."""
    problem = ''
    if path is not None:
        try:
            with open_video(path) as reader:
                return FrameClock(reader.fps, reader.timestamps), ''
        except (OSError, UnreadableMediaError) as error:
            problem = str(error)
    rate = video.fps or fps
    if not rate:
        raise ValueError(
            f'{video.video_id}: its frames per second are neither in the '
            'detection file nor known from its video; give them (--fps)')
    with expecting(f'video {video.video_id!r}', 'fps as a number'):
        return FrameClock(float(rate)), problem
