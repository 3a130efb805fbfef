"""Maps over joints and frames, and cases with their skeletons (MMN, Fig. 3).
"""
from pathlib import Path
from typing import List, Optional, Sequence, Union

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from mmgesture.structures.skeleton import SkeletonLayout, get_layout
from .activation_maps import MAP_COLORMAP, even_positions
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL, cut_to_width

__all__ = [
    'block_maps_figure', 'cases_figure', 'draw_block_maps', 'draw_cases'
]

WIDTH = 7.2
TRUE_COLOR = tuple(part / 255 for part in OKABE_ITO[2])  # green
OTHER_COLOR = '0.72'
POSES = 4


def _save(figure: Figure, path: Union[str, Path], dpi: int) -> None:
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def draw_block_maps(case: object, path: Union[str, Path],
                    title: Optional[str] = None, dpi: int = 200) -> None:
    """Draw the maps of all blocks for one clip.

    Args:
        case (object): With ``layout`` and ``maps``, such as ``JointCase``.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.
    """
    _save(block_maps_figure(case, title), path, dpi)


def block_maps_figure(case: object, title: Optional[str] = None) -> Figure:
    """Build the figure of :func:`draw_block_maps`.

    A row for each scale, a column for each block; time runs to the right,
    joints stand part by part. Every map has a colour scale of its own, from
    its least to its largest value, as blocks differ in size.

    Args:
        case (object): See there.
        title (str, optional): Title. Defaults to None.

    Returns:
        Figure: Without a canvas, 7.2 inches wide.
    """
    layout = get_layout(case.layout)
    maps = case.maps
    rows, columns = len(maps), max(len(stage) for stage in maps)
    figure = Figure(figsize=(WIDTH, .5 + 1.35 * rows), layout='constrained')
    grid = figure.subplots(rows, columns, squeeze=False)
    for row, stage in enumerate(maps):
        for column, axes in enumerate(grid[row]):
            if column >= len(stage):
                axes.set_axis_off()
                continue
            _map(axes, stage[column], layout, names=column == 0)
            if row == 0:
                axes.set_title(f'block {column + 1}', fontsize=NORMAL)
            if column == len(stage) - 1:
                frames = len(stage[column])
                axes.yaxis.set_label_position('right')
                axes.set_ylabel(f'scale {row + 1}\n{frames} frames',
                                fontsize=SMALL)
    for axes in grid[-1]:
        axes.set_xlabel('time', fontsize=SMALL)
    if title:
        figure.suptitle(cut_to_width(title, WIDTH - .3, NORMAL),
                        fontsize=NORMAL)
    return figure


def _map(axes: Axes, values: np.ndarray, layout: SkeletonLayout,
         names: bool = True) -> None:
    """A map (T, V), joints part by part from the top."""
    axes.imshow(
        values[:, list(layout.part_order)].T, aspect='auto',
        interpolation='nearest', cmap=MAP_COLORMAP)
    edge, middles = 0, []
    for joints in layout.parts.values():
        middles.append(edge + len(joints) / 2 - .5)
        edge += len(joints)
        if edge < layout.num_joints:
            axes.axhline(edge - .5, color='white', linewidth=.6)
    axes.set_xticks([])
    labels = [part.replace('_', ' ') for part in layout.parts]
    axes.set_yticks(middles, labels if names else [''] * len(labels),
                    fontsize=SMALL)
    axes.tick_params(length=0)


def draw_cases(cases: Sequence[object], classes: Sequence[str],
               path: Union[str, Path], y_up: bool = False,
               dpi: int = 200) -> None:
    """Draw what a model says of several clips, and what it looks at.

    Args:
        cases (Sequence[object]): Such as ``JointCase``.
        classes (Sequence[str]): Names of the classes.
        path (str | Path): Image to write; the suffix says which kind.
        y_up (bool): The second coordinate points up. Defaults to False.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If there is no case.
    """
    _save(cases_figure(cases, classes, y_up), path, dpi)


def cases_figure(cases: Sequence[object], classes: Sequence[str],
                 y_up: bool = False) -> Figure:
    """Build the figure of :func:`draw_cases`.

    For every clip: four of its frames, each joint as large as the last
    block's response of the finest scale there; that response over all frames;
    and the five best classes, the true one in green.

    Args:
        cases (Sequence[object]): See there.
        classes (Sequence[str]): Names of the classes.
        y_up (bool): The second coordinate points up. Defaults to False.

    Returns:
        Figure: Without a canvas, 7.2 inches wide.

    Raises:
        ValueError: If there is no case.
    """
    if not cases:
        raise ValueError('expected at least one case, got none')
    figure = Figure(figsize=(WIDTH, 1.75 * len(cases)), layout='constrained')
    grid = figure.subplots(
        len(cases), POSES + 2, squeeze=False,
        width_ratios=[1] * POSES + [2.1, 2.3])
    for case, row in zip(cases, grid):
        layout = get_layout(case.layout)
        response = case.maps[0][-1]
        _poses(row[:POSES], case.joints, response, layout, y_up)
        true = 'hidden' if case.label is None else classes[case.label]
        row[0].set_title(cut_to_width(f'{case.sample_id}: {true}', 3.2),
                         fontsize=SMALL, loc='left')
        _map(row[POSES], response, layout)
        _scores(row[POSES + 1], case, classes)
    return figure


def _poses(panels: Sequence[Axes], joints: np.ndarray, response: np.ndarray,
           layout: SkeletonLayout, y_up: bool) -> None:
    points = joints[..., :2]
    low, high = points.min((0, 1)) - .08, points.max((0, 1)) + .08
    size = response - response.min()
    size = size / max(size.max(), 1e-9)
    for axes, frame in zip(panels, even_positions(len(points), POSES)):
        pose = points[frame]
        axes.add_collection(LineCollection(
            [pose[list(edge)] for edge in layout.edges], colors='0.6',
            linewidths=.8))
        axes.scatter(*pose.T, s=2 + 26 * size[frame], c=size[frame],
                     cmap=MAP_COLORMAP, vmin=0, vmax=1.15, zorder=2,
                     linewidths=0)
        axes.set_xlim(low[0], high[0])
        axes.set_ylim((low[1], high[1]) if y_up else (high[1], low[1]))
        axes.set_aspect('equal')
        axes.set_axis_off()


def _scores(axes: Axes, case: object, classes: Sequence[str]) -> None:
    best: List[int] = case.best(5)
    values = [100 * float(case.scores[index]) for index in best]
    colors = [TRUE_COLOR if index == case.label else OTHER_COLOR
              for index in best]
    axes.barh(range(len(best)), values, color=colors)
    for place, index in enumerate(best):
        axes.text(1.5, place, cut_to_width(classes[index], 1.7),
                  fontsize=SMALL, va='center')
    axes.set_ylim(len(best) - .5, -.5)
    axes.set_xlim(0, 100)
    axes.set_yticks([])
    axes.tick_params(labelsize=SMALL, length=2)
    for side in ('top', 'right'):
        axes.spines[side].set_visible(False)
    axes.set_xlabel('%', fontsize=SMALL, labelpad=0)
