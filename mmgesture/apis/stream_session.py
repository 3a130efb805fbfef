"""From a source of frames to drawn frames and a log, whatever the source
does."""
import time as clock
from typing import Callable, Dict, Iterable, Iterator, Optional, Sequence

import numpy as np

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.online import (OnlineGestureDetector, SourceLostError,
                              StreamTimeError, TimedFrame)
from mmgesture.structures import GestureEvent
from mmgesture.visualization import (StreamView, draw_stream, enlarge_small,
                                     fit_frame)
from mmgesture.visualization.stream_overlay import RIBBON
from .event_log import EventLog

__all__ = ['StreamSession', 'at_rate']

#: Share of the newest frame in the figures that are shown.
NEW = 0.1
#: Seconds that a pause of the source lasts in a video at most.
PAUSE = 10.


class StreamSession:
    """Pushes a source through a detector, frame by frame.

    A source that breaks off ends the session as an end of the stream would:
    gestures are closed, everything is written, and ``error`` says what
    happened. Frames may change their size; drawn ones are all as large as
    the first.

    Args:
        detector (OnlineGestureDetector): A detector on frames; it begins a
            new stream.
        logs (Sequence[EventLog]): Where messages are written. Defaults to
            ().

    Attributes:
        error (Exception, optional): What the source broke off with.
        count (int): Frames so far.
        closed (int): Gestures that were closed.
        computing (float): Seconds that the detector took in all.
        seconds (float): Time of the newest frame.
    """

    def __init__(self,
                 detector: OnlineGestureDetector,
                 logs: Sequence[EventLog] = ()) -> None:
        self.detector, self.logs = detector, list(logs)
        detector.reset()
        self.error: Optional[Exception] = None
        self.count, self.closed = 0, 0
        self.computing, self.seconds = 0., 0.
        self._events: Dict[int, GestureEvent] = {}
        self._pace: Optional[float] = None  # of a frame, seconds
        self._effort: Optional[float] = None  # computing of a frame

    def run(self,
            source: Iterable[TimedFrame],
            stop: Callable[[], bool] = lambda: False
            ) -> Iterator[TimedFrame]:
        """Go along the source.

        Args:
            source (Iterable[TimedFrame]): Frames with their times.
            stop (Callable): Asked after every frame. Defaults to never.

        Yields:
            TimedFrame: Every frame with what is known drawn in.

        Raises:
            UnreadableMediaError | SourceLostError: If there was no frame at
                all.
        """
        shape = None
        before = clock.perf_counter()
        try:
            for image, time in source:
                self._push(image, time)
                image = enlarge_small(image)
                shape = shape or image.shape[:2]
                now = clock.perf_counter()
                self._pace = _smooth(self._pace, now - before)
                before = now
                yield TimedFrame(
                    draw_stream(fit_frame(image, shape), self._view(),
                                self.detector.classes), time)
                if stop():
                    break
        except (SourceLostError, StreamTimeError,
                UnreadableMediaError) as error:
            if not self.count:
                raise
            self.error = error
        self.finish()

    def finish(self) -> None:
        """Close what goes on; after :meth:`run` was left early, too."""
        self._tell(self.detector.flush())

    def _push(self, image: np.ndarray, time: float) -> None:
        start = clock.perf_counter()
        events = self.detector.push(image, time)
        took = clock.perf_counter() - start
        self.computing += took
        self._effort = _smooth(self._effort, took)
        self.count += 1
        self.seconds = max(self.seconds, time)
        self._tell(events)

    def _tell(self, events: Sequence[GestureEvent]) -> None:
        for event in events:
            self._events[event.id] = event
            self.closed += event.state == 'closed'
        if events:
            for log in self.logs:
                log.write(events)
        # nothing that is out of sight is kept
        self._events = {
            number: event for number, event in self._events.items()
            if not event.final or self.seconds - event.emitted <= RIBBON
        }

    def _view(self) -> StreamView:
        return StreamView(self.seconds, self.detector.lookahead,
                          self._effort, 1 / max(self._pace, 1e-9),
                          dict(self._events))


def _smooth(before: Optional[float], new: float) -> float:
    return new if before is None else before + NEW * (new - before)


def at_rate(frames: Iterable[TimedFrame],
            rate: float) -> Iterator[np.ndarray]:
    """Frames at an even rate, out of frames that come when they come.

    Each moment shows the newest frame that had come; frames in between are
    left out, and pauses show the frame before for as long as they last, up
    to :data:`PAUSE`.

    Args:
        frames (Iterable[TimedFrame]): By time.
        rate (float): Frames per second.

    Yields:
        np.ndarray: Images.
    """
    number, latest, before, cut = 0, None, 0., 0.
    for image, time in frames:
        cut += max(time - before - PAUSE, 0)
        before = max(time, before)
        while latest is not None and number < round((time - cut) * rate):
            yield latest
            number += 1
        latest = image
    if latest is not None:
        yield latest
