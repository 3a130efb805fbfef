"""The small tables of the iMiGUE set: labels, and who is in which video."""
import re
from typing import Dict, List, NamedTuple, Optional

from mmgesture.textio import read_csv, shown
from ..imigue import (IMIGUE_TEST_SUBJECTS, IMIGUE_TRAIN_SUBJECTS,
                      imigue_label)

HIDDEN = ('', '0', '-1')
"""What stands for a withheld class in label files of the test part."""


class LabelRow(NamedTuple):
    """One gesture of a label file, frames as they are in the file.

    Attributes:
        row (int): 0-based number of the row, part of the sample id.
        start (int): First frame.
        end (int): Last frame, inclusive.
        label (int, optional): 0-based class; None: hidden.
    """

    row: int
    start: int
    end: int
    label: Optional[int]


def _csv_rows(path: str) -> List[tuple]:
    """Rows that hold anything, as (number from 1, stripped cells)."""
    return [(number, [cell.strip() for cell in row])
            for number, row in read_csv(path)
            if any(cell.strip() for cell in row)]


def read_label_rows(path: str,
                    problems: List[str],
                    may_hide: bool = False) -> List[LabelRow]:
    """Read ``class,start_frame,end_frame`` rows; no header.

    Args:
        path (str): ``<VID>_label.csv``.
        problems (List[str]): Complaints are appended here, with file and
            row.
        may_hide (bool): The file is of the test part, where the class may
            be withheld: an empty cell, 0, -1, or two columns. Defaults to
            False.

    Returns:
        List[LabelRow]: The sound rows.
    """
    rows: List[LabelRow] = []
    seen: Dict[tuple, int] = {}
    try:
        table = _csv_rows(path)
    except ValueError as error:
        problems.append(str(error))
        return []
    for number, cells in table:
        where = f'{path} row {number}'
        if may_hide and len(cells) == 2:
            cells = ['', *cells]
        try:
            if len(cells) != 3:
                raise ValueError
            start, end = int(cells[1]), int(cells[2])
            file_id = None if may_hide and cells[0] in HIDDEN else int(
                cells[0])
        except ValueError:
            problems.append(f'{where}: expected three whole numbers class,'
                            f'start_frame,end_frame, got {shown(cells)}')
            continue
        try:
            label = None if file_id is None else imigue_label(file_id)
        except ValueError as error:
            problems.append(f'{where}: {error}')
            continue
        if start > end:
            problems.append(f'{where}: expected start <= end, got {start} '
                            f'and {end}')
            continue
        first = seen.setdefault((start, end, label), number)
        if first != number:
            problems.append(f'{where}: expected distinct gestures, '
                            f'{cells} is already in row {first}')
            continue
        rows.append(LabelRow(number - 1, start, end, label))
    return rows


def read_subjects(path: str) -> Dict[str, int]:
    """Read which athlete is in which video.

    Args:
        path (str): Csv of ``video,subject`` rows, with or without a header:
            video number, athlete 1 to 72.

    Returns:
        Dict[str, int]: Four-digit video id to athlete.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a row is wrong or contradicts another; names file and
            row.
    """
    subjects: Dict[str, int] = {}
    known = IMIGUE_TRAIN_SUBJECTS | IMIGUE_TEST_SUBJECTS
    for place, (number, cells) in enumerate(_csv_rows(path)):
        if place == 0 and [c.lower() for c in cells] == ['video', 'subject']:
            continue
        valid = len(cells) == 2 and all(
            re.fullmatch(r'\d{1,4}', c) for c in cells)
        if not valid or int(cells[1]) not in known:
            raise ValueError(f'{path} row {number}: expected video,subject '
                             'with a video number and an athlete 1..72, got '
                             f'{shown(cells)}')
        video, subject = cells[0].zfill(4), int(cells[1])
        if subjects.setdefault(video, subject) != subject:
            raise ValueError(f'{path} row {number}: video {video} has '
                             f'subject {subject}, a row before says '
                             f'{subjects[video]}')
    return subjects
