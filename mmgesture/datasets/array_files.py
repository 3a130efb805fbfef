"""Opening npz and npy files that somebody else may have made."""
from contextlib import contextmanager
from typing import Any, Iterator

import numpy as np

from .media_errors import blaming, check_file

__all__ = ['open_npy', 'open_npz']

#: Bytes of all arrays of an npz; a zip can promise more than any memory.
MAX_BYTES = 8 << 30


@contextmanager
def open_npz(path: str, what: str) -> Iterator[Any]:
    """Open an npz; nothing in it is unpickled.

    Args:
        path (str): The file.
        what (str): What is expected of it, for errors of the whole block.

    Yields:
        NpzFile: The open file.

    Raises:
        UnreadableMediaError: If it is absent or broken, or something in the
            block fails.
    """
    check_file(path)
    with blaming(path, what):
        file = np.load(path, allow_pickle=False)
        if not hasattr(file, 'files'):
            raise ValueError('it holds a single array')
        with file:
            size = sum(entry.file_size for entry in file.zip.infolist())
            if size > MAX_BYTES:
                raise ValueError(f'its arrays take {size} bytes')
            yield file


def open_npy(path: str, what: str) -> np.ndarray:
    """Map an npy into memory; nothing in it is unpickled.

    Args:
        path (str): The file.
        what (str): What is expected of it, for errors.

    Returns:
        np.ndarray: Its array, not yet read.

    Raises:
        UnreadableMediaError: If it is absent, broken or an npz.
    """
    check_file(path)
    with blaming(path, what):
        array = np.load(path, mmap_mode='r', allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError('it is an archive of arrays')
        return array
