"""Writing files so that a crash never leaves a half-written one behind.

A file is written under a temporary name beside its place, flushed to the
disk, renamed, and the folder flushed too, so that after a power cut either
the old file or the whole new one is there. A process that is killed leaves
its temporary file behind; :func:`remove_leftovers` clears such files away
and no others: while a file is being written, its writer holds a lock on it.
"""
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Iterator, List, Union

try:
    import fcntl
except ImportError:  # Windows has no advisory locks of this kind
    fcntl = None

__all__ = ['atomic_path', 'atomic_write', 'remove_leftovers']

#: Temporary names: ``.<stem>.part-<random><suffix>``.
_TEMPORARY = re.compile(r'\..*\.part-[a-z0-9_]{8}(\.[^.]*)?')


def _lock(handle: int) -> bool:
    """Take the lock on an open file; False if it cannot be had."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:  # somebody has it, or the file system knows no locks
        return False


def _flush_folder(folder: Path) -> None:
    """Make a rename in a folder outlast a power cut."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError:  # some network file systems flush no folders
        pass
    finally:
        os.close(handle)


@contextmanager
def atomic_path(path: Union[str, Path]) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and move it there at the end.

    For writers that want a file name (video encoders, ``numpy.savez``). When
    the body raises, the temporary file is removed and an older file at
    ``path`` stays as it was.

    Args:
        path (str | Path): Where the finished file shall lie. Missing folders
            are made.

    Yields:
        Path: A path in the same folder, with the same suffix.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix=f'.{path.stem}.part-', suffix=path.suffix, dir=path.parent)
    temporary = Path(name)
    try:
        if fcntl is not None:
            _lock(handle)
        yield temporary
        # mkstemp makes private files; the result gets the usual permissions.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        with open(temporary, 'rb') as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _flush_folder(path.parent)
    finally:
        os.close(handle)
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_write(path: Union[str, Path],
                 mode: str = 'w',
                 **options) -> Iterator[IO]:
    """Open a file for writing that appears at ``path`` only when complete.

    Args:
        path (str | Path): Where the finished file shall lie.
        mode (str): ``'w'`` for text (UTF-8) or ``'wb'`` for bytes.
        **options: Passed on to :func:`open`, for instance ``newline=''``.

    Yields:
        IO: The open file.

    Raises:
        ValueError: If ``mode`` is neither ``'w'`` nor ``'wb'``.
    """
    if mode not in ('w', 'wb'):
        raise ValueError(f"mode must be 'w' or 'wb', got {mode!r}")
    if mode == 'w':
        options.setdefault('encoding', 'utf-8')
    with atomic_path(path) as temporary:
        with open(temporary, mode, **options) as file:
            yield file
            file.flush()


def remove_leftovers(folder: Union[str, Path]) -> List[Path]:
    """Remove what killed writers left in a folder and below it.

    Files that somebody is writing now are left alone, and so is everything
    where the file system knows no locks.

    Args:
        folder (str | Path): The folder; it need not exist.

    Returns:
        list[Path]: The files that were removed.
    """
    removed: List[Path] = []
    if fcntl is None:
        return removed
    for place, _, names in os.walk(folder):
        for path in (Path(place, n) for n in names
                     if _TEMPORARY.fullmatch(n)):
            try:
                with open(path, 'rb') as file:
                    if _lock(file.fileno()):
                        path.unlink()
                        removed.append(path)
            except OSError:  # gone meanwhile, or not ours to remove
                continue
    return removed
