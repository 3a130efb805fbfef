"""Labels with intervals in one cell: ``Sitting[0 to 1]; Sleeping[2 to 8]``.

Grammar (blanks are free; a trailing ``;`` is fine)::

    cell     = item { ";" item } [ ";" ]
    item     = label "[" interval { ";" interval } "]"
    interval = number "to" number

Labels may overlap in time and may come back.
"""
import re
from typing import List, Tuple

_ITEM = re.compile(r'\s*([^\[\];]+?)\s*\[([^\[\]]*)\]\s*(?:;|$)')
_INTERVAL = re.compile(r'\s*(\d+(?:\.\d*)?|\.\d+)\s*to\s*'
                       r'(\d+(?:\.\d*)?|\.\d+)\s*')


def parse_intervals(cell: str) -> List[Tuple[str, float, float]]:
    """Parse one cell.

    Args:
        cell (str): Text such as ``Sitting[0 to 1; 3 to 4]; Walking[1 to 3]``.

    Returns:
        list: Tuples (label, start, end) in the order of the text; empty for
        an empty cell.

    Raises:
        ValueError: If the text has another form, or an interval ends before
            it starts.
    """
    found, position = [], 0
    text = cell.strip()
    while position < len(text):
        item = _ITEM.match(text, position)
        if not item:
            raise ValueError('expected LABEL[START to END; ...]; ..., cannot '
                             f'read {text[position:]!r}')
        for part in item[2].split(';'):
            interval = _INTERVAL.fullmatch(part)
            if not interval:
                raise ValueError(f'expected START to END for {item[1]!r}, '
                                 f'got {part!r}')
            start, end = float(interval[1]), float(interval[2])
            if end <= start:
                raise ValueError(f'expected START < END for {item[1]!r}, got '
                                 f'{part.strip()!r}')
            found.append((item[1], start, end))
        position = item.end()
    return found
