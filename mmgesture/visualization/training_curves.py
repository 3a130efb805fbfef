"""Loss, learning rate and accuracy of trainings against epochs."""
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL, cut_to_width, widest

Curve = Sequence[Tuple[float, float]]

#: Yellow is too pale for a line on white; a black one takes its place.
COLORS = [
    tuple(part / 255 for part in color) for color in
    (OKABE_ITO[4], OKABE_ITO[5], OKABE_ITO[2], OKABE_ITO[6], OKABE_ITO[0],
     OKABE_ITO[1], (0, 0, 0))
]
#: A second mark beside the colour, so that more runs than colours, and a
#: grey print, can be told apart.
MARKERS = 'osD^vPX<>'
#: Inches.
WIDTH, PANEL, LEGEND_LINE = 7.2, 2.1, 0.17


def draw_training_curves(runs: Sequence[Dict[str, Dict[str, Curve]]],
                         names: Sequence[str],
                         path: Union[str, Path],
                         title: Optional[str] = None,
                         dpi: int = 200) -> None:
    """Draw the curves of one or more trainings into a file.

    Three panels: loss, top-1 accuracy, learning rate. Solid lines with marks
    are validation, dashed ones the mean over each epoch of training (the
    learning rate is drawn as it was logged). A run keeps its colour and
    mark.

    Args:
        runs (Sequence[dict]): For each run ``train`` and ``val``, each a
            dict from ``loss``, ``lr``, ``top1`` to points (epoch, value);
            what is absent is not drawn.
        names (Sequence[str]): Names of the runs.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If there is no run, or not one name for each.
    """
    figure = training_curves_figure(runs, names, title)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def training_curves_figure(runs: Sequence[Dict[str, Dict[str, Curve]]],
                           names: Sequence[str],
                           title: Optional[str] = None) -> Figure:
    """Build the figure of :func:`draw_training_curves`.

    Args:
        runs (Sequence[dict]): For each run ``train`` and ``val``, each a
            dict from ``loss``, ``lr``, ``top1`` to points (epoch, value).
        names (Sequence[str]): Names of the runs.
        title (str, optional): Title. Defaults to None.

    Returns:
        Figure: The figure, without a canvas.

    Raises:
        ValueError: If there is no run, or not one name for each.
    """
    if not runs or len(names) != len(runs):
        raise ValueError(f'expected one or more runs and a name for each, '
                         f'got {len(runs)} runs and {len(names)} names')
    shown = [cut_to_width(name, WIDTH - 0.8) for name in names]
    columns = max(1, int((WIDTH - 0.2) / (widest(shown) + 0.55)))
    columns = min(columns, len(runs))
    lines = -(-len(runs) // columns)
    legend = LEGEND_LINE * (lines + 1) + 0.15
    head = 0.3 if title else 0.05
    height = head + PANEL + legend
    figure = Figure(figsize=(WIDTH, height))
    if title:
        figure.text(
            0.5, 1 - 0.15 / height, title, ha='center', va='center',
            fontsize=NORMAL + 2)
    panels = figure.subplots(
        1,
        3,
        gridspec_kw=dict(
            left=0.065,
            right=0.99,
            wspace=0.3,
            top=1 - (head + 0.22) / height,
            bottom=(legend + 0.36) / height))
    ends = []
    for position, run in enumerate(runs):
        style = dict(color=COLORS[position % len(COLORS)], linewidth=1.2)
        mark = dict(
            marker=MARKERS[position % len(MARKERS)],
            markersize=3.2,
            markerfacecolor='white' if position >= len(COLORS) else None)
        for axes, curve, scale in zip(panels, ('loss', 'top1', 'lr'),
                                      (1, 100, 1)):
            trained = _points(run.get('train', {}).get(curve, ()), scale)
            if curve != 'lr':
                trained = _epoch_means(trained)
            tested = _points(run.get('val', {}).get(curve, ()), scale)
            ends += [points[-1, 0] for points in (trained, tested)
                     if len(points)]
            line = '-' if curve == 'lr' else (0, (3, 1.5))
            # the dots show a single epoch, of which there is no line
            dot = {} if curve == 'lr' else dict(marker='.', markersize=2.5)
            axes.plot(*trained.T, linestyle=line, alpha=0.9, **style, **dot)
            axes.plot(
                *tested.T,
                linestyle='-',
                markevery=max(1, len(tested) // 12),
                **style,
                **mark)
    texts = ('loss', 'top-1 accuracy (%)', 'learning rate')
    for axes, text in zip(panels, texts):
        axes.set_title(text, fontsize=NORMAL + 1, pad=4)
        axes.set_xlabel('epoch', fontsize=NORMAL, labelpad=1)
        axes.tick_params(labelsize=SMALL, length=2, pad=1.5)
        axes.set_xlim(0, max(ends, default=1) * 1.02)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
        axes.grid(color='0.92', linewidth=0.6)
        axes.spines[['top', 'right']].set_visible(False)
        if not any(len(line.get_xdata()) for line in axes.lines):
            axes.text(
                0.5, 0.5, 'not logged', ha='center', va='center',
                transform=axes.transAxes, fontsize=SMALL, color='0.4')
    panels[0].set_ylim(bottom=0)
    panels[1].set_ylim(0, 100)
    panels[2].set_ylim(bottom=0)
    panels[2].ticklabel_format(axis='y', style='sci', scilimits=(-2, 2))
    panels[2].yaxis.get_offset_text().set_fontsize(SMALL)
    _legends(figure, shown, columns, height, legend)
    return figure


def _points(curve: Curve, scale: float) -> np.ndarray:
    """A curve as an array of shape (N, 2)."""
    points = np.array(list(curve), dtype=float).reshape(-1, 2)
    return points * [1, scale]


def _epoch_means(points: np.ndarray) -> np.ndarray:
    """Mean over each epoch, at its end, shape (epochs, 2)."""
    epochs = np.maximum(np.ceil(points[:, 0] - 1e-9), 1)
    return np.array([[epoch, points[epochs == epoch, 1].mean()]
                     for epoch in np.unique(epochs)]).reshape(-1, 2)


def _legends(figure: Figure, names: List[str], columns: int, height: float,
             legend: float) -> None:
    """What the lines mean, and below it the runs."""
    options = dict(
        loc='upper center',
        frameon=False,
        fontsize=SMALL,
        borderaxespad=0,
        borderpad=0,
        handlelength=1.8,
        handletextpad=0.4,
        labelspacing=0.3,
        columnspacing=1.2)
    figure.legend(
        [
            Line2D([], [], color='0.3', marker='o', markersize=3.2),
            Line2D([], [], color='0.3', linestyle=(0, (3, 1.5)))
        ], ['validation', 'training, mean of the epoch'],
        ncols=2,
        bbox_to_anchor=(0.5, (legend - 0.02) / height),
        **options)
    handles = [
        Line2D([], [],
               color=COLORS[position % len(COLORS)],
               marker=MARKERS[position % len(MARKERS)],
               markersize=3.2,
               markerfacecolor='white' if position >= len(COLORS) else None)
        for position in range(len(names))
    ]
    figure.legend(
        handles,
        names,
        ncols=columns,
        bbox_to_anchor=(0.5, (legend - 0.02 - LEGEND_LINE) / height),
        **options)
