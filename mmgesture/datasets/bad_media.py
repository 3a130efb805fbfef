"""Counting and listing unreadable media across worker processes.

One broken video must not end a run of a week, and a thousand broken videos
must not go unnoticed. So training skips what cannot be read, but counts it
where every worker and the main process can see it, writes it down, and stops
above a limit.
"""
import logging
import os
from typing import Callable, List, Optional

import torch
from mmengine.logging import print_log

from .media_errors import TooManyBadMediaError, UnreadableMediaError

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind
    fcntl = None

LIST_NAME = 'bad_videos.txt'

#: Flags of a sample: it could not be read, or must not even be tried.
UNREADABLE, SET_APART = 1, 2


#: A name may hold a tab or a line feed, which separate the entries; '%'
#: comes first to be escaped and last to be restored.
_ESCAPES = {ord(c): f'%{ord(c):02X}' for c in '%\t\n\r'}


class BadMediaLog:
    """Unreadable samples of one data set, shared between processes.

    The flags lie in shared memory: workers set them, the main process reads
    them. A sample is counted once however often it is drawn.

    The limit is ``max(1, max_bad_fraction * num_samples)``: one bad sample is
    always tolerated, else the toy sets could tolerate none.

    Args:
        num_samples (int): Samples of the data set.
        max_bad_fraction (float): Tolerated share of bad samples. Defaults
            to 0.01.
    """

    def __init__(self,
                 num_samples: int,
                 max_bad_fraction: float = 0.01) -> None:
        if not 0 <= max_bad_fraction <= 1:
            raise ValueError('expected max_bad_fraction in 0..1, got '
                             f'{max_bad_fraction}')
        self.max_bad_fraction = max_bad_fraction
        self.flags = torch.zeros(num_samples, dtype=torch.uint8)
        self.flags.share_memory_()
        # the path of the list, as bytes in shared memory: the main process
        # sets it after persistent workers may have been started
        self._list_path = torch.zeros(4096, dtype=torch.uint8)
        self._list_path.share_memory_()

    def __deepcopy__(self, memo) -> 'BadMediaLog':
        # a copied tensor would leave shared memory
        return type(self)(len(self.flags), self.max_bad_fraction)

    @property
    def limit(self) -> int:
        """int: Bad samples that are tolerated."""
        return max(1, int(self.max_bad_fraction * len(self.flags)))

    @property
    def num_bad(self) -> int:
        """int: Distinct samples that could not be read so far."""
        return int(self.flags.count_nonzero())

    @property
    def list_path(self) -> Optional[str]:
        """str: File that the bad media are written to, one line each."""
        raw = bytes(self._list_path.numpy()).rstrip(b'\0')
        return os.fsdecode(raw) if raw else None

    @list_path.setter
    def list_path(self, path: str) -> None:
        raw = os.fsencode(os.path.abspath(path))
        if len(raw) >= len(self._list_path):
            raise ValueError(f'path too long for the list of bad media: '
                             f'{path}')
        self._list_path.zero_()
        self._list_path[:len(raw)] = torch.tensor(
            list(raw), dtype=torch.uint8)

    def add(self, index: int, error: UnreadableMediaError) -> None:
        """Count a sample and write its file down.

        Args:
            index (int): Number of the sample in the data set.
            error (UnreadableMediaError): What happened.
        """
        new = not self.flags[index]
        if new:
            self.flags[index] = UNREADABLE
        if new:
            print_log(f'unreadable media: {error}', 'current', logging.WARNING)
            try:
                if self.list_path is not None:
                    append_once(self.list_path, error.path, error.reason)
            except OSError as failure:  # a full disk: the log has it
                print_log(f'{self.list_path} cannot be written: {failure}',
                          'current', logging.WARNING)

    def set_apart(self, index: int, error: UnreadableMediaError) -> None:
        """Count a sample that must not be read again: workers die of it.

        Args:
            index (int): Number of the sample in the data set.
            error (UnreadableMediaError): What happened.
        """
        self.add(index, error)
        self.flags[index] = SET_APART

    def is_set_apart(self, index: int) -> bool:
        """Whether a sample must not be read.

        Args:
            index (int): Number of the sample in the data set.

        Returns:
            bool: True after :meth:`set_apart`.
        """
        return int(self.flags[index]) == SET_APART

    def refuse_set_apart(self, index: int,
                         path_of: Callable[[int], str]) -> None:
        """Keep hands off a sample that was set apart.

        Args:
            index (int): Number of the sample in the data set.
            path_of (Callable): From the number to the file.

        Raises:
            UnreadableMediaError: If it was.
        """
        if self.is_set_apart(index):
            raise UnreadableMediaError(
                path_of(index), 'set apart: loading processes died of it')

    def check(self, name: str = 'the data set') -> None:
        """Stop if too much is unreadable.

        Args:
            name (str): How to call the data set in the message.

        Raises:
            TooManyBadMediaError: If more samples are bad than tolerated.
        """
        if self.num_bad > self.limit:
            where = self.list_path or 'the log'
            raise TooManyBadMediaError(
                f'{self.num_bad} of {len(self.flags)} samples of {name} '
                f'cannot be read; at most {self.limit} are tolerated '
                f'(max_bad_fraction={self.max_bad_fraction}). Files and '
                f'reasons: {where}. Check the set with tools/data/check.py; '
                'mend or leave out the files, or raise max_bad_fraction of '
                'the dataset if the loss is acceptable.')


def append_once(list_path: str, path: str, reason: str) -> None:
    """Append ``path<TAB>reason`` to a list unless the path is there.

    Args:
        list_path (str): The list; made if absent.
        path (str): The media file.
        reason (str): Why it cannot be read.
    """
    os.makedirs(os.path.dirname(list_path) or '.', exist_ok=True)
    path = path.translate(_ESCAPES)
    with open(list_path, 'a+', encoding='utf-8', newline='\n') as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)  # released by closing
        file.seek(0)
        if any(line.split('\t')[0] == path for line in file):
            return
        file.write(f'{path}\t{" ".join(reason.split())}\n')


def read_bad_list(list_path: str) -> List[tuple]:
    """Read a list of bad media.

    Args:
        list_path (str): The list.

    Returns:
        List[tuple]: Pairs (path, reason); empty if there is no list.
    """
    if not os.path.exists(list_path):
        return []
    with open(list_path, encoding='utf-8', errors='replace',
              newline='\n') as file:
        rows = [line.rstrip('\n').split('\t', 1) for line in file]
    return [(_unescaped(row[0]), *row[1:]) for row in rows]


def _unescaped(path: str) -> str:
    for code, text in reversed(_ESCAPES.items()):
        path = path.replace(text, chr(code))
    return path
