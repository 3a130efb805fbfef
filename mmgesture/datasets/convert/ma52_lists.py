"""The lists of MA-52: ``<file> <label>`` on every line."""
import os
import re
from typing import Dict, List, NamedTuple, Optional

from mmgesture.structures.annotation_checks import is_inside
from mmgesture.textio import read_text, shown
from ..ma52 import CLASSES, COUNTS, SPLITS

LIST_NAME = '{}_list_videos.txt'
MAX_NAMED = 5


class ListLine(NamedTuple):
    """One line of a list.

    Attributes:
        file (str): The clip, relative to the folder of its split.
        label (int): 0-based label as it is written.
        where (str): File and line, for messages.
    """

    file: str
    label: int
    where: str


def read_list(path: str, problems: List[str]) -> List[ListLine]:
    """Read ``<file> <label>`` lines; the file may hold blanks.

    Args:
        path (str): The list.
        problems (List[str]): Complaints are appended here.

    Returns:
        List[ListLine]: The sound lines, in the file's order.
    """
    lines: Dict[str, ListLine] = {}
    last = len(CLASSES) - 1
    try:
        rows = read_text(path).splitlines()
    except ValueError as error:
        problems.append(str(error))
        return []
    for number, row in enumerate(rows, 1):
        where = f'{path} line {number}'
        if not row.strip():
            continue
        name, _, label = row.strip().replace('\t', ' ').rpartition(' ')
        name = name.strip()
        if not name or not re.fullmatch(r'[+-]?\d{1,9}', label):
            problems.append(f'{where}: expected "<file> <label>" with a label '
                            f'0..{last}, got {shown(row.strip())}')
        elif not 0 <= int(label) <= last:
            problems.append(f'{where}: expected a label 0..{last}, got '
                            f'{label} for {name}')
        elif not is_inside(name):
            problems.append(f'{where}: expected a path below the folder of '
                            f'the split, got {shown(name)}')
        elif name in lines:
            problems.append(f'{where}: expected every clip once, {name} is '
                            f'already on {lines[name].where}')
        else:
            lines[name] = ListLine(name, int(label), where)
    return list(lines.values())


def read_lists(folder: str, problems: List[str],
                notes: List[str]) -> Dict[str, List[ListLine]]:
    """Read the lists that are there.

    Args:
        folder (str): Folder of the lists.
        problems (List[str]): Complaints are appended here.
        notes (List[str]): Absent lists, and how the others compare with the
            official counts.

    Returns:
        dict: Split to its lines.

    Raises:
        FileNotFoundError: If there is no list at all.
    """
    lists = {}
    for split in SPLITS:
        path = os.path.join(folder, LIST_NAME.format(split))
        if not os.path.isfile(path):
            notes.append(f'{split}: no {LIST_NAME.format(split)}')
            continue
        lists[split] = lines = read_list(path, problems)
        official = COUNTS[split]
        notes.append(
            f'{split}: {len(lines):,} clips listed, ' +
            ('as in the official list' if len(lines) == official else
             f'the official list has {official:,}'))
    if not lists:
        raise FileNotFoundError(
            f'no list of MA-52 in {os.path.abspath(folder)}; expected '
            f'{" ".join(LIST_NAME.format(split) for split in SPLITS)}')
    first: Dict[str, ListLine] = {}
    for lines in lists.values():
        for line in lines:
            other = first.setdefault(line.file, line)
            if other is not line:
                problems.append(f'{line.where}: expected every clip in one '
                                f'split, {line.file} is already on '
                                f'{other.where}')
    return lists


def read_test_labels(lines: List[ListLine], path: Optional[str],
                     problems: List[str],
                     notes: List[str]) -> Dict[str, Optional[int]]:
    """Find the label of every test clip.

    Args:
        lines (List[ListLine]): The test list.
        path (str, optional): List with the real labels. Without it a test
            list with other labels than 0 is believed.
        problems (List[str]): Complaints are appended here.
        notes (List[str]): Remarks are appended here.

    Returns:
        dict: Clip to label; None where it is hidden.
    """
    if path is None:
        if any(line.label for line in lines):
            notes.append('test: the list has labels (the official one says 0 '
                         'for every clip), they are taken as real')
            return {line.file: line.label for line in lines}
        notes.append('test: the list says 0 for every clip, the labels are '
                     'hidden')
        return {line.file: None for line in lines}
    listed = {line.file for line in lines}
    found = read_list(path, problems)
    problems += [
        f'{line.where}: expected a clip of the test list, got {line.file}'
        for line in found if line.file not in listed
    ]
    labels = {line.file: line.label for line in found}
    absent = [line.file for line in lines if line.file not in labels]
    if absent:
        problems.append(f'{path}: expected a label for each of the '
                        f'{len(lines)} test clips, {named(absent)} are '
                        'absent')
    return {line.file: labels.get(line.file) for line in lines}


def named(names: List[str]) -> str:
    """A few of many names for a message.

    Args:
        names (List[str]): The names.

    Returns:
        str: The first ones and how many more there are.
    """
    more = len(names) - MAX_NAMED
    return ', '.join(names[:MAX_NAMED]) + (f' and {more:,} more'
                                           if more > 0 else '')
