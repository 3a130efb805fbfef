"""Typical errors as strips of frames (Figure 4 of paper 001)."""
from pathlib import Path
from typing import NamedTuple, Optional, Sequence, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, cut_to_width

__all__ = ['ErrorStrip', 'draw_error_gallery']

#: Inches.
WIDTH = 7.2


class ErrorStrip(NamedTuple):
    """One error.

    Attributes:
        frames (np.ndarray): Some frames of it, RGB, (N, H, W, 3), uint8.
        detected (str): What was said, with the score.
        annotated (str): What is annotated there.
        where (str): Video and time.
    """

    frames: np.ndarray
    detected: str
    annotated: str
    where: str


def draw_error_gallery(strips: Sequence[ErrorStrip],
                       path: Union[str, Path],
                       title: Optional[str] = None,
                       dpi: int = 150) -> None:
    """Draw the strips below each other into a file.

    Args:
        strips (Sequence[ErrorStrip]): At least one, all with the same number
            of frames.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 150.

    Raises:
        ValueError: If there is no strip.
    """
    if not strips:
        raise ValueError('expected at least one error to show, got none')
    columns = len(strips[0].frames)
    heights = [WIDTH / columns * s.frames.shape[1] / s.frames.shape[2] + .42
               for s in strips]
    head = .35 if title else .05
    total = sum(heights) + head
    figure = Figure(figsize=(WIDTH, total))
    if title:
        figure.text(.5, 1 - .17 / total, title, ha='center', va='center',
                    fontsize=NORMAL + 2)
    red, blue = (tuple(p / 255 for p in OKABE_ITO[k]) for k in (5, 4))
    top = total - head
    for strip, height in zip(strips, heights):
        lines = ((f'detected: {strip.detected}', red),
                 (f'annotated: {strip.annotated}', blue))
        for number, (text, color) in enumerate(lines):
            figure.text(.01, (top - .1 - .15 * number) / total,
                        cut_to_width(text, WIDTH - 1.9, NORMAL), va='center',
                        fontsize=NORMAL, color=color)
        figure.text(.99, (top - .1) / total,
                    cut_to_width(strip.where, 1.7, NORMAL), ha='right',
                    va='center', fontsize=NORMAL, color='.35')
        for column, frame in enumerate(strip.frames):
            axes = figure.add_axes(
                ((column + .02) / columns, (top - height + .06) / total,
                 .96 / columns, (height - .42) / total))
            axes.imshow(np.asarray(frame), interpolation='bilinear')
            axes.set_axis_off()
        top -= height
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)
