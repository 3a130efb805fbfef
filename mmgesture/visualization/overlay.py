"""Predictions drawn onto frames, and the annotated video of them."""
from fractions import Fraction
from pathlib import Path
from typing import Iterable, Sequence, Tuple, Union

import av
import cv2
import numpy as np

from mmgesture.fileio import atomic_path
from .palette import class_color

FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_prediction(frame: np.ndarray, top: Sequence[Tuple[int, str,
                                                           float]]
                    ) -> np.ndarray:
    """Draw the best classes as bars into a strip at the frame's foot.

    Args:
        frame (np.ndarray): RGB frame, shape (H, W, 3), uint8; not changed.
        top (Sequence[tuple[int, str, float]]): Class index, name and
            probability of each class to show, best first.

    Returns:
        np.ndarray: The drawn frame, same shape.

    Raises:
        ValueError: If the frame is not (H, W, 3) uint8.
    """
    frame = np.asarray(frame)
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise ValueError('expected an RGB frame of shape (H, W, 3) and dtype '
                         f'uint8, got {frame.shape} {frame.dtype}')
    height, width = frame.shape[:2]
    drawn = np.ascontiguousarray(frame).copy()
    # At most two fifths of the picture, so that the person stays visible;
    # fewer classes are shown rather than unreadable ones.
    line = max(10, min(height // 16, 30))
    rows = list(top)[:max(1, int(0.4 * height) // line)]
    strip_top = max(height - line * len(rows) - 4, 0)
    drawn[strip_top:] = drawn[strip_top:] // 4
    scale = line / 32
    for position, (index, name, probability) in enumerate(rows):
        upper = strip_top + 2 + position * line
        lower = upper + line - 3
        bar = int(round(float(probability) * (width - 8)))
        if bar > 0:
            color = tuple(int(0.6 * part) for part in class_color(index))
            cv2.rectangle(drawn, (4, upper), (3 + bar, lower), color, -1)
        text = fitting_text(
            f'{100 * float(probability):3.0f}% {ascii_text(name)}',
            width - 12, scale)
        cv2.putText(drawn, text, (7, lower - max(2, line // 5)), FONT, scale,
                    (255, 255, 255), 1, cv2.LINE_AA)
    return drawn


def enlarge_small(frame: np.ndarray, short_side: int = 360) -> np.ndarray:
    """Enlarge a small frame by a whole factor, so that text is readable.

    Args:
        frame (np.ndarray): RGB frame, shape (H, W, 3), uint8.
        short_side (int): Length that the shorter side shall reach.
            Defaults to 360.

    Returns:
        np.ndarray: The frame, enlarged if it was smaller.
    """
    factor = -(-short_side // min(frame.shape[:2]))
    if factor <= 1:
        return frame
    return cv2.resize(
        frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)


def write_overlay_video(path: Union[str, Path], frames: Iterable[np.ndarray],
                        fps: float) -> int:
    """Encode RGB frames as H.264 in yuv420p, which every player shows.

    Odd sizes are padded by repeating the last row or column, because yuv420p
    needs even ones.

    Args:
        path (str | Path): The video to write, usually ``.mp4``.
        frames (Iterable[np.ndarray]): RGB frames of one shape (H, W, 3),
            uint8. May be a generator: only one is held at a time.
        fps (float): Frames per second.

    Returns:
        int: Frames written.

    Raises:
        ValueError: If there is no frame, the sizes differ, or ``fps`` is not
            positive.
    """
    if not fps > 0:
        raise ValueError(f'expected a positive frame rate, got {fps}')
    rate = Fraction(fps).limit_denominator(10000)
    number, shape = 0, None
    with atomic_path(path) as temporary:
        with av.open(str(temporary), 'w') as container:
            stream = None
            for frame in frames:
                if stream is None:
                    shape = frame.shape
                    stream = container.add_stream('libx264', rate=rate)
                    stream.pix_fmt = 'yuv420p'
                    stream.height = shape[0] + shape[0] % 2
                    stream.width = shape[1] + shape[1] % 2
                if frame.shape != shape:
                    raise ValueError(f'frame {number} has the shape '
                                     f'{frame.shape}, expected {shape}')
                # (H, W, 3) -> (H or H + 1, W or W + 1, 3)
                even = np.pad(
                    frame, ((0, shape[0] % 2), (0, shape[1] % 2), (0, 0)),
                    mode='edge')
                picture = av.VideoFrame.from_ndarray(even, format='rgb24')
                picture.pts = number
                picture.time_base = 1 / rate
                for packet in stream.encode(picture):
                    container.mux(packet)
                number += 1
            if stream is None:
                raise ValueError(f'{path}: no frame to write')
            for packet in stream.encode(None):
                container.mux(packet)
    return number


def ascii_text(text: str) -> str:
    """OpenCV's fonts have no other characters; a '?' marks them.

    Args:
        text (str): Any text.

    Returns:
        str: Of the same length.
    """
    return text.encode('ascii', 'replace').decode('ascii')


def fitting_text(text: str, width: int, scale: float) -> str:
    """The text, cut with dots if it is too wide.

    Args:
        text (str): The text, ASCII.
        width (int): Pixels that there are.
        scale (float): Of OpenCV's font.

    Returns:
        str: At most that wide.
    """
    if cv2.getTextSize(text, FONT, scale, 1)[0][0] <= width:
        return text
    while text and cv2.getTextSize(text + '..', FONT, scale, 1)[0][0] > width:
        text = text[:-1]
    return text + '..'
