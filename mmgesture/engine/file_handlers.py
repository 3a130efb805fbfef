"""``mmengine.load`` without running what a file asks for.

MMEngine reads pickles (annotation files of MMAction2's data sets, for
instance) with :func:`pickle.load` and yaml with a loader that builds any
Python object. With ``import mmgesture`` it reads plain data only: dicts,
lists, strings, numbers, numpy arrays.
"""
import pickle
from typing import Any, BinaryIO

import yaml
from mmengine.fileio import PickleHandler, YamlHandler, register_handler

from mmgesture.datasets.plain_pickle import read_plain_pickle
from .checkpoint import is_trusting

__all__ = ['register_file_handlers']


class PlainPickleHandler(PickleHandler):
    """Reads pickles of plain data; others only from trusted authors."""

    def load_from_fileobj(self, file: BinaryIO, **kwargs: Any) -> Any:
        """Read a pickle.

        Args:
            file (BinaryIO): The open file.
            **kwargs: Arguments of :func:`pickle.load`, used where files are
                trusted.

        Returns:
            Any: Its content.

        Raises:
            ValueError: If it holds more than plain data and no
                ``trusting_checkpoints`` is around the call.
        """
        if is_trusting():
            return pickle.load(file, **kwargs)
        try:
            return read_plain_pickle(file, getattr(file, 'name', 'a pickle'))
        except ValueError as error:
            raise ValueError(
                f'{error}. If you trust whoever made it, read it within '
                'mmgesture.engine.trusting_checkpoints()') from error


class PlainYamlHandler(YamlHandler):
    """Reads yaml of plain data."""

    def load_from_fileobj(self, file: Any, **kwargs: Any) -> Any:
        """Read a yaml file.

        Args:
            file (TextIO): The open file.
            **kwargs: Not used.

        Returns:
            Any: Its content.

        Raises:
            yaml.YAMLError: If it asks for Python objects.
        """
        return yaml.safe_load(file)


def register_file_handlers() -> None:
    """Make MMEngine read plain data only."""
    register_handler(['pickle', 'pkl'])(PlainPickleHandler)
    register_handler(['yaml', 'yml'])(PlainYamlHandler)
