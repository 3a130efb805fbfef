"""The modality ladder: each stream alone, and the fusion as it grows."""
from pathlib import Path
from typing import Optional, Sequence, Union

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from mmgesture.fileio import atomic_path
from .palette import OKABE_ITO

FUSED_COLOR = tuple(part / 255 for part in OKABE_ITO[4])  # blue
EQUAL_COLOR = tuple(part / 255 for part in OKABE_ITO[0])  # orange


def draw_modality_ladder(steps: Sequence[object],
                         path: Union[str, Path],
                         measure: str = 'top1',
                         label: str = 'top-1 (%)',
                         title: Optional[str] = None,
                         dpi: int = 200) -> None:
    """Draw a ladder into a file.

    Args:
        steps (Sequence[object]): Steps from the top down, with ``stream``,
            ``weight`` and the shares named by ``measure``, such as
            ``LadderStep``.
        path (str | Path): Image to write; the suffix says which kind.
        measure (str): ``'top1'`` or ``'macro_f1'``. Defaults to 'top1'.
        label (str): What the axis says. Defaults to 'top-1 (%)'.
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If there is no step.
    """
    figure = modality_ladder_figure(steps, measure, label, title)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def modality_ladder_figure(steps: Sequence[object],
                           measure: str = 'top1',
                           label: str = 'top-1 (%)',
                           title: Optional[str] = None) -> Figure:
    """Build the figure of :func:`draw_modality_ladder`.

    Args:
        steps (Sequence[object]): Steps from the top down.
        measure (str): ``'top1'`` or ``'macro_f1'``. Defaults to 'top1'.
        label (str): What the axis says. Defaults to 'top-1 (%)'.
        title (str, optional): Title. Defaults to None.

    Returns:
        Figure: The figure, without a canvas, 7 inches wide.

    Raises:
        ValueError: If there is no step.
    """
    if not steps:
        raise ValueError('expected at least one step of the ladder, got none')
    figure = Figure(
        figsize=(7, 1.4 + 0.34 * len(steps)), layout='constrained')
    axes = figure.subplots()
    rows = range(len(steps))
    alone = [100 * getattr(step, measure) for step in steps]
    equal = [100 * getattr(step, f'equal_{measure}') for step in steps]
    fused = [100 * getattr(step, f'fused_{measure}') for step in steps]
    axes.plot(fused, rows, '-', color=FUSED_COLOR, linewidth=1.4, zorder=2)
    axes.plot(alone, rows, 's', color='white', markeredgecolor='0.25',
              markersize=6, zorder=3, label='this stream alone')
    axes.plot(equal, rows, 'D', color=EQUAL_COLOR, markeredgecolor='0.2',
              markeredgewidth=0.5, markersize=6.5, zorder=4,
              label='all down to here, equal weights')
    axes.plot(fused, rows, 'o', color=FUSED_COLOR, markersize=4, zorder=5,
              label="all down to here, the fusion's weights")
    axes.set_yticks(rows, [
        f'{"" if row == 0 else "+ "}{step.stream} '
        f'({step.weight:.2f})' for row, step in zip(rows, steps)
    ], fontsize=8)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    low, high = min(alone + equal + fused), max(alone + equal + fused)
    room = 0.06 * (high - low) + 0.5
    axes.set_xlim(low - room, high + room)
    axes.set_xlabel(label, fontsize=8)
    axes.tick_params(labelsize=8)
    axes.tick_params(axis='y', length=0)
    axes.grid(color='0.88', linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ('top', 'right', 'left'):
        axes.spines[side].set_visible(False)
    figure.legend(loc='outside lower center', ncols=3, fontsize=7.5,
                  frameon=False)
    if title is not None:
        axes.set_title(title, fontsize=9)
    return figure
