"""Runs side by side: a dot for the mean, a line for its interval, seeds."""
from pathlib import Path
from typing import Mapping, Optional, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO

MEAN_COLOR = tuple(part / 255 for part in OKABE_ITO[4])  # blue
SEED_COLOR = tuple(part / 255 for part in OKABE_ITO[0])  # orange


def draw_comparison(figures: Mapping[str, Mapping[str, object]],
                    path: Union[str, Path],
                    chance: Optional[Mapping[str, float]] = None,
                    title: Optional[str] = None,
                    dpi: int = 200) -> None:
    """Draw the figures of several runs into a file.

    A panel per measure, a line per run from the top in the order given, cut
    off at 0 and 100 %. The intervals are those of each run alone: whether
    two runs differ is told by their paired difference, not by the overlap of
    their intervals.

    Args:
        figures (Mapping[str, Mapping[str, object]]): Measure -> run ->
            something with ``mean, low, high, by_seed`` as fractions, such as
            ``PairedDifference``.
        path (str | Path): Image to write; the suffix says which kind.
        chance (Mapping[str, float], optional): Measure -> what guessing
            gets, drawn as a dashed line. Defaults to None.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If there is nothing to draw.
    """
    figure = comparison_figure(figures, chance, title)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def comparison_figure(figures: Mapping[str, Mapping[str, object]],
                      chance: Optional[Mapping[str, float]] = None,
                      title: Optional[str] = None) -> Figure:
    """Build the figure of :func:`draw_comparison`.

    Args:
        figures (Mapping[str, Mapping[str, object]]): Measure -> run ->
            something with ``mean, low, high, by_seed``.
        chance (Mapping[str, float], optional): Measure -> what guessing
            gets. Defaults to None.
        title (str, optional): Title. Defaults to None.

    Returns:
        Figure: The figure, without a canvas, 7 inches wide.

    Raises:
        ValueError: If there is nothing to draw.
    """
    runs = list(next(iter(figures.values()), ()))
    if not runs:
        raise ValueError('expected at least one measure of one run, got '
                         f'{dict(figures)}')
    figure = Figure(
        figsize=(7, 1.3 + 0.26 * len(runs)), layout='constrained')
    panels = figure.subplots(
        1, len(figures), sharey=True, squeeze=False)[0]
    rows = np.arange(len(runs))
    for axes, (measure, values) in zip(panels, figures.items()):
        level = (chance or {}).get(measure)
        if level is not None:
            axes.axvline(100 * level, color='0.4', linewidth=0.9, ls='--')
        for row, name in zip(rows, runs):
            value = values[name]
            # Student's t knows no bounds, shares do
            low, high = 100 * max(value.low, 0), 100 * min(value.high, 1)
            axes.plot([low, high], [row, row], color=MEAN_COLOR,
                      linewidth=1.8, solid_capstyle='butt', zorder=2)
            axes.plot(100 * value.mean, row, 'o', color=MEAN_COLOR,
                      markersize=5.5, zorder=3)
            # below the line, so that the mean does not hide them
            axes.plot(100 * np.asarray(value.by_seed),
                      np.full(len(value.by_seed), row + 0.27), 'D',
                      color=SEED_COLOR, markeredgecolor='0.2',
                      markeredgewidth=0.5, markersize=3.8, zorder=4)
        _limit(axes, values.values(), level)
        axes.set_xlabel(f'{measure} (%)', fontsize=8)
        axes.tick_params(labelsize=7)
        axes.grid(axis='x', color='0.88', linewidth=0.6)
        axes.set_axisbelow(True)
        for side in ('top', 'right', 'left'):
            axes.spines[side].set_visible(False)
        axes.tick_params(axis='y', length=0)
    panels[0].set_yticks(rows, runs, fontsize=8)
    panels[0].set_ylim(len(runs) - 0.4, -0.6)
    _legend(figure, panels[0], bool(chance))
    if title is not None:
        figure.suptitle(title, fontsize=9)
    return figure


def _limit(axes, values, level: Optional[float]) -> None:
    """From the lowest to the highest end, with some room."""
    low = min([v.low for v in values] + ([] if level is None else [level]))
    high = max([v.high for v in values] + ([] if level is None else [level]))
    low, high = max(100 * low, 0), min(100 * high, 100)
    room = 0.05 * (high - low) + 0.5
    axes.set_xlim(low - room, high + room)


def _legend(figure: Figure, axes, with_chance: bool) -> None:
    """What dot, line, diamond and dashes mean, under the panels."""
    handles = [
        axes.plot([], [], 'o-', color=MEAN_COLOR, markersize=5.5,
                  linewidth=1.8)[0],
        axes.plot([], [], 'D', color=SEED_COLOR, markeredgecolor='0.2',
                  markeredgewidth=0.5, markersize=3.8)[0]
    ]
    names = ['mean and its interval', 'one seed']
    if with_chance:
        handles.append(
            axes.plot([], [], color='0.4', linewidth=0.9, ls='--')[0])
        names.append('guessing')
    figure.legend(handles, names, loc='outside lower center', ncols=3,
                  fontsize=7, frameon=False)
