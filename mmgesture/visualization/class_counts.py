"""Instances per class before and after augmentation (Figure 1 of 001)."""
from pathlib import Path
from typing import Optional, Sequence, Union

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO
from .text_fit import NORMAL, SMALL, cut_to_width, widest

__all__ = ['draw_class_counts']

WIDTH, ROW, MOST = 7.2, 0.3, 2.6


def draw_class_counts(before: Sequence[int],
                      after: Sequence[int],
                      classes: Sequence[str],
                      path: Union[str, Path],
                      title: Optional[str] = None,
                      dpi: int = 200) -> None:
    """Draw both counts of every class, commonest first, into a file.

    Args:
        before (Sequence[int]): Instances of every class, (K,).
        after (Sequence[int]): Instances with their copies, (K,).
        classes (Sequence[str]): Class names.
        path (str | Path): Image to write; the suffix says which kind.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If the lengths differ.
    """
    before, after = np.asarray(before), np.asarray(after)
    if not len(before) == len(after) == len(classes) > 0:
        raise ValueError('expected as many counts before and after as '
                         f'classes, got {len(before)}, {len(after)} and '
                         f'{len(classes)}')
    order = np.argsort(-before, kind='stable')
    names = [cut_to_width(str(classes[k]), MOST, SMALL) for k in order]
    height = ROW * len(order) + 0.9
    figure = Figure(figsize=(WIDTH, height))
    left = (widest(names) + 0.15) / WIDTH
    top = 1 - (0.55 if title else 0.35) / height
    axes = figure.add_axes((left, 0.4 / height, 0.96 - left,
                            top - 0.4 / height))
    places = np.arange(len(order))
    for shift, counts, name, number in ((-.2, before, 'annotated', 4),
                                        (.2, after, 'with copies', 0)):
        color = tuple(part / 255 for part in OKABE_ITO[number])
        axes.barh(places + shift, counts[order], height=.38, color=color,
                  label=name)
        for place, value in zip(places, counts[order]):
            axes.text(value, place + shift, f' {value}', va='center',
                      fontsize=SMALL - 1)
    axes.set_yticks(places, names, fontsize=SMALL)
    axes.invert_yaxis()
    axes.set_xlim(0, max(after.max(), 1) * 1.1)
    axes.set_ylim(len(order) - .5, -.5)
    axes.set_xlabel('training instances', fontsize=NORMAL)
    axes.tick_params(labelsize=SMALL, length=2)
    axes.spines[['top', 'right']].set_visible(False)
    axes.legend(fontsize=SMALL, frameon=False, loc='lower right')
    if title:
        figure.text(.5, 1 - .2 / height, title, ha='center', va='center',
                    fontsize=NORMAL + 2)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)
