"""What a stream detector says, drawn onto the frame of the moment."""
from typing import Mapping, NamedTuple, Optional, Sequence, Tuple

import cv2
import numpy as np

from mmgesture.structures import GestureEvent
from .overlay import FONT, ascii_text, fitting_text
from .palette import class_color

__all__ = ['StreamView', 'draw_stream', 'fit_frame']

#: Seconds that the ribbon shows, and that a closed gesture stays listed.
RIBBON, STAYS = 10., 2.
WHITE, GREY = (255, 255, 255), (165, 165, 165)
#: What a state looks like behind the name.
MARKS = {'provisional': '?', 'confirmed': '', 'closed': ' ended'}


class StreamView(NamedTuple):
    """What is known at a moment.

    Attributes:
        time (float): Of the frame, seconds.
        lookahead (float): How long an answer waits, seconds.
        computing (float): What a frame takes to compute, seconds.
        rate (float): Frames per second that arrive or are worked off.
        events (Mapping[int, GestureEvent]): The latest message about each
            gesture, by its number.
    """
    time: float
    lookahead: float
    computing: float
    rate: float
    events: Mapping[int, GestureEvent]


def fit_frame(frame: np.ndarray, shape: Tuple[int, int]) -> np.ndarray:
    """Bring a frame to a size, with black bars where its form is another.

    Args:
        frame (np.ndarray): RGB, (H, W, 3), uint8.
        shape (tuple[int, int]): Height and width wanted.

    Returns:
        np.ndarray: RGB of that size; the frame itself where it has it.
    """
    height, width = shape
    if frame.shape[:2] == (height, width):
        return frame
    scale = min(height / frame.shape[0], width / frame.shape[1])
    inner = [max(round(side * scale), 1) for side in frame.shape[:2]]
    fitted = np.zeros((height, width, 3), np.uint8)
    top, left = ((a - b) // 2 for a, b in zip((height, width), inner))
    fitted[top:top + inner[0], left:left + inner[1]] = cv2.resize(
        frame, (inner[1], inner[0]), interpolation=cv2.INTER_AREA)
    return fitted


def draw_stream(frame: np.ndarray, view: StreamView,
                classes: Sequence[str]) -> np.ndarray:
    """Draw a line about speed, the gestures that go on, and the latest past.

    Provisional gestures have a question mark in the list and an outline in
    the ribbon below; the grey part of the ribbon has no answer yet.

    Args:
        frame (np.ndarray): RGB, (H, W, 3), uint8; not changed.
        view (StreamView): What is known.
        classes (Sequence[str]): Class names.

    Returns:
        np.ndarray: The drawn frame, same shape.
    """
    height, width = frame.shape[:2]
    line = max(12, min(height // 18, 30))
    scale = line / 34
    drawn = np.ascontiguousarray(frame).copy()
    drawn[:line + 2] = drawn[:line + 2] // 4
    _write(drawn, (
        f'{view.time:.1f} s   look-ahead {view.lookahead:g} s + '
        f'{1e3 * view.computing:.1f} ms   {view.rate:.0f} frames/s'),
        4, line - 3, scale)
    listed = [e for e in view.events.values() if _listed(e, view.time)]
    # the newest on top; no more than fit above the ribbon
    listed = sorted(listed, key=lambda e: -e.id)[:max(
        (height - 4 * line) // line, 1)]
    for number, event in enumerate(listed, start=1):
        _list_row(drawn, event, classes[event.label], view.time,
                  2 + number * line, line, scale)
    _ribbon(drawn, view, line)
    return drawn


def _listed(event: GestureEvent, now: float) -> bool:
    if event.state == 'closed':
        return now - event.emitted <= STAYS
    return event.state != 'retracted'


def _write(drawn: np.ndarray, text: str, left: int, base: int, scale: float,
           color: tuple = WHITE) -> None:
    text = fitting_text(ascii_text(text), drawn.shape[1] - left - 4, scale)
    cv2.putText(drawn, text, (left, base), FONT, scale, color, 1,
                cv2.LINE_AA)


def _list_row(drawn: np.ndarray, event: GestureEvent, name: str, now: float,
              top: int, line: int, scale: float) -> None:
    end: Optional[float] = event.offset
    length = (now if end is None else end) - event.onset
    text = (f'{name}{MARKS[event.state]}  {length:.1f} s  '
            f'{100 * event.score:.0f}%')
    strip = drawn[top + 2:top + line]
    strip[:] = strip // 3
    side = line - 8
    cv2.rectangle(drawn, (5, top + 5), (5 + side, top + 5 + side),
                  class_color(event.label),
                  1 if event.state == 'provisional' else -1)
    _write(drawn, text, 12 + side, top + line - 4, scale,
           GREY if event.state == 'closed' else WHITE)


def _ribbon(drawn: np.ndarray, view: StreamView, line: int) -> None:
    height, width = drawn.shape[:2]
    top = height - line
    drawn[top:] = drawn[top:] // 5

    def column(time: float) -> int:
        share = (time - view.time + RIBBON) / RIBBON
        return int(round(min(max(share, 0), 1) * (width - 1)))

    drawn[top:, column(view.time - view.lookahead):] += 60
    for event in view.events.values():
        end = view.time if event.offset is None else event.offset
        if event.state == 'retracted' or end < view.time - RIBBON:
            continue
        cv2.rectangle(drawn, (column(event.onset), top + 3),
                      (column(end), height - 4), class_color(event.label),
                      1 if event.state == 'provisional' else -1)
