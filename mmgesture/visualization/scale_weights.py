"""Weights of ASWM's scales by class (Fig. 4)."""
from pathlib import Path
from typing import Optional, Sequence, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL, cut_to_width, widest

#: Blue, orange, green, purple, light blue: dark and light in turn, so that
#: neighbouring bars differ in grey as well.
COLORS = [
    tuple(part / 255 for part in OKABE_ITO[index]) for index in (4, 0, 2, 6, 1)
]
#: Inches: width, thickness of a bar, space between classes.
WIDTH, BAR, SPACE = 7.2, 0.072, 0.066
#: Inches: above and below the bars.
HEAD, FOOT = 0.3, 0.42


def draw_scale_weights(mean: np.ndarray,
                       spread: np.ndarray,
                       clips: Sequence[int],
                       classes: Sequence[str],
                       scales: Sequence[str],
                       path: Union[str, Path],
                       title: Optional[str] = None,
                       dpi: int = 200) -> None:
    """Draw the mean weight of each scale by class as grouped bars.

    The whiskers are one standard deviation over the clips of the class; the
    dashed line is the weight that a plain average would give. Classes
    without clips keep their place and say so.

    Args:
        mean (np.ndarray): Mean weights, shape (num_classes, S); nan without
            clips.
        spread (np.ndarray): Their standard deviations, same shape; nan is
            not drawn.
        clips (Sequence[int]): Clips of each class.
        classes (Sequence[str]): Class names.
        scales (Sequence[str]): Names of the scales.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If the shapes do not fit.
    """
    figure = scale_weights_figure(mean, spread, clips, classes, scales, title)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def scale_weights_figure(mean: np.ndarray,
                         spread: np.ndarray,
                         clips: Sequence[int],
                         classes: Sequence[str],
                         scales: Sequence[str],
                         title: Optional[str] = None) -> Figure:
    """Build the figure of :func:`draw_scale_weights`.

    Args:
        mean (np.ndarray): Mean weights, shape (num_classes, S); nan without
            clips.
        spread (np.ndarray): Their standard deviations, same shape.
        clips (Sequence[int]): Clips of each class.
        classes (Sequence[str]): Class names.
        scales (Sequence[str]): Names of the scales.
        title (str, optional): Title. Defaults to None.

    Returns:
        Figure: The figure, without a canvas.

    Raises:
        ValueError: If the shapes do not fit.
    """
    mean, spread = np.asarray(mean, float), np.asarray(spread, float)
    shape = (len(classes), len(scales))
    if (mean.shape != shape or spread.shape != shape
            or len(clips) != len(classes) or 0 in shape):
        raise ValueError(
            f'expected means and spreads of shape {shape} and {shape[0]} '
            f'numbers of clips, got {mean.shape}, {spread.shape} and '
            f'{len(clips)}')
    number, count = shape
    labels = [
        f'{cut_to_width(name, 2.6)} ({total})'
        for name, total in zip(classes, clips)
    ]
    left = widest(labels) + 0.15
    pitch = BAR * count + SPACE
    head = HEAD + (0.25 if title else 0)
    height = head + number * pitch + FOOT
    figure = Figure(figsize=(WIDTH, height))
    if title:
        figure.text(
            0.5, 1 - 0.14 / height, cut_to_width(title, WIDTH - 0.2,
                                                 NORMAL + 1),
            ha='center', va='center', fontsize=NORMAL + 1)
    axes = figure.add_axes(
        (left / WIDTH, FOOT / height, (WIDTH - left - 0.12) / WIDTH,
         number * pitch / height))
    middle = np.arange(number) * pitch  # inches
    for index, scale in enumerate(scales):
        offset = (index - (count - 1) / 2) * BAR
        axes.barh(
            middle + offset,
            np.nan_to_num(mean[:, index]),
            height=BAR,
            color=COLORS[index % len(COLORS)],
            edgecolor='white',
            linewidth=0.3,
            label=scale)
        known = ~np.isnan(spread[:, index])
        axes.errorbar(
            mean[known, index],
            (middle + offset)[known],
            xerr=spread[known, index],
            fmt='none',
            ecolor='0.15',
            elinewidth=0.7,
            capsize=1.3,
            capthick=0.7)
    for row in np.flatnonzero(np.asarray(clips) == 0):
        axes.text(
            0.01, middle[row], 'no clips', va='center', fontsize=SMALL,
            color='0.4')
    axes.axvline(
        1 / count,
        color='0.35',
        linestyle=(0, (4, 2)),
        linewidth=0.9,
        label=f'plain average (1/{count})')
    axes.set_yticks(middle, labels, fontsize=SMALL)
    axes.set_ylim(middle[-1] + pitch / 2, -pitch / 2)
    reach = np.nanmax(np.append(mean + np.nan_to_num(spread), 1 / count))
    axes.set_xlim(0, min(1.0, 1.04 * reach))
    axes.tick_params(axis='x', labelsize=SMALL, length=2, pad=1.5)
    axes.tick_params(axis='y', length=0, pad=3)
    axes.grid(axis='x', color='0.9', linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)
    axes.set_xlabel(
        'mean weight of the scale (whiskers: standard deviation over clips)',
        fontsize=NORMAL,
        labelpad=2)
    handles, names = axes.get_legend_handles_labels()
    figure.legend(
        handles[1:] + handles[:1],  # the line of the average last
        names[1:] + names[:1],
        loc='upper right',
        bbox_to_anchor=(1 - 0.1 / WIDTH, 1 - (head - 0.26) / height),
        ncols=count + 1,
        frameon=False,
        fontsize=SMALL,
        handlelength=1.5,
        handletextpad=0.4,
        columnspacing=1.2,
        borderpad=0,
        borderaxespad=0)
    return figure
