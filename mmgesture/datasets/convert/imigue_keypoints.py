"""OpenPose tables of iMiGUE (xlsx) to compact arrays, once.

A table has no header, one row per frame and 411 columns: 137 keypoints times
(x, y, confidence), x and y in pixels. Reading xlsx takes seconds per minute
of video, so each becomes an npz file that is written atomically; a run that
was interrupted goes on with what is missing.
"""
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from mmgesture.fileio import atomic_path
from mmgesture.textio import shown
from ..array_files import open_npz
from ..imigue import IMIGUE_LAYOUTS
from ..media_errors import UnreadableMediaError

NUM_KEYPOINTS = IMIGUE_LAYOUTS['openpose-137']
NUM_COLUMNS = 3 * NUM_KEYPOINTS
MAX_PROBLEMS = 5


def import_openpyxl():
    """The library that reads xlsx files.

    Returns:
        module: openpyxl.

    Raises:
        ImportError: If it is not installed; says what to do.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise ImportError(
            'the OpenPose tables of iMiGUE are xlsx files, and openpyxl, '
            'which reads them, is not installed: run '
            "pip install 'mmgesture[xlsx]' or pip install openpyxl, or leave "
            f'the keypoints out (--no-keypoints) [{error}]') from error
    return openpyxl


def column_name(index: int) -> str:
    """Letters of a column in a spreadsheet.

    Args:
        index (int): From 0.

    Returns:
        str: 'A' for 0, 'OU' for 410.
    """
    letters = ''
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord('A') + rest) + letters
    return letters


def read_openpose_xlsx(path: str) -> np.ndarray:
    """Read one table.

    Blank rows between others are frames in which nobody was found and become
    zeros, as OpenPose itself writes them; blank rows at the end are left
    out.

    Args:
        path (str): ``<VID>_openpose.xlsx``.

    Returns:
        np.ndarray: x, y in pixels and confidence, shape (T, 137, 3),
        float32.

    Raises:
        ImportError: If openpyxl is not installed.
        FileNotFoundError: If there is no such file.
        ValueError: If it is no such table; names row and column.
    """
    openpyxl = import_openpyxl()
    frames: List[np.ndarray] = []
    problems: List[str] = []
    last = 0
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            # the size that some writers declare is wrong
            sheet.reset_dimensions()
            for number, cells in enumerate(
                    sheet.iter_rows(values_only=True), 1):
                row, problem = _parse_row(cells)
                if problem:
                    problems.append(f'row {number}: {problem}')
                    if len(problems) == MAX_PROBLEMS:
                        break
                    continue
                if row is not None:
                    last = number
                frames.append(np.zeros(NUM_COLUMNS, np.float32)
                              if row is None else row)
        finally:
            book.close()
    except FileNotFoundError:
        raise
    except Exception as error:  # openpyxl raises anything of a damaged file
        raise ValueError(f'{path}: cannot be read as an xlsx table: '
                         f'{str(error)[:200]}') from error
    if problems:
        raise ValueError(f'{path}: ' + '; '.join(problems))
    if not last:
        raise ValueError(f'{path}: expected one row per frame, it is empty')
    return np.stack(frames[:last]).reshape(last, NUM_KEYPOINTS, 3)


def _parse_row(cells: Sequence) -> Tuple[Optional[np.ndarray], Optional[str]]:
    """Values of one row, None for a blank one, or what is wrong."""
    width = len(cells)
    while width and cells[width - 1] is None:
        width -= 1
    if not width:
        return None, None
    if width != NUM_COLUMNS:
        return None, (f'expected {NUM_COLUMNS} columns ({NUM_KEYPOINTS} '
                      f'keypoints x (x, y, confidence)), got {width}')
    try:
        row = np.array(cells[:width], dtype=np.float32)
        bad = np.flatnonzero(~np.isfinite(row))
    except (TypeError, ValueError, OverflowError):
        bad = [i for i, cell in enumerate(cells) if not _is_number(cell)]
    if len(bad):
        return None, (f'column {column_name(int(bad[0]))}: expected a finite '
                      f'number, got {shown(cells[int(bad[0])])}')
    return row, None


def _is_number(cell) -> bool:
    try:
        return bool(np.isfinite(np.float32(cell)))
    except (TypeError, ValueError, OverflowError):
        return False


def write_keypoints(path: str, keypoints: np.ndarray, source: int) -> None:
    """Write an array of keypoints, atomically.

    Args:
        path (str): The ``.npz``: ``keypoints`` (T, V, 3) float32, its length
            ``frames``, and ``source``.
        keypoints (np.ndarray): x, y, confidence, shape (T, V, 3).
        source (int): Size or checksum of what it was made of, by which a
            later run knows it is still up to date.
    """
    with atomic_path(path) as temporary:
        np.savez_compressed(
            temporary,
            keypoints=np.ascontiguousarray(keypoints, np.float32),
            frames=np.int64(len(keypoints)),
            source=np.int64(source))


def read_keypoints(path: str) -> np.ndarray:
    """Read an array of keypoints.

    Args:
        path (str): The ``.npz``.

    Returns:
        np.ndarray: x, y in pixels and confidence, shape (T, V, 3), float32.

    Raises:
        UnreadableMediaError: If the file is absent or broken.
    """
    with open_npz(path, 'expected an npz with "keypoints"') as file:
        return file['keypoints']


def written_frames(path: str, source: int) -> Optional[int]:
    """Length of an array that an earlier run wrote.

    Args:
        path (str): The ``.npz``.
        source (int): Size or checksum of what it should be made of.

    Returns:
        int: Frames; None if it has to be written (again).
    """
    try:
        with open_npz(path, 'not ours') as file:
            if int(file['source']) == source and 'keypoints' in file.files:
                return int(file['frames'])
    except UnreadableMediaError:
        pass  # absent or not ours: it is written anew
    return None


def _convert(source: str, target: str) -> Tuple[Optional[int], Optional[str]]:
    """Frames of one converted table, or what is wrong with it."""
    try:
        keypoints = read_openpose_xlsx(source)
    except ValueError as error:
        return None, str(error)
    write_keypoints(target, keypoints, os.path.getsize(source))
    return len(keypoints), None


def convert_openpose_tables(
    jobs: Dict[str, Tuple[str, str]],
    problems: List[str],
    workers: int = 1,
    advance: Optional[Callable[[int, int], None]] = None
) -> Dict[str, int]:
    """Convert tables that are not converted yet.

    Args:
        jobs (dict): Video id to (xlsx, npz).
        problems (List[str]): Complaints are appended here.
        workers (int): Processes. Defaults to 1.
        advance (Callable, optional): Called with (done, all) after each.
            Defaults to None.

    Returns:
        Dict[str, int]: Frames of every video whose table is sound.

    Raises:
        ImportError: If there is something to do and openpyxl is not
            installed.
    """
    frames: Dict[str, int] = {}
    todo = {}
    for name, (source, target) in jobs.items():
        known = written_frames(target, os.path.getsize(source))
        if known is None:
            todo[name] = (source, target)
        else:
            frames[name] = known
    if todo:
        import_openpyxl()
    done: List[str] = []

    def finish(name, result):
        length, problem = result
        if problem:
            problems.append(problem)
        else:
            frames[name] = length
        if advance is not None:
            advance(len(jobs) - len(todo) + len(done), len(jobs))

    if workers <= 1:
        for name, job in todo.items():
            done.append(name)
            finish(name, _convert(*job))
        return frames
    with ProcessPoolExecutor(workers) as pool:
        futures = {pool.submit(_convert, *job): name
                   for name, job in todo.items()}
        for future in as_completed(futures):
            done.append(futures[future])
            finish(futures[future], future.result())
    return frames
