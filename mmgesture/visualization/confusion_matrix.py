"""The confusion matrix as a figure fit for print."""
import textwrap
from pathlib import Path
from typing import Optional, Sequence, Union

import numpy as np
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import CONFUSION_COLORMAP, text_color_on

#: Characters of a class name on one line, and lines, before it is cut.
NAME_WIDTH, NAME_LINES = 26, 2


def draw_confusion_matrix(counts: np.ndarray,
                          classes: Sequence[str],
                          path: Union[str, Path],
                          title: Optional[str] = None,
                          dpi: int = 200,
                          unit: str = 'clips') -> None:
    """Draw counts, coloured by the share of the true class, into a file.

    Rows are true classes, columns predicted ones. The colour of a cell is
    its share of the row; the number in it is the share in per cent, and the
    clips of a class stand after its name. Classes without clips are hatched.
    No state of ``matplotlib.pyplot`` is touched.

    Args:
        counts (np.ndarray): Clips, shape (num_classes, num_classes), rows
            are true classes.
        classes (Sequence[str]): Class names.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.
        unit (str): What is counted. Defaults to 'clips'.

    Raises:
        ValueError: If ``counts`` is not square over ``classes``.
    """
    figure = confusion_matrix_figure(counts, classes, title, unit)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        # the layout leaves too little room for the label beside short names
        figure.savefig(temporary, dpi=dpi, bbox_inches='tight')


def confusion_matrix_figure(counts: np.ndarray,
                            classes: Sequence[str],
                            title: Optional[str] = None,
                            unit: str = 'clips') -> Figure:
    """Build the figure of :func:`draw_confusion_matrix`.

    Args:
        counts (np.ndarray): Clips, shape (num_classes, num_classes), rows
            are true classes.
        classes (Sequence[str]): Class names.
        title (str, optional): Title. Defaults to None.
        unit (str): What is counted. Defaults to 'clips'.

    Returns:
        Figure: The figure, without a canvas.

    Raises:
        ValueError: If ``counts`` is not square over ``classes``.
    """
    counts = np.asarray(counts)
    number = len(classes)
    if counts.shape != (number, number) or number == 0:
        raise ValueError(f'expected counts of shape ({number}, {number}) for '
                         f'{number} classes, got {counts.shape}')
    support = counts.sum(axis=1)
    shares = counts / np.maximum(support, 1)[:, None]
    # 0.36 inch a cell keeps a three-digit number at 7 points readable; the
    # rest is room for the names.
    side = max(0.36 * number, 2.0)
    figure = Figure(figsize=(side + 3.7, side + 2.8), layout='constrained')
    axes = figure.add_subplot()
    colormap = colormaps[CONFUSION_COLORMAP]
    image = axes.imshow(
        shares, cmap=colormap, vmin=0, vmax=1, interpolation='nearest')
    names = [_short(name) for name in classes]
    axes.set_xticks(
        np.arange(number),
        names,
        rotation=60,
        ha='right',
        rotation_mode='anchor',
        fontsize=7,
        linespacing=0.9)
    axes.set_yticks(
        np.arange(number),
        [f'{name} ({total})' for name, total in zip(names, support)],
        fontsize=7,
        linespacing=0.9)
    axes.set_xlabel('predicted class')
    axes.set_ylabel(f'true class ({unit})')
    if title is not None:
        axes.set_title(title, fontsize=10)
    for row, column in np.argwhere(counts > 0):
        share = shares[row, column]
        axes.text(
            column,
            row,
            _per_cent(share),
            ha='center',
            va='center',
            fontsize=7,
            color=text_color_on(*colormap(share)[:3]))
    for row in np.flatnonzero(support == 0):
        axes.axhspan(
            row - 0.5,
            row + 0.5,
            facecolor='white',
            edgecolor='0.6',
            hatch='////',
            linewidth=0)
    bar = figure.colorbar(image, ax=axes, fraction=0.04, pad=0.02)
    bar.set_label('share of the true class', fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return figure


def _short(name: str) -> str:
    """A class name on at most two lines."""
    lines = textwrap.wrap(
        str(name),
        NAME_WIDTH,
        max_lines=NAME_LINES,
        placeholder=' …')
    return '\n'.join(lines)


def _per_cent(share: float) -> str:
    """A share in per cent; what is there but rounds to 0 shows as <1."""
    return '<1' if share < 0.005 else f'{100 * share:.0f}'
