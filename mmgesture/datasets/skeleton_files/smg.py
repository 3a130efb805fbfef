"""SMG's skeleton csv, and mini-SMG's, which has the same form.

No header; one row per frame; 25 joints of Kinect v2 times 11 values: x, y, z
in metres, a quaternion, and two positions in pixels. The set's own reader
uses the first of the two and never the second; which of them belongs to the
colour picture is not documented, the first is taken. A row of zeros, a blank
row or empty cells: nobody was tracked.

Only the rows of the segment are parsed, but all before them are passed over:
sequences have some 20,000 rows of 2.5 kB.
"""
import math
from itertools import islice
from typing import List, Optional

import numpy as np

from ..media_errors import UnreadableMediaError
from ..smg import SMG_JOINT_VALUES, SMG_JOINTS
from .clip import SkeletonClip, make_clip

LAYOUT = 'kinect-25'
COLUMNS = SMG_JOINTS * SMG_JOINT_VALUES
#: Columns of a joint by the number of coordinates that are wanted.
_WANTED = {3: slice(0, 3), 2: slice(7, 9)}


def read_smg(path: str,
             start: Optional[int] = None,
             end: Optional[int] = None,
             dims: int = 3) -> SkeletonClip:
    """Read the skeleton of a sequence, or a segment of it.

    Args:
        path (str): ``SampleNNNN_skeleton.csv``.
        start (int, optional): First frame. Defaults to None, the first.
        end (int, optional): One past the last frame. Defaults to None, the
            end of the file.
        dims (int): 3: metres in the room; 2: pixels. Defaults to 3.

    Returns:
        SkeletonClip: In the layout 'kinect-25', one person.

    Raises:
        UnreadableMediaError: If the file is absent or no such table, or
            holds no frame of the segment.
        ValueError: If ``dims`` is neither.
    """
    if dims not in _WANTED:
        raise ValueError(f'expected dims 2 (pixels) or 3 (metres), got {dims}')
    first = start or 0
    try:
        with open(path, encoding='utf-8-sig') as file:
            lines = list(islice(file, first, end))
    except FileNotFoundError as error:
        raise UnreadableMediaError(path, 'no such file') from error
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableMediaError(path, f'cannot be read as csv: {error}'
                                   ) from error
    if not lines:
        raise UnreadableMediaError(
            path, f'the segment [{first}, {end}) lies beyond the frames of '
            'the file, or the file is empty')
    # (T, 275) -> (T, 25, 11)
    table = _table(path, first, lines).reshape(-1, SMG_JOINTS,
                                               SMG_JOINT_VALUES)
    # untracked joints have a world position of zero, whatever is asked for
    world = table[..., _WANTED[3]]
    seen = np.isfinite(world).all(-1) & world.any(-1)
    return make_clip(path, table[..., _WANTED[dims]], seen,
                     LAYOUT)


def _table(path: str, first: int, lines: List[str]) -> np.ndarray:
    try:
        # numpy's parser is fast, but it skips blank rows and knows no empty
        # cells
        table = np.loadtxt(lines, delimiter=',', comments=None, ndmin=2)
        if table.shape == (len(lines), COLUMNS):
            return table
    except ValueError:
        pass  # what is wrong, and where, comes out row by row
    return np.array([
        _row(path, number, line) for number, line in enumerate(
            lines, first + 1)
    ])


def _row(path: str, number: int, line: str) -> List[float]:
    cells = line.strip().split(',')
    if not any(cell.strip() for cell in cells):
        return [math.nan] * COLUMNS
    if len(cells) != COLUMNS:
        raise UnreadableMediaError(
            path, f'row {number}: expected {COLUMNS} values ({SMG_JOINTS} '
            f'joints x {SMG_JOINT_VALUES}), got {len(cells)}')
    try:
        return [float(cell) if cell.strip() else math.nan for cell in cells]
    except ValueError as error:
        raise UnreadableMediaError(
            path, f'row {number}: expected numbers: {str(error)[:200]}'
        ) from error
