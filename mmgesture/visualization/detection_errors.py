"""DETAD's three figures on one page: negatives, positives, sensitivity."""
from pathlib import Path
from typing import Mapping, Optional, Sequence, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL

__all__ = ['draw_detection_errors']

BLUE, RED = (tuple(p / 255 for p in OKABE_ITO[k]) for k in (4, 5))
#: Of the kinds of false positives; hits in the first.
KIND_COLORS = [
    tuple(p / 255 for p in OKABE_ITO[k]) for k in (2, 3, 0, 1, 6)
] + [(.75, .75, .75)]

Groups = Mapping[str, Mapping[str, float]]


def draw_detection_errors(negatives: Groups,
                          missed: float,
                          profile: np.ndarray,
                          impact: Mapping[str, float],
                          kinds: Sequence[str],
                          by_bin: Groups,
                          overall: float,
                          path: Union[str, Path],
                          title: Optional[str] = None,
                          dpi: int = 200) -> None:
    """Draw the page into a file.

    Ranges without an annotation are marked n/a, they are not 0.

    Args:
        negatives (Mapping): Characteristic to range to share of missed
            annotations; nan where there are none.
        missed (float): Share over all.
        profile (np.ndarray): Shares of the kinds among the best G, 2 G, ...
            detections, (10, kinds).
        impact (Mapping[str, float]): What mAP_N gains without a kind.
        kinds (Sequence[str]): Names of the kinds, hits first.
        by_bin (Mapping): Characteristic to range to mAP_N.
        overall (float): mAP_N over all.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.
    """
    figure = Figure(figsize=(7.2, 7.4), layout='constrained')
    if title:
        figure.suptitle(title, fontsize=NORMAL + 2)
    grid = figure.add_gridspec(3, 5)
    _bars(figure.add_subplot(grid[0, :]), negatives, 100 * missed, 100,
          'missed annotations (%)', RED)
    _profile(figure.add_subplot(grid[1, :3]), profile, kinds)
    _impact(figure.add_subplot(grid[1, 3:]), impact)
    _bars(figure.add_subplot(grid[2, :]), by_bin, 100 * overall, 100,
          'normalised mAP (%)', BLUE)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def _bars(axes, groups: Groups, line: float, scale: float, label: str,
          color: tuple) -> None:
    """Bars of the ranges, a group for each characteristic."""
    place, ticks = 0., []
    heights = [v * scale for g in groups.values() for v in g.values()]
    top = max([h for h in heights if not np.isnan(h)] + [line, 1.])
    for name, ranges in groups.items():
        first = place
        for text, value in ranges.items():
            height = value * scale
            if np.isnan(height):
                axes.text(place, top * .02, 'n/a', ha='center', va='bottom',
                          fontsize=SMALL, color='.45')
            else:
                axes.bar(place, height, width=.8, color=color)
                axes.text(place, height + top * .015, f'{height:.0f}',
                          ha='center', va='bottom', fontsize=SMALL)
            ticks.append((place, text))
            place += 1
        axes.text((first + place - 1) / 2, -.17, name, ha='center', va='top',
                  fontsize=NORMAL, transform=axes.get_xaxis_transform())
        place += .8
    axes.set_xticks([t for t, _ in ticks], [n for _, n in ticks],
                    fontsize=SMALL)
    if not np.isnan(line):
        axes.axhline(line, color='.25', linewidth=.8,
                     linestyle=(0, (3, 1.5)))
        axes.text(place - .4, line, f'all: {line:.0f}', va='bottom',
                  ha='right', fontsize=SMALL, color='.25')
    axes.set_xlim(-.8, place - .3)
    axes.set_ylim(0, top * 1.12)
    axes.set_ylabel(label, fontsize=NORMAL)
    _plain(axes)


def _profile(axes, profile: np.ndarray, kinds: Sequence[str]) -> None:
    bottom = np.zeros(len(profile))
    for share, kind, color in zip(profile.T, kinds, KIND_COLORS):
        axes.bar(np.arange(1, len(profile) + 1), 100 * share,
                 bottom=bottom, width=.8, color=color, label=kind,
                 edgecolor='white', linewidth=.4)
        bottom += 100 * share
    axes.set_xticks(range(1, len(profile) + 1),
                    [f'{k}G' for k in range(1, len(profile) + 1)],
                    fontsize=SMALL)
    axes.set_xlabel('best detections, G annotations', fontsize=NORMAL)
    axes.set_ylabel('share (%)', fontsize=NORMAL)
    axes.set_ylim(0, 100)
    axes.legend(fontsize=SMALL, ncols=3, loc='lower center',
                bbox_to_anchor=(.5, 1), frameon=False, handlelength=1,
                columnspacing=1)
    _plain(axes)


def _impact(axes, impact: Mapping[str, float]) -> None:
    gain = 100 * np.array(list(impact.values()), float)
    places = np.arange(len(gain))
    axes.barh(places, np.nan_to_num(gain), color=KIND_COLORS[1:], height=.7)
    for place, value in zip(places, gain):
        text = 'n/a' if np.isnan(value) else f'{value:.1f}'
        axes.text(np.nan_to_num(value), place, f' {text}', va='center',
                  fontsize=SMALL)
    axes.set_yticks(places, list(impact), fontsize=SMALL)
    axes.invert_yaxis()
    axes.set_xlim(0, max(np.nan_to_num(gain).max(), .5) * 1.25)
    axes.set_xlabel('gain in mAP without them (points)', fontsize=NORMAL)
    _plain(axes)


def _plain(axes) -> None:
    axes.tick_params(labelsize=SMALL, length=2)
    axes.spines[['top', 'right']].set_visible(False)
