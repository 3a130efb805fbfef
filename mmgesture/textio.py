"""Reading text files whose errors name the file, whatever is in it.

Python's own readers raise a dozen kinds of errors of a damaged file, most of
which do not say of which: bytes that are no UTF-8, JSON nested a million
deep, numbers of five thousand digits, csv with NUL.
"""
import csv
import io
import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Tuple, Union

__all__ = [
    'expecting', 'parse_json', 'read_csv', 'read_json', 'read_text', 'shown'
]


def shown(value: Any, limit: int = 80) -> str:
    """A value for a message, short whatever it is.

    Args:
        value (Any): Maybe from a file.
        limit (int): Characters. Defaults to 80.

    Returns:
        str: Its representation, cut.
    """
    if isinstance(value, int) and abs(value) >= 10**limit:
        return f'a number of more than {limit} digits'  # str() may refuse it
    if isinstance(value, (str, bytes, list, tuple)):
        value = value[:limit + 1]
    text = repr(value)
    return text if len(text) <= limit else text[:limit - 4] + ' ...'


def read_text(path: Union[str, Path]) -> str:
    """Read a text file; a byte order mark is taken off.

    Args:
        path (str | Path): The file, UTF-8.

    Returns:
        str: Its text.

    Raises:
        OSError: If it cannot be opened.
        ValueError: If it is not UTF-8.
    """
    with open(path, 'rb') as file:
        data = file.read()
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected text in UTF-8, got the byte '
                         f'{data[error.start]:#04x} at {error.start}; is it '
                         'damaged, or another kind of file?') from error


def parse_json(text: str, where: str) -> Any:
    """Parse JSON.

    Args:
        text (str): The text.
        where (str): File, and maybe line, for the message.

    Returns:
        Any: Its value.

    Raises:
        ValueError: If it is no JSON, or nested too deep.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = f'line {error.lineno} ' if '\n' in text.strip() else ''
        raise ValueError(
            f'{where}: not JSON ({error.msg} at {line}column {error.colno}: '
            f'{shown(text.strip(), 60)}); was the file cut short?') from error
    except (RecursionError, ValueError) as error:
        what = 'nested too deep' if isinstance(
            error, RecursionError) else 'a number has too many digits'
        raise ValueError(f'{where}: not JSON that can be used: {what}'
                         ) from error


def read_json(path: Union[str, Path]) -> Any:
    """Read a JSON file.

    Args:
        path (str | Path): The file.

    Returns:
        Any: Its value.

    Raises:
        OSError: If it cannot be opened.
        ValueError: If it is no JSON.
    """
    return parse_json(read_text(path), str(path))


def read_csv(path: Union[str, Path],
             delimiter: str = ',') -> Iterator[Tuple[int, List[str]]]:
    """Read a csv file.

    Args:
        path (str | Path): The file, UTF-8.
        delimiter (str): Between the cells. Defaults to ','.

    Yields:
        tuple: Number of the row, from 1, and its cells. Blank rows are
        counted and yielded too.

    Raises:
        OSError: If it cannot be opened.
        ValueError: If it is no text, or no csv.
    """
    text = io.StringIO(read_text(path), newline='')
    try:
        yield from enumerate(csv.reader(text, delimiter=delimiter), 1)
    except csv.Error as error:
        raise ValueError(f'{path}: cannot be read as csv: {error}') from error


@contextmanager
def expecting(where: Union[str, Path], what: str) -> Iterator[None]:
    """Blame a file for values of other kinds than the block expects.

    Args:
        where (str | Path): The file, and maybe its line.
        what (str): What is expected of it.

    Yields:
        None

    Raises:
        ValueError: In place of the errors that come of a wrong kind of
            value; errors that name the file already pass.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, IndexError,
            ArithmeticError, RecursionError) as error:
        if isinstance(error, ValueError) and str(where) in str(error):
            raise
        text = str(error)[:200] if isinstance(
            error, ValueError) else f'{type(error).__name__}: {error}'[:200]
        raise ValueError(f'{where}: expected {what}: {text}') from error
