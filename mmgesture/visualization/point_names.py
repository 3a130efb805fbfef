"""Names beside the points of a figure."""
from typing import Sequence, Tuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .label_placement import place_labels, rim_distances

#: Points of print: around a name, and from its point to where a line has to
#: join the two.
MARGIN, FAR = 2, 5


def write_names(figure: Figure,
                axes: Axes,
                names: Sequence[str],
                positions: Sequence[Tuple[float, float]],
                radii: Sequence[float],
                colors: Sequence[tuple],
                lines: Sequence[Tuple[tuple, tuple]] = (),
                fontsize: float = 7) -> None:
    """Write the names where they cover nothing.

    Limits, scales and legends have to be set before: the layout is fixed
    here. A thin line joins a name to its point where it is far from it, or
    nearer to another.

    Args:
        figure (Figure): The figure.
        axes (Axes): Its axes.
        names (Sequence[str]): A name for each point.
        positions (Sequence[tuple[float, float]]): Points in data
            coordinates.
        radii (Sequence[float]): Radii of the markers, in points of print.
        colors (Sequence[tuple]): Colours of the names, RGB in [0, 1].
        lines (Sequence[tuple]): Lines to keep off, each two positions in
            data coordinates. Defaults to ().
        fontsize (float): In points of print. Defaults to 7.
    """
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    # from here on nothing may move
    figure.set_layout_engine('none')
    scale = 72 / figure.dpi  # pixels -> points of print
    anchors = axes.transData.transform(positions) * scale
    texts = [
        axes.annotate(
            name,
            position, (0, 0),
            textcoords='offset points',
            ha='center',
            va='center',
            fontsize=fontsize,
            zorder=5,
            color=color)
        for name, position, color in zip(names, positions, colors)
    ]
    renderer = canvas.get_renderer()
    sizes = np.array(
        [text.get_window_extent(renderer).size for text in texts]) * scale
    radii = np.asarray(radii, float)
    boxes = place_labels(
        anchors, radii, sizes + MARGIN,
        axes.get_window_extent().extents * scale,
        [axes.transData.transform(line) * scale for line in lines])
    for i, (text, box) in enumerate(zip(texts, boxes)):
        text.set_position(tuple((box[:2] + box[2:]) / 2 - anchors[i]))
        rims = rim_distances(box, anchors, radii)
        if rims[i] > FAR or rims[i] > rims.min() + 0.5:
            nearest = np.clip(anchors[i], box[:2], box[2:])
            axes.annotate(
                '',
                positions[i],
                tuple(nearest - anchors[i]),
                textcoords='offset points',
                arrowprops=dict(
                    arrowstyle='-',
                    linewidth=0.6,
                    color='0.5',
                    shrinkA=0,
                    shrinkB=radii[i]))
