"""Confusion matrices of two models side by side (Figs. 7 and 8)."""
from pathlib import Path
from typing import List, Optional, Sequence, Tuple, Union

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mmgesture.fileio import atomic_path
from .palette import CONFUSION_COLORMAP, OKABE_ITO, text_color_on
from .text_fit import NORMAL, SMALL, cut_to_width, text_width, widest

#: Colours of model A, of model B, and of the frame round a changed cell.
COLOR_A, COLOR_B, MARK = ([part / 255 for part in OKABE_ITO[index]]
                          for index in (4, 5, 5))
#: Inches: a line of the key, a changed pair, a margin, room for tick labels.
KEY_LINE, PAIR_LINE, MARGIN, TICKS = 0.15, 0.29, 0.08, 0.42
#: Inches: the list of pairs without their names.
PLOT = 1.6
#: Inches: above the matrices, from them to what is below, above the lists.
HEAD, BETWEEN, LIST_HEAD = 0.3, 0.75, 0.45


def draw_confusion_pair(counts_a: np.ndarray,
                        counts_b: np.ndarray,
                        classes: Sequence[str],
                        path: Union[str, Path],
                        names: Sequence[str] = ('A', 'B'),
                        pairs: Sequence[Tuple[int, int]] = (),
                        title: Optional[str] = None,
                        dpi: int = 200) -> None:
    """Draw two confusion matrices and their most changed pairs into a file.

    Both matrices have one colour scale: the share of the true class. The
    number in a cell is its clips. Axes carry class numbers; the key below
    has the names and the clips of each class. Right of the key the given
    pairs are listed, with their counts in both models; their cells are
    framed. Classes without clips are hatched.

    Args:
        counts_a (np.ndarray): Clips of model A, shape (num_classes,
            num_classes), rows are true classes.
        counts_b (np.ndarray): The same of model B.
        classes (Sequence[str]): Class names.
        path (str | Path): Image to write; the suffix says which kind.
        names (Sequence[str]): Names of the two models. Defaults to
            ('A', 'B').
        pairs (Sequence[tuple[int, int]]): True and predicted class of the
            pairs to list, in order. Defaults to ().
        title (str, optional): Title. Defaults to None.
        dpi (int): Dots per inch of pixel formats. Defaults to 200.

    Raises:
        ValueError: If a matrix is not square over ``classes`` or there are
            not two names.
    """
    figure = confusion_pair_figure(counts_a, counts_b, classes, names, pairs,
                                   title)
    FigureCanvasAgg(figure)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=dpi)


def confusion_pair_figure(counts_a: np.ndarray,
                          counts_b: np.ndarray,
                          classes: Sequence[str],
                          names: Sequence[str] = ('A', 'B'),
                          pairs: Sequence[Tuple[int, int]] = (),
                          title: Optional[str] = None) -> Figure:
    """Build the figure of :func:`draw_confusion_pair`.

    Args:
        counts_a (np.ndarray): Clips of model A, shape (num_classes,
            num_classes), rows are true classes.
        counts_b (np.ndarray): The same of model B.
        classes (Sequence[str]): Class names.
        names (Sequence[str]): Names of the two models. Defaults to
            ('A', 'B').
        pairs (Sequence[tuple[int, int]]): True and predicted class of the
            pairs to list, in order. Defaults to ().
        title (str, optional): Title. Defaults to None.

    Returns:
        Figure: The figure, without a canvas.

    Raises:
        ValueError: If a matrix is not square over ``classes`` or there are
            not two names.
    """
    number = len(classes)
    matrices = [np.asarray(counts_a), np.asarray(counts_b)]
    for matrix in matrices:
        if matrix.shape != (number, number) or number == 0:
            raise ValueError(f'expected counts of shape ({number}, {number}) '
                             f'for {number} classes, got {matrix.shape}')
    if len(names) != 2:
        raise ValueError(f'expected the names of 2 models, got {len(names)}')
    # a cell is as wide as the longest number in it
    digits = str(max(int(matrix.max()) for matrix in matrices))
    cell = max(text_width('0' * len(digits)) + 0.03, 0.19)
    side = cell * number
    width = 2 * (TICKS + max(side, 2.5)) + 2 * MARGIN
    support = matrices[0].sum(axis=1)
    key = [
        f'{index}  {name} ({total})'
        for index, (name, total) in enumerate(zip(classes, support))
    ]
    # as many columns in the key as make it about as high as the pairs
    lower = max(len(pairs) * PAIR_LINE + 0.35, 2.6)
    columns = -(-number // int(lower / KEY_LINE))
    rows, column = -(-number // columns), widest(key) + 0.2
    room = widest(
        line for pair in pairs
        for line in _pair_label(pair, classes, support, 9.9).split('\n'))
    # too long names of pairs are cut, those of the key never
    width = max(width, columns * column + (min(room, 2.0) + PLOT + 0.3
                                           if pairs else 0.2))
    head = HEAD + (0.3 if title else 0)
    height = head + side + BETWEEN + LIST_HEAD + lower + MARGIN
    figure = Figure(figsize=(width, height))

    def place(left: float, top: float, wide: float, high: float) -> Axes:
        """Axes by inches from the left and from the top."""
        return figure.add_axes((left / width, 1 - (top + high) / height,
                                wide / width, high / height))

    if title:
        figure.suptitle(title, y=1 - 0.2 / height, va='center', fontsize=10)
    gap = (width - 2 * MARGIN) / 2
    for position, (matrix, name) in enumerate(zip(matrices, names)):
        axes = place(MARGIN + position * gap + TICKS, head, side, side)
        image = _draw_matrix(axes, matrix, pairs, cell)
        share = np.trace(matrix) / max(matrix.sum(), 1)
        text = f'{"AB"[position]}: {name}'
        tail = f', top-1 {100 * share:.1f} %'
        rest = gap - 0.1 - text_width(tail, NORMAL + 1)
        axes.set_title(
            cut_to_width(text, rest, NORMAL + 1) + tail,
            fontsize=NORMAL + 1)
        if position == 0:
            axes.set_ylabel('true class', fontsize=NORMAL, labelpad=2)
    bar = figure.colorbar(
        image,
        cax=place(width / 2 - 1.2, head + side + 0.42, 2.4, 0.09),
        orientation='horizontal')
    bar.ax.tick_params(labelsize=SMALL, length=2, pad=1)
    notes = ('share of the true class',
             'numbers: clips' + ('; framed: listed below' if pairs else ''))
    for note, inches, align in zip(notes, (-1.3, 1.3), ('right', 'left')):
        figure.text(
            0.5 + inches / width,
            1 - (head + side + 0.465) / height,
            note,
            ha=align,
            va='center',
            fontsize=SMALL)
    top = head + side + BETWEEN + LIST_HEAD
    _draw_key(place(MARGIN, top, columns * column, lower), key, rows, column)
    if pairs:
        # below the second matrix, if the names leave room for that
        start = min(width / 2 + room + 0.1, width - PLOT - MARGIN)
        room = start - columns * column - 0.2
        labels = [_pair_label(pair, classes, support, room) for pair in pairs]
        _draw_pairs(
            place(start, top, PLOT - 0.4, len(pairs) * PAIR_LINE), matrices,
            pairs, labels)
    return figure


def _draw_matrix(axes: Axes, counts: np.ndarray,
                 pairs: Sequence[Tuple[int, int]], cell: float):
    """One matrix: colours, counts, frames, hatches."""
    number, support = len(counts), counts.sum(axis=1)
    shares = counts / np.maximum(support, 1)[:, None]
    colormap = colormaps[CONFUSION_COLORMAP]
    image = axes.imshow(
        shares, cmap=colormap, vmin=0, vmax=1, interpolation='nearest')
    ticks = np.arange(number)
    axes.set_xticks(ticks, ticks, fontsize=SMALL)
    axes.set_yticks(ticks, ticks, fontsize=SMALL)
    axes.tick_params(length=1.5, pad=1.5)
    axes.set_xlabel('predicted class', fontsize=NORMAL, labelpad=2)
    for row, column in np.argwhere(counts > 0):
        axes.text(
            column,
            row,
            str(counts[row, column]),
            ha='center',
            va='center_baseline',
            fontsize=SMALL,
            color=text_color_on(*colormap(shares[row, column])[:3]))
    for row in np.flatnonzero(support == 0):
        axes.axhspan(
            row - 0.5,
            row + 0.5,
            facecolor='white',
            edgecolor='0.6',
            hatch='////',
            linewidth=0)
    for row, column in pairs:
        axes.add_patch(
            Rectangle((column - 0.5, row - 0.5),
                      1,
                      1,
                      fill=False,
                      edgecolor=MARK,
                      linewidth=1.2,
                      clip_on=False,
                      zorder=3))
    return image


def _draw_key(axes: Axes, key: Sequence[str], rows: int,
              column: float) -> None:
    """The names by class number, in columns of ``rows`` lines."""
    axes.set_axis_off()
    box = axes.get_position()
    wide = box.width * axes.figure.get_figwidth()
    high = box.height * axes.figure.get_figheight()
    axes.set_xlim(0, wide)  # inches
    axes.set_ylim(high, 0)
    axes.text(
        0, -0.08, 'Classes (clips)', fontsize=NORMAL, weight='bold')
    for index, text in enumerate(key):
        axes.text(
            index // rows * column,
            (index % rows + 0.5) * KEY_LINE,
            text,
            fontsize=SMALL,
            va='center')


def _pair_label(pair: Tuple[int, int], classes: Sequence[str],
                support: np.ndarray, room: float) -> str:
    """True and predicted class on two lines."""
    true, predicted = pair
    clips = f' ({support[true]})'
    first = cut_to_width(f'{true} {classes[true]}', room - text_width(clips))
    second = cut_to_width(f'→ {predicted} {classes[predicted]}', room)
    return f'{first}{clips}\n{second}'


def _draw_pairs(axes: Axes, matrices: List[np.ndarray],
                pairs: Sequence[Tuple[int, int]],
                labels: Sequence[str]) -> None:
    """Counts of the pairs in both models, and the difference B - A."""
    rows = np.arange(len(pairs))
    before, after = (np.array([matrix[pair] for pair in pairs])
                     for matrix in matrices)
    axes.hlines(rows, before, after, color='0.6', linewidth=1.5, zorder=1)
    axes.scatter(
        before,
        rows,
        s=22,
        facecolor='white',
        edgecolor=COLOR_A,
        linewidth=1.4,
        label='A',
        zorder=3)
    axes.scatter(after, rows, s=18, color=COLOR_B, label='B', zorder=2)
    axes.set_yticks(rows, labels, fontsize=SMALL, linespacing=1.0)
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.set_xlim(left=0 - 0.06 * max(before.max(), after.max(), 1))
    axes.xaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.tick_params(axis='x', labelsize=SMALL, length=2, pad=1)
    axes.tick_params(axis='y', length=0)
    axes.set_xlabel('clips', fontsize=NORMAL, labelpad=1)
    axes.grid(axis='x', color='0.9', linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right', 'left']].set_visible(False)
    for row, difference in zip(rows, after - before):
        axes.annotate(
            f'{difference:+d}'.replace('-', '−'), (1.32, row),
            xycoords=('axes fraction', 'data'),
            ha='right',
            va='center',
            fontsize=SMALL)
    heading = 'Most changed confusions: true (clips) → predicted'
    for text, lift, style in (('B − A', 3, dict(fontsize=SMALL)),
                              (heading, 16,
                               dict(fontsize=NORMAL, weight='bold'))):
        axes.annotate(
            text, (1.32, 1),
            xycoords='axes fraction',
            xytext=(0, lift),
            textcoords='offset points',
            ha='right',
            **style)
    axes.legend(
        loc='lower left',
        bbox_to_anchor=(-0.05, 1.0),
        ncols=2,
        frameon=False,
        borderpad=0,
        borderaxespad=0.1,
        handletextpad=0.1,
        columnspacing=0.6,
        fontsize=SMALL)
