"""How soon, how surely and how rightly a stream was told of gestures."""
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence

import numpy as np

from mmgesture.structures import GestureEvent, VideoDetections
from .segment_f1 import segment_f1
from .segment_matching import match

__all__ = ['StreamScore', 'StreamedVideo', 'as_detections', 'stream_scores']


@dataclass(frozen=True)
class StreamedVideo:
    """All that was said of a video, and what was in it.

    Attributes:
        video_id (str): Unique name.
        events (list[GestureEvent]): All messages, times in seconds since the
            first frame.
        seconds (float): Length of the video.
        gt_times (np.ndarray): Annotated starts and ends, seconds, (N, 2).
        gt_labels (np.ndarray): Their classes, (N,).
    """

    video_id: str
    events: List[GestureEvent]
    seconds: float
    gt_times: np.ndarray
    gt_labels: np.ndarray


@dataclass(frozen=True)
class StreamScore:
    """Figures of a stream detector; times in seconds.

    Delays are of the gestures that were found, and count the time of the
    stream, not that of the computer. One whose annotation begins after the
    word is told of early: its delay is negative.

    Attributes:
        f1 (float): Of the closed gestures, pooled.
        precision (float): Likewise.
        recall (float): Likewise.
        macro_f1 (float): Mean over the annotated classes.
        f1_at (dict[str, float]): F1 at other overlaps.
        found (int): Right ones.
        first_word (tuple[float, float]): Delay of the first message after
            the annotated onset, median and 90th percentile.
        confirmed (tuple[float, float]): The same of the confirmation.
        closed (tuple[float, float]): Delay of the last message after the
            annotated offset.
        false_alarms_per_hour (float): Confirmed gestures that match nothing.
        retractions_per_hour (float): Provisional ones that were taken back.
        retracted (int): How many.
        hours (float): Length of the stream.
    """

    f1: float
    precision: float
    recall: float
    macro_f1: float
    f1_at: Dict[str, float]
    found: int
    first_word: tuple
    confirmed: tuple
    closed: tuple
    false_alarms_per_hour: float
    retractions_per_hour: float
    retracted: int
    hours: float


def as_detections(video: StreamedVideo) -> VideoDetections:
    """The closed gestures of a video, in the order they were closed.

    Args:
        video (StreamedVideo): The video.

    Returns:
        VideoDetections: With times in seconds in place of frames.
    """
    closed = [e for e in video.events if e.state == 'closed']
    return VideoDetections(
        video.video_id,
        np.array([(e.onset, e.offset) for e in closed]),
        np.array([e.label for e in closed], np.int64),
        np.array([e.score for e in closed]),
        np.asarray(video.gt_times, float).reshape(-1, 2),
        np.asarray(video.gt_labels, np.int64))


def _percentiles(delays: Sequence[float]) -> tuple:
    if not len(delays):
        return (float('nan'), float('nan'))
    return tuple(float(x) for x in np.percentile(delays, [50, 90]))


def stream_scores(videos: Sequence[StreamedVideo],
                  num_classes: int,
                  tiou: float = 0.3,
                  strict: bool = True,
                  tious: Sequence[float] = (0.1, 0.5, 0.7),
                  classes: Optional[Sequence[str]] = None) -> StreamScore:
    """Score what was said of some videos.

    Closed gestures are matched to annotations one to one, see
    :func:`.segment_matching.match`.

    Args:
        videos (Sequence[StreamedVideo]): The videos, with a length.
        num_classes (int): K.
        tiou (float): Least overlap of a hit. Defaults to 0.3.
        strict (bool): Whether it must be exceeded. Defaults to True.
        tious (Sequence[float]): Overlaps of ``f1_at``. Defaults to 0.1, 0.5
            and 0.7.
        classes (Sequence[str], optional): Names. Defaults to None.

    Returns:
        StreamScore: The figures.

    Raises:
        ValueError: If the videos have no length.
    """
    hours = sum(video.seconds for video in videos) / 3600
    if not hours > 0:
        raise ValueError('expected videos with a length, got '
                         f'{len(videos)} of {hours} hours in all')
    found = [as_detections(video) for video in videos]
    score = segment_f1(found, num_classes, tiou, strict, classes=classes)
    first, confirmed, closed, wrong, retracted = [], [], [], 0, 0
    for video, detections in zip(videos, found):
        hits = match(detections, tiou, strict)
        wrong += int((hits < 0).sum())
        retracted += sum(e.state == 'retracted' for e in video.events)
        said: Dict[int, Dict[str, float]] = {}
        for event in video.events:
            times = said.setdefault(event.id, {})
            times.setdefault('first', event.emitted)
            times[event.state] = event.emitted
        done = [e for e in video.events if e.state == 'closed']
        for event, hit in zip(done, hits):
            if hit >= 0:
                onset, offset = video.gt_times[hit]
                times = said[event.id]
                first.append(times['first'] - onset)
                confirmed.append(times['confirmed'] - onset)
                closed.append(times['closed'] - offset)
    return StreamScore(
        f1=score.f1,
        precision=score.precision,
        recall=score.recall,
        macro_f1=score.macro_f1,
        f1_at={
            f'{level:g}': segment_f1(found, num_classes, level, strict).f1
            for level in tious
        },
        found=score.hits,
        first_word=_percentiles(first),
        confirmed=_percentiles(confirmed),
        closed=_percentiles(closed),
        false_alarms_per_hour=wrong / hours,
        retractions_per_hour=retracted / hours,
        retracted=retracted,
        hours=hours)
