"""Accuracy against cost: lines per family, and bubbles (Figs. 5 and 6)."""
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from mmgesture.fileio import atomic_path
from .point_names import write_names
from .palette import OKABE_ITO

#: Colours by family; others take what is left, in order. Yellow is not among
#: them: it is not readable on white.
FAMILY_COLORS = {
    'VideoMamba': OKABE_ITO[4],
    'MSF-Mamba': OKABE_ITO[2],
    'MSF-Mamba+': OKABE_ITO[5],
    'CNN': OKABE_ITO[1],
    'Transformer': OKABE_ITO[6],
}
OTHER_COLORS = (OKABE_ITO[0], (90, 90, 90))
#: Square where it was measured here, circle where the authors report it.
MARKERS = {True: 's', False: 'o'}
MEANING = {True: 'measured here', False: 'reported by the authors'}
#: Print sizes: figure in inches, text in points, largest bubble in square
#: points, a size's points in the line figure.
SIZE, FONT, SMALL, BUBBLE, DOT = (6.9, 4.4), 8, 7, 1200., 36.
#: Ratio of the costs from which their axis is logarithmic; room around the
#: points as a part of their range, left and below, right and above.
LOG_FROM, ROOM = 12., (0.12, 0.18)


@dataclass(frozen=True)
class TradeoffPoint:
    """One model in a figure.

    Attributes:
        name (str): What is written beside it.
        family (str): What it shares a colour and a line with.
        cost (float): Position on the x axis, positive.
        accuracy (float): Position on the y axis, in per cent.
        measured (bool): Measured here, or else reported by the authors.
        variant (str): Name within its family, for lines. Defaults to ''.
        size (float): What the area of its bubble shows. Defaults to 1.
        spread (float, optional): Standard deviation of the accuracy over
            seeds. Defaults to None.
    """
    name: str
    family: str
    cost: float
    accuracy: float
    measured: bool
    variant: str = ''
    size: float = 1.
    spread: Optional[float] = None


def save_figure(figure: Figure,
                paths: Sequence[Union[str, Path]],
                dpi: int = 200) -> None:
    """Write a figure as each file whose suffix asks for it.

    Args:
        figure (Figure): The figure.
        paths (Sequence[str | Path]): Files: .png, .pdf, .svg, ...
        dpi (int): Dots per inch of pixel formats. Defaults to 200.
    """
    if not isinstance(figure.canvas, FigureCanvasAgg):
        FigureCanvasAgg(figure)
    for path in paths:
        with atomic_path(path) as temporary:
            figure.savefig(temporary, dpi=dpi)


def line_figure(points: Sequence[TradeoffPoint],
                x_label: str,
                y_label: str,
                note: str = '') -> Figure:
    """Accuracy against cost, a line for each family (MSF-Mamba, Fig. 5).

    Args:
        points (Sequence[TradeoffPoint]): The models; their variant stands
            beside them where they have one.
        x_label (str): What the cost is, with its unit.
        y_label (str): What the accuracy is.
        note (str): Small text below. Defaults to ''.

    Returns:
        Figure: The figure.

    Raises:
        ValueError: If there is no point, or a cost is not positive.
    """
    figure, axes, colors = _frame(points, x_label, y_label)
    lines = []
    for family, measured in dict.fromkeys(
            (p.family, p.measured) for p in points):
        row = sorted((p for p in points
                      if (p.family, p.measured) == (family, measured)),
                     key=lambda p: p.cost)
        axes.plot([p.cost for p in row], [p.accuracy for p in row],
                  '-' if measured else '--',
                  color=colors[family],
                  linewidth=1.4,
                  zorder=2)
        ends = [(p.cost, p.accuracy) for p in row]
        lines += zip(ends, ends[1:])
    for p in points:
        _draw_point(axes, p, DOT, colors[p.family])
    _legend(figure, points, colors, [], '')
    _note(figure, note)
    named = [replace(p, name=p.variant or p.name) for p in points]
    _name_points(figure, axes, named, [DOT] * len(points), lines, colors)
    return figure


def bubble_figure(points: Sequence[TradeoffPoint],
                  x_label: str,
                  y_label: str,
                  size_label: str,
                  note: str = '') -> Figure:
    """Accuracy against cost, the area being a size (MSF-Mamba, Fig. 6).

    Args:
        points (Sequence[TradeoffPoint]): The models.
        x_label (str): What the cost is, with its unit.
        y_label (str): What the accuracy is.
        size_label (str): What the area is, with its unit.
        note (str): Small text below. Defaults to ''.

    Returns:
        Figure: The figure.

    Raises:
        ValueError: If there is no point, or a cost or size not positive.
    """
    figure, axes, colors = _frame(points, x_label, y_label)
    largest = max(p.size for p in points)
    areas = [BUBBLE * p.size / largest for p in points]
    # small ones last, so that they lie on top
    for i in sorted(range(len(points)), key=lambda i: -areas[i]):
        _draw_point(axes, points[i], areas[i], colors[points[i].family])
    samples = [
        Line2D([], [],
               linestyle='',
               marker='o',
               color='0.75',
               markeredgecolor='0.4',
               markersize=float(np.sqrt(BUBBLE * number / largest)),
               label=f'{number:g}')
        for number in _round_sizes([p.size for p in points])
    ]
    _legend(figure, points, colors, samples, size_label)
    _note(figure, note)
    _name_points(figure, axes, points, areas, [], colors)
    return figure


def _frame(points: Sequence[TradeoffPoint], x_label: str,
           y_label: str) -> Tuple[Figure, Axes, Dict[str, tuple]]:
    """Axes with their limits set, and the colours of the families."""
    if not points:
        raise ValueError('expected at least one point to draw, got none')
    for p in points:
        if not (p.cost > 0 and p.size > 0):
            raise ValueError(f'{p.name}: expected a positive cost and size, '
                             f'got {p.cost} and {p.size}')
    left = iter(OTHER_COLORS * len(points))
    colors = {
        family: tuple(
            v / 255 for v in FAMILY_COLORS.get(family) or next(left))
        for family in dict.fromkeys(p.family for p in points)
    }
    figure = Figure(figsize=SIZE, layout='constrained')
    axes = figure.add_subplot()
    axes.set_xlabel(x_label, fontsize=FONT)
    axes.set_ylabel(y_label, fontsize=FONT)
    axes.tick_params(labelsize=SMALL)
    axes.grid(color='0.9', linewidth=0.6)
    axes.set_axisbelow(True)
    costs = np.array([p.cost for p in points])
    if costs.max() / costs.min() > LOG_FROM:
        axes.set_xscale('log')
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f'{v:g}'))
        axes.xaxis.set_minor_locator(LogLocator(subs=()))
        decades = np.log(costs.max() / costs.min())
        axes.set_xlim(costs.min() * np.exp(-ROOM[0] * decades),
                      costs.max() * np.exp(ROOM[1] * decades))
    else:
        width = np.ptp(costs) or costs.max()
        axes.set_xlim(
            max(costs.min() - ROOM[0] * width, 0),
            costs.max() + ROOM[1] * width)
    # with the ends of the bars
    values = np.array([p.accuracy + sign * (p.spread or 0)
                       for p in points for sign in (-1, 1)])
    height = np.ptp(values) or 2.
    axes.set_ylim(values.min() - ROOM[0] * height,
                  values.max() + ROOM[1] * height)
    return figure, axes, colors


def _draw_point(axes: Axes, p: TradeoffPoint, area: float,
                color: tuple) -> None:
    """A marker, and the spread over seeds where it is known."""
    if p.spread:
        axes.errorbar(
            p.cost, p.accuracy, p.spread, color='0.3', capsize=2,
            linewidth=0.8, zorder=4)
    axes.scatter(
        p.cost,
        p.accuracy,
        s=area,
        marker=MARKERS[p.measured],
        facecolor=(*color, 0.55 if p.measured else 0.3),
        edgecolor='black' if p.measured else color,
        linewidth=1.2,
        zorder=3)


def _round_sizes(sizes: Sequence[float]) -> List[float]:
    """Two or three round numbers that show what the areas mean."""
    steps = [m * 10.**e for e in range(-2, 5) for m in (1, 2, 5)]
    inside = [s for s in steps if min(sizes) <= s <= max(sizes)]
    if not inside:
        return [max(sizes)]
    return sorted({inside[0], inside[len(inside) // 2], inside[-1]})


def _legend(figure: Figure, points: Sequence[TradeoffPoint],
            colors: Dict[str, tuple], samples: List[Line2D],
            title: str) -> None:
    """Families, where numbers come from, and sizes, right of the axes."""
    entries = [
        Line2D([], [], linestyle='', marker='o', color=color, label=family)
        for family, color in colors.items()
    ]
    entries += [
        Line2D([], [],
               linestyle='',
               marker=MARKERS[measured],
               markerfacecolor='0.4' if measured else '0.85',
               markeredgecolor='black' if measured else '0.4',
               label=MEANING[measured].replace(' by ', '\nby '))
        for measured in sorted({p.measured for p in points}, reverse=True)
    ]
    common = dict(fontsize=SMALL, frameon=False, handlelength=2.4)
    figure.legend(
        handles=entries,
        loc='outside right upper',
        labelspacing=1.1,
        handletextpad=1.0,
        **common)
    if samples:
        # bubbles need the space of their diameters, in units of the font
        largest = max(h.get_markersize() for h in samples) / SMALL
        figure.legend(
            handles=samples,
            title=title,
            title_fontsize=SMALL,
            loc='outside right lower',
            labelspacing=0.62 * largest,
            handletextpad=0.4 * largest,
            borderpad=0.45 * largest,
            **common)


def _note(figure: Figure, note: str) -> None:
    if note:
        figure.supxlabel(note, fontsize=SMALL, color='0.3', x=0.01, ha='left')


def _name_points(figure: Figure, axes: Axes, points: Sequence[TradeoffPoint],
                 areas: Sequence[float], lines: Sequence[tuple],
                 colors: Dict[str, tuple]) -> None:
    """The names, off markers, lines and bars; darker than the markers."""
    bars = [((p.cost, p.accuracy - p.spread), (p.cost, p.accuracy + p.spread))
            for p in points if p.spread]
    write_names(
        figure,
        axes, [p.name for p in points], [(p.cost, p.accuracy)
                                         for p in points],
        [np.sqrt(area / np.pi) + 1 for area in areas],
        [tuple(0.65 * part for part in colors[p.family]) for p in points],
        [*lines, *bars],
        fontsize=SMALL)
