"""Pickles that hold plain data, read without running what they ask for.

A pickle from somebody else may name any function to call. Skeleton sets and
label files only need dicts, lists, strings, numbers and numpy arrays, and
that is all that is admitted here.
"""
import codecs
import pickle
from typing import Any, BinaryIO

import numpy as np


def _latin1(text: str, encoding: str) -> bytes:
    # how old pickle protocols spell bytes; other codecs do arbitrary things
    if encoding not in ('latin1', 'latin-1'):
        raise pickle.UnpicklingError(f'the codec {encoding!r} is refused')
    return codecs.encode(text, 'latin1')


class _PlainUnpickler(pickle.Unpickler):
    """Finds nothing but what numpy arrays of numbers and strings need."""

    _ADMITTED = {
        ('multiarray', '_reconstruct'):
        np.zeros(1).__reduce__()[0],
        ('multiarray', 'scalar'):
        np.float32(0).__reduce__()[0],
        ('numeric', '_frombuffer'):
        np.zeros(1).__reduce_ex__(5)[0],
        ('numpy', 'ndarray'):
        np.ndarray,
        ('numpy', 'dtype'):
        np.dtype,
        ('_codecs', 'encode'):
        _latin1,
    }

    def find_class(self, module: str, name: str) -> Any:
        """Look a name up, or refuse.

        Args:
            module (str): Module that the pickle names.
            name (str): What it wants of it.

        Returns:
            Any: The admitted function or class.

        Raises:
            pickle.UnpicklingError: For everything else.
        """
        short = module
        for prefix in ('numpy.core.', 'numpy._core.'):
            if module.startswith(prefix):
                short = module[len(prefix):]
        found = self._ADMITTED.get((short, name))
        if found is None:
            raise pickle.UnpicklingError(
                f'it asks for {module}.{name}, which is refused: only dicts, '
                'lists, strings, numbers and numpy arrays are read')
        return found


def read_plain_pickle(file: BinaryIO, name: str) -> Any:
    """Read a pickle of lists, strings, numbers and numpy arrays.

    Args:
        file (BinaryIO): The open file.
        name (str): What errors call it.

    Returns:
        Any: Its content.

    Raises:
        ValueError: If it is no pickle or asks for anything else.
    """
    try:
        return _PlainUnpickler(file, encoding='latin1').load()
    except Exception as error:  # damage shows in any kind of error
        text = str(error)[:200] or type(error).__name__
        raise ValueError(f'{name}: cannot be read as a pickle of plain '
                         f'data: {text}') from error


def load_plain_pickle(path: str) -> Any:
    """Read a pickle of lists, strings, numbers and numpy arrays.

    Args:
        path (str): The file.

    Returns:
        Any: Its content.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no pickle or asks for anything else.
    """
    with open(path, 'rb') as file:
        return read_plain_pickle(file, path)
