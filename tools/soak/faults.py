"""Ways to die while a file is written."""
import builtins
import os
import random
import signal
from typing import Any

from mmgesture import fileio

STAGES = ('opened', 'bytes', 'flushed', 'before rename', 'after rename')


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Mortal:
    """A file whose process dies in the middle of a write."""

    def __init__(self, file: Any, after: int) -> None:
        self._file, self._left = file, after

    def write(self, data: Any) -> int:
        data = memoryview(data) if not isinstance(data, str) else data
        if len(data) > self._left:
            self._file.write(data[:self._left])
            self._file.flush()
            _die()
        self._left -= len(data)
        return self._file.write(data)

    def __enter__(self) -> '_Mortal':
        self._file.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def die_in_write(number: int, stage: str, chance: random.Random) -> None:
    """Let this process die in the number-th file that it writes.

    Args:
        number (int): Counts atomic writes from now on, from 0.
        stage (str): One of :data:`STAGES`.
        chance (Random): After how many bytes, for 'bytes'.
    """
    writes = dict(begun=-1, renamed=-1)
    replace, fsync, opened = os.replace, os.fsync, builtins.open
    limit = int(10**chance.uniform(0, 5.3))

    def open_(path: Any, mode: str = 'r', **options: Any) -> Any:
        file = opened(path, mode, **options)
        if 'w' not in mode:
            return file
        writes['begun'] += 1
        if writes['begun'] == number:
            if stage == 'opened':
                _die()
            if stage == 'bytes':
                return _Mortal(file, limit)
        return file

    def fsync_(handle: int) -> None:
        fsync(handle)
        if writes['begun'] == number and stage == 'flushed':
            _die()

    def replace_(*paths: Any) -> None:
        writes['renamed'] += 1
        if writes['renamed'] == number and stage == 'before rename':
            _die()
        replace(*paths)
        if writes['renamed'] == number and stage == 'after rename':
            _die()

    fileio.open = open_
    os.replace, os.fsync = replace_, fsync_
