"""Errors at the operating point as a figure: what, why missed, how far off."""
from pathlib import Path
from typing import Mapping, Optional, Sequence, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL

__all__ = ['draw_operating_errors']

BLUE, RED, GREEN = (tuple(p / 255 for p in OKABE_ITO[k]) for k in (4, 5, 2))


def draw_operating_errors(detections: Mapping[str, int],
                          misses: Mapping[str, int],
                          onset: Sequence[float],
                          offset: Sequence[float],
                          unit: str,
                          path: Union[str, Path],
                          title: Optional[str] = None,
                          dpi: int = 200) -> None:
    """Draw the figure into a file.

    Args:
        detections (Mapping[str, int]): Detections by kind, hits first.
        misses (Mapping[str, int]): Missed annotations by reason.
        onset (Sequence[float]): Start minus annotated start of every hit.
        offset (Sequence[float]): The same of ends.
        unit (str): Of these, 's' or 'frames'.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.
    """
    figure = Figure(figsize=(7.2, 4.2), layout='constrained')
    if title:
        figure.suptitle(title, fontsize=NORMAL + 2)
    grid = figure.subplots(2, 2)
    colors = [GREEN] + [RED] * (len(detections) - 1)
    _counts(grid[0, 0], detections, 'detections', colors)
    _counts(grid[0, 1], misses, 'missed annotations', [RED] * len(misses))
    values = np.concatenate([onset, offset, [0]])
    reach = max(np.quantile(np.abs(values), .98), 1e-3)
    for axes, errors, name in ((grid[1, 0], onset, 'start'),
                               (grid[1, 1], offset, 'end')):
        _histogram(axes, np.asarray(errors, float), name, unit, reach)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def _counts(axes, counts: Mapping[str, int], title: str,
            colors: list) -> None:
    total = max(sum(counts.values()), 1)
    places = np.arange(len(counts))
    values = np.array(list(counts.values()), float)
    axes.barh(places, values, color=colors, height=.7)
    for place, value in zip(places, values):
        axes.text(value, place, f' {value:.0f} ({100 * value / total:.0f} %)',
                  va='center', fontsize=SMALL)
    axes.set_yticks(places, list(counts), fontsize=SMALL)
    axes.invert_yaxis()
    axes.set_xlim(0, max(values.max(initial=0), 1) * 1.35)
    axes.set_title(f'{title}: {sum(counts.values())}', fontsize=NORMAL + 1)
    _plain(axes)


def _histogram(axes, errors: np.ndarray, name: str, unit: str,
               reach: float) -> None:
    edges = np.linspace(-reach, reach, 22)
    axes.hist(errors.clip(-reach, reach), edges, color=BLUE)
    axes.axvline(0, color='.25', linewidth=.8)
    text = 'no hits'
    if len(errors):
        text = (f'median {np.median(errors):+.2f} {unit}\n'
                f'mean absolute {np.abs(errors).mean():.2f} {unit}')
    axes.text(.98, .95, text, ha='right', va='top', fontsize=SMALL,
              transform=axes.transAxes)
    axes.set_xlabel(f'{name} of hits minus annotated {name} ({unit})',
                    fontsize=NORMAL)
    axes.set_ylabel('hits', fontsize=NORMAL)
    _plain(axes)


def _plain(axes) -> None:
    axes.tick_params(labelsize=SMALL, length=2)
    axes.spines[['top', 'right']].set_visible(False)
