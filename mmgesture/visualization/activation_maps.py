"""Activation maps over the frames of a clip (Fig. 3)."""
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple, Union

import cv2
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, MaxNLocator

from mmgesture.fileio import atomic_path
from .text_fit import NORMAL, SMALL, cut_to_width, wrap_to_width

#: Perceptually uniform, also for colour-blind readers; the second runs from
#: blue over white to red, for what has a sign.
MAP_COLORMAP, SIGNED_COLORMAP = 'inferno', 'RdBu_r'
#: How much of a cell is the map; the rest is the frame in grey.
OPACITY = 0.6
#: Inches: width, row labels, colour bars, between frames, a caption's line.
WIDTH, LABELS, BARS, GAP, LINE = 7.2, 1.3, 0.62, 0.03, 0.135


@dataclass
class MapRow:
    """A row of the figure.

    Attributes:
        label (str): What stands left of it; may have several lines.
        frames (np.ndarray): RGB frames of the clip, shape (T, H, W, 3),
            uint8.
        maps (np.ndarray, optional): Map to lay over them, shape
            (T', H', W'); None shows the frames alone.
        group (str): Rows of one group share their colour scale, over all
            frames of the clip. Defaults to ''.
        signed (bool): The map has a sign: its scale is symmetric about 0.
            Defaults to False.
    """

    label: str
    frames: np.ndarray
    maps: Optional[np.ndarray] = None
    group: str = ''
    signed: bool = False


def even_positions(number: int, wanted: int) -> np.ndarray:
    """Positions spread evenly over a sequence, both ends among them.

    Args:
        number (int): Length of the sequence, at least 1.
        wanted (int): How many; at most all are given.

    Returns:
        np.ndarray: Ascending 0-based positions; the middle one for a single
        one.

    Raises:
        ValueError: If one of the numbers is below 1.
    """
    if number < 1 or wanted < 1:
        raise ValueError(f'expected positive numbers, got {wanted} of '
                         f'{number}')
    if wanted == 1:
        return np.array([number // 2])
    return np.unique(
        np.linspace(0, number - 1, min(number, wanted)).round().astype(int))


def overlay(frame: np.ndarray, values: np.ndarray,
            colors: ScalarMappable) -> np.ndarray:
    """Lay a map over a frame.

    Args:
        frame (np.ndarray): RGB, shape (H, W, 3), uint8.
        values (np.ndarray): Map, shape (H', W'); enlarged bilinearly, its
            positions at the centres of their patches.
        colors (ScalarMappable): Colour map and scale.

    Returns:
        np.ndarray: RGB, shape (H, W, 3), float in [0, 1].
    """
    height, width = frame.shape[:2]
    large = cv2.resize(
        np.asarray(values, np.float32), (width, height),
        interpolation=cv2.INTER_LINEAR)
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)[..., None] / 255
    tinted = colors.to_rgba(large)[..., :3]
    return (1 - OPACITY) * grey + OPACITY * tinted


def draw_activation_maps(rows: Sequence[MapRow],
                         frame_inds: Sequence[int],
                         path: Union[str, Path],
                         columns: int = 6,
                         title: Optional[str] = None,
                         caption: str = '',
                         dpi: int = 250) -> None:
    """Draw activation maps over frames of a clip into a file.

    Columns are frames chosen evenly over the clip; a map with fewer
    positions in time is shown at the one that covers the frame.

    Args:
        rows (Sequence[MapRow]): The rows; all with the same number of frames.
        frame_inds (Sequence[int]): Numbers of the frames in their file,
            length T.
        path (str | Path): Image to write; the suffix says which kind.
        columns (int): Frames to show. Defaults to 6.
        title (str, optional): Title. Defaults to None.
        caption (str): Text below. Defaults to ''.
        dpi (int): Dots per inch of pixel formats. Defaults to 250.

    Raises:
        ValueError: If there is no row, or one does not fit ``frame_inds``.
    """
    figure = activation_maps_figure(rows, frame_inds, columns, title, caption)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def activation_maps_figure(rows: Sequence[MapRow],
                           frame_inds: Sequence[int],
                           columns: int = 6,
                           title: Optional[str] = None,
                           caption: str = '') -> Figure:
    """Build the figure of :func:`draw_activation_maps`.

    Args:
        rows (Sequence[MapRow]): The rows.
        frame_inds (Sequence[int]): Numbers of the frames in their file,
            length T.
        columns (int): Frames to show. Defaults to 6.
        title (str, optional): Title. Defaults to None.
        caption (str): Text below. Defaults to ''.

    Returns:
        Figure: The figure, without a canvas.

    Raises:
        ValueError: If there is no row, or one does not fit ``frame_inds``.
    """
    number = len(frame_inds)
    if not rows:
        raise ValueError('expected one or more rows, got none')
    for row in rows:
        if len(row.frames) != number or (row.maps is not None
                                         and row.maps.ndim != 3):
            got = None if row.maps is None else row.maps.shape
            raise ValueError(
                f"row {row.label!r}: expected {number} frames and a map "
                f"(T', H', W'), got {len(row.frames)} frames and {got}")
    chosen = even_positions(number, columns)
    side = (WIDTH - LABELS - BARS) / len(chosen) - GAP
    heights = [
        side * row.frames.shape[1] / row.frames.shape[2] for row in rows
    ]
    lines = wrap_to_width(caption, WIDTH - 0.2) if caption else []
    titles = wrap_to_width(title, WIDTH - 0.2, NORMAL + 1) if title else []
    head = 0.22 + 0.18 * len(titles)
    foot = LINE * len(lines) + 0.14
    height = head + sum(heights) + GAP * len(rows) + foot
    figure = Figure(figsize=(WIDTH, height))
    for index, line in enumerate(titles):
        figure.text(
            0.5, 1 - (0.13 + 0.18 * index) / height, line, ha='center',
            va='center', fontsize=NORMAL + 1)
    scales = _scales(rows)
    tops = head + np.concatenate(([0], np.cumsum(np.add(heights, GAP))))
    for row, top, high in zip(rows, tops, heights):
        bottom = 1 - (top + high) / height
        for column, position in enumerate(chosen):
            axes = figure.add_axes(
                ((LABELS + column * (side + GAP)) / WIDTH, bottom,
                 side / WIDTH, high / height))
            axes.set_axis_off()
            axes.imshow(_cell(row, position, scales), aspect='auto')
            if row is rows[0]:
                text = f'frame {frame_inds[position]}'
                axes.set_title(text, fontsize=SMALL, pad=2)
        figure.text(
            0.06 / WIDTH,
            bottom + high / height / 2,
            '\n'.join(
                cut_to_width(line, LABELS - 0.1)
                for line in row.label.split('\n')),
            va='center',
            fontsize=SMALL,
            linespacing=1.15)
    _draw_bars(figure, rows, scales, tops, heights)
    for index, line in enumerate(lines):
        figure.text(
            0.1 / WIDTH, (foot - 0.08 - LINE * (index + 0.5)) / height, line,
            va='center', fontsize=SMALL)
    return figure


def _cell(row: MapRow, position: int,
          scales: Dict[str, ScalarMappable]) -> np.ndarray:
    """One frame with its map, if the row has one."""
    frame = row.frames[position]
    if row.maps is None:
        return frame
    # position t of T frames lies in position floor(t T' / T) of the map
    time = position * len(row.maps) // len(row.frames)
    return overlay(frame, row.maps[time], scales[row.group])


def _scales(rows: Sequence[MapRow]) -> Dict[str, ScalarMappable]:
    """Colour scale of every group, over all its rows and frames."""
    groups: Dict[str, List[MapRow]] = {}
    for row in rows:
        if row.maps is not None:
            groups.setdefault(row.group, []).append(row)
    scales = {}
    for group, members in groups.items():
        low = min(float(row.maps.min()) for row in members)
        high = max(float(row.maps.max()) for row in members)
        signed = any(row.signed for row in members)
        if signed:
            low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
        if not high > low:  # a flat map; any scale shows it as flat
            high = low + 1
        scales[group] = ScalarMappable(
            Normalize(low, high),
            SIGNED_COLORMAP if signed else MAP_COLORMAP)
    return scales


def _draw_bars(figure: Figure, rows: Sequence[MapRow],
               scales: Dict[str, ScalarMappable], tops: np.ndarray,
               heights: Sequence[float]) -> None:
    """A colour bar beside the rows of each group that adjoin."""
    height = figure.get_figheight()
    spans: List[Tuple[str, float, float]] = []
    for row, top, high in zip(rows, tops, heights):
        if row.maps is None:
            continue
        if spans and spans[-1][0] == row.group:
            spans[-1] = (row.group, spans[-1][1], top + high)
        else:
            spans.append((row.group, top, top + high))
    for group, top, bottom in spans:
        axes = figure.add_axes(
            ((WIDTH - BARS + 0.04) / WIDTH, 1 - (bottom - 0.06) / height,
             0.09 / WIDTH, (bottom - top - 0.12) / height))
        bar = figure.colorbar(scales[group], cax=axes)
        bar.ax.yaxis.set_major_locator(MaxNLocator(4))
        # no common factor above the bar, where the next row's bar is
        bar.ax.yaxis.set_major_formatter(FormatStrFormatter('%.3g'))
        bar.ax.tick_params(labelsize=SMALL, length=2, pad=1.5)
        bar.outline.set_linewidth(0.5)
