"""Files of JSON lines that know when they are not whole.

The first line, the header, carries how many lines follow and their SHA-256
(over the lines without their line ends, each with one line feed). A file
that was cut off while it was copied, even at the end of a line, or that was
changed, is refused. Files without the two keys, written by hand or by others,
are taken as they are.
"""
import hashlib
import json
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, Tuple, Union

from mmgesture.fileio import atomic_write
from .score_checks import parse_line

__all__ = ['read_lines', 'write_lines']


def write_lines(path: Union[str, Path], header: Dict[str, Any],
                rows: Iterable[Dict[str, Any]]) -> None:
    """Write a header and rows, atomically.

    Args:
        path (str | Path): The file. Missing parent folders are made.
        header (dict): The first line; ``rows`` and ``sha256`` are added.
        rows (Iterable[dict]): The further lines.
    """
    lines = [json.dumps(row, ensure_ascii=False) + '\n' for row in rows]
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
    header = dict(header, rows=len(lines), sha256=digest.hexdigest())
    with atomic_write(path) as file:
        file.write(json.dumps(header, ensure_ascii=False) + '\n')
        file.writelines(lines)


def read_lines(path: Union[str, Path]) -> Iterator[Tuple[str, Dict[str, Any]]]:
    """Read a file line by line, and check at its end that it is whole.

    Args:
        path (str | Path): The file.

    Yields:
        tuple: File and line for messages (str), and what it holds (dict).
        The header comes first; blank lines are skipped.

    Raises:
        ValueError: If a line is no JSON object, or lines are missing or
            were changed.
    """
    digest, rows, header = hashlib.sha256(), 0, None
    try:
        with open(path, encoding='utf-8') as file:
            for number, text in enumerate(file, start=1):
                where = f'{path}, line {number}'
                if not text.strip():
                    continue
                entry = parse_line(where, text)
                if header is None:
                    header = entry
                else:
                    rows += 1
                    digest.update(text.rstrip('\n').encode() + b'\n')
                yield where, entry
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected text in UTF-8, got other bytes '
                         f'({error}); is it damaged?') from error
    wanted = (header or {}).get('sha256')
    if wanted is not None and wanted != digest.hexdigest():
        raise ValueError(
            f'{path}: it was cut off or changed after it was written: '
            f'{rows} rows are there, {header.get("rows")} were written, and '
            'the checksum differs. Copy or make it again; if you changed it '
            'on purpose, take "rows" and "sha256" out of its first line')
