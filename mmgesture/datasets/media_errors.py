"""The errors that say what is wrong with a media file."""
import os
from contextlib import contextmanager
from typing import Iterator


class UnreadableMediaError(RuntimeError):
    """A media file, or the asked part of it, cannot be read.

    Args:
        path (str): The file.
        reason (str): What was expected and what was found.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f'{path}: {reason}')

    def __reduce__(self):
        # worker processes send their exceptions home by pickle
        return type(self), (self.path, self.reason)


class TooManyBadMediaError(RuntimeError):
    """More samples are unreadable than the data set tolerates."""


@contextmanager
def blaming(path: str, what: str) -> Iterator[None]:
    """Blame a file for whatever its decoder raises in the block.

    Damaged files make decoders raise anything: PyAV an ``IndexError`` when
    a stream turns up late, a ``MemoryError`` when a header lies.

    Args:
        path (str): The file.
        what (str): What fails, such as 'cannot be decoded'.

    Yields:
        None

    Raises:
        UnreadableMediaError: In place of any other exception.
    """
    try:
        yield
    except UnreadableMediaError:
        raise
    except Exception as error:
        text = ' '.join(str(error).split())[:200]
        raise UnreadableMediaError(
            path, f'{what}: {text or type(error).__name__}') from error


def check_file(path: str) -> None:
    """Refuse what cannot be a media file before any decoder sees it.

    Args:
        path (str): The file.

    Raises:
        UnreadableMediaError: If it is missing, no file, or empty.
    """
    if not os.path.exists(path):
        raise UnreadableMediaError(path, 'no such file')
    if not os.path.isfile(path):
        raise UnreadableMediaError(
            path, 'expected a file, found a folder or a device')
    if os.path.getsize(path) == 0:
        raise UnreadableMediaError(path, 'the file is empty (0 bytes)')
