"""How a test run shows each class: as text, as tables, as a figure."""
import csv
from pathlib import Path
from typing import Sequence, Union

import numpy as np
from rich.console import Console
from rich.table import Table

from mmgesture.evaluation.functional import ClassRow
from mmgesture.fileio import atomic_write
from mmgesture.visualization.confusion_matrix import draw_confusion_matrix


def write_class_report(folder: Union[str, Path], rows: Sequence[ClassRow],
                       counts: np.ndarray, classes: Sequence[str]) -> None:
    """Write ``per_class.csv``, ``confusion_matrix.csv`` and its ``.png``.

    Args:
        folder (str | Path): Where to; made if absent.
        rows (Sequence[ClassRow]): Rows of ``per_class_table``.
        counts (np.ndarray): Clips, shape (num_classes, num_classes), rows
            are true classes.
        classes (Sequence[str]): Class names.
    """
    folder = Path(folder)
    write_class_table(folder / 'per_class.csv', rows)
    with atomic_write(
            folder / 'confusion_matrix.csv', 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['true \\ predicted', *classes])
        for name, row in zip(classes, counts):
            writer.writerow([name, *row.tolist()])
    draw_confusion_matrix(counts, classes, folder / 'confusion_matrix.png')


def write_class_table(path: Union[str, Path],
                      rows: Sequence[ClassRow]) -> None:
    """Write the per-class table as csv.

    Args:
        path (str | Path): The file.
        rows (Sequence[ClassRow]): Rows of ``per_class_table``.
    """
    with atomic_write(path, 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow([
            'index', 'class', 'support', 'predicted', 'recall',
            'precision', 'f1'
        ])
        for row in rows:
            figures = (row.recall, row.precision, row.f1)
            # an undefined figure is an empty cell, not the text "nan"
            writer.writerow(
                [row.index, row.name, row.support, row.predicted] +
                ['' if np.isnan(x) else f'{x:.6f}' for x in figures])


def format_class_table(rows: Sequence[ClassRow]) -> str:
    """The per-class table as text.

    Args:
        rows (Sequence[ClassRow]): Rows of ``per_class_table``.

    Returns:
        str: A table of plain characters; ``-`` marks undefined figures.
    """
    table = Table(title='per class', title_justify='left')
    table.add_column('class', no_wrap=True)
    for name in ('support', 'recall', 'precision', 'F1'):
        table.add_column(name, justify='right')
    for row in rows:
        figures = (row.recall, row.precision, row.f1)
        table.add_row(f'{row.index} {row.name}', str(row.support),
                      *['-' if np.isnan(x) else f'{x:.3f}' for x in figures])
    console = Console(width=120, no_color=True, force_terminal=False)
    with console.capture() as capture:
        console.print(table, markup=False, highlight=False)
    return capture.get()
