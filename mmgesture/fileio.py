"""Writing files so that a crash never leaves a half-written one behind."""
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Iterator, Union

__all__ = ['atomic_path', 'atomic_write']


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
        prefix=f'.{path.stem}.', suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes private files; the result gets the usual permissions.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        with open(temporary, 'rb') as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
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
