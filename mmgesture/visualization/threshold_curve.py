"""F1 against the threshold, with the chosen one marked."""
from pathlib import Path
from typing import Sequence, Tuple, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL

__all__ = ['draw_threshold_curve']


def draw_threshold_curve(curve: Sequence[Tuple[float, float]],
                         threshold: float,
                         path: Union[str, Path],
                         dpi: int = 200) -> None:
    """Draw F1 over the threshold into a file.

    Args:
        curve (Sequence[tuple[float, float]]): Threshold and F1, ascending.
        threshold (float): The chosen one.
        path (str | Path): Image to write; the suffix says which kind.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.
    """
    points = np.array(list(curve), float).reshape(-1, 2)
    figure = Figure(figsize=(4.2, 2.6), layout='constrained')
    axes = figure.add_subplot()
    blue, red = (tuple(part / 255 for part in OKABE_ITO[k]) for k in (4, 5))
    axes.step(points[:, 0], points[:, 1], where='pre', color=blue,
              linewidth=1.2)
    axes.axvline(threshold, color=red, linewidth=1, linestyle=(0, (3, 1.5)))
    height = np.interp(threshold, *points.T) if len(points) else 0.
    right = len(points) and threshold > points[:, 0].mean()
    axes.annotate(
        f'{threshold:.3f}', (threshold, height / 2),
        xytext=(-4 if right else 4, 0), textcoords='offset points',
        ha='right' if right else 'left', fontsize=SMALL, color=red)
    axes.set_xlabel('threshold', fontsize=NORMAL)
    axes.set_ylabel('F1 on validation videos', fontsize=NORMAL)
    axes.tick_params(labelsize=SMALL, length=2)
    axes.set_ylim(0, max(1, points[:, 1].max() if len(points) else 1))
    axes.grid(color='0.92', linewidth=0.6)
    axes.spines[['top', 'right']].set_visible(False)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)
