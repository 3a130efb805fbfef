"""What waiting brings and costs: F1 and delays against the look-ahead."""
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence, Tuple, Union

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL

__all__ = ['LookaheadPoint', 'draw_lookahead_curves']

#: Blue, vermilion, green, purple; and a mark of its own for each run.
COLORS = tuple(
    tuple(part / 255 for part in OKABE_ITO[k]) for k in (4, 5, 2, 6))
MARKERS = 'osD^'


@dataclass(frozen=True)
class LookaheadPoint:
    """A run at one look-ahead; times in seconds.

    Attributes:
        lookahead (float): L.
        f1 (float): F1 of the events.
        low (float): Lower end of its interval.
        high (float): Upper end.
        after_onset (tuple[float, float]): Delay of the first word, median
            and 90th percentile.
        after_offset (tuple[float, float]): Delay of the last word.
    """
    lookahead: float
    f1: float
    low: float
    high: float
    after_onset: Tuple[float, float]
    after_offset: Tuple[float, float]


def draw_lookahead_curves(runs: Mapping[str, Sequence[LookaheadPoint]],
                          path: Union[str, Path],
                          dpi: int = 200) -> None:
    """Draw F1, and both delays, over the look-ahead into a file.

    Args:
        runs (Mapping[str, Sequence[LookaheadPoint]]): Points of each run.
        path (str | Path): Image to write; the suffix says which kind.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If there are no runs, or more than can be told apart.
    """
    if not 0 < len(runs) <= len(COLORS):
        raise ValueError(f'expected 1 to {len(COLORS)} runs, got {len(runs)}')
    figure = Figure(figsize=(6.9, 2.6), layout='constrained')
    left, middle, right = figure.subplots(1, 3)
    for (name, points), color, marker in zip(runs.items(), COLORS, MARKERS):
        points = sorted(points, key=lambda p: p.lookahead)
        at = [p.lookahead for p in points]
        left.errorbar(
            at, [p.f1 for p in points],
            [[p.f1 - p.low for p in points], [p.high - p.f1 for p in points]],
            color=color, marker=marker, markersize=3.5, linewidth=1.2,
            capsize=2, elinewidth=.8, label=name)
        for axes, part in ((middle, 'after_onset'), (right, 'after_offset')):
            for index, dashes in ((0, None), (1, (0, (3, 1.5)))):
                axes.plot(
                    at, [getattr(p, part)[index] for p in points],
                    color=color, marker=marker, markersize=3.5,
                    linewidth=1.2, linestyle=dashes or '-')
    _finish(left, 'F1 of the events')
    _finish(middle, 'first word after the onset, s')
    _finish(right, 'last word after the offset, s')
    low = min(p.low for points in runs.values() for p in points)
    left.set_ylim(max(min(low - .05, .9), 0), 1)
    for axes in (middle, right):
        axes.plot([], [], color='0.3', label='median')
        axes.plot([], [], color='0.3', linestyle=(0, (3, 1.5)),
                  label='90th percentile')
        axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    right.legend(fontsize=SMALL, frameon=False, loc='upper left')
    figure.legend(*left.get_legend_handles_labels(), fontsize=SMALL,
                  frameon=False, loc='outside upper left', ncols=len(runs))
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def _finish(axes: Axes, label: str) -> None:
    axes.set_xlabel('look-ahead, s', fontsize=NORMAL)
    axes.set_ylabel(label, fontsize=NORMAL)
    axes.tick_params(labelsize=SMALL, length=2)
    axes.grid(color='0.92', linewidth=.6)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)
