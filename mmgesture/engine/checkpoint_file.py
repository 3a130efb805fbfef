"""Whether a checkpoint can be used, before anything in it is believed."""
import zipfile
from pathlib import Path
from typing import Union

__all__ = [
    'CheckpointError', 'CheckpointMismatchError', 'CorruptCheckpointError',
    'UntrustedCheckpointError', 'check_file'
]


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used."""


class CorruptCheckpointError(CheckpointError):
    """A checkpoint file is damaged or was not written to its end."""


class UntrustedCheckpointError(CheckpointError):
    """A checkpoint needs unpickling, which can run any code."""


class CheckpointMismatchError(CheckpointError):
    """A checkpoint does not fit the model or the classes."""


def check_file(path: Union[str, Path]) -> None:
    """Check that a checkpoint file is complete and its bytes unharmed.

    PyTorch does not compare the checksums of its zip archive; this does.

    Args:
        path (str | Path): The checkpoint. The old, non-zip format has no
            checksums; of such a file only the first bytes are looked at.

    Raises:
        FileNotFoundError: If there is no such file.
        CorruptCheckpointError: If it is empty, truncated or damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'no checkpoint at {path}')
    with open(path, 'rb') as file:
        start = file.read(4)
    if not start:
        raise CorruptCheckpointError(f'{path}: the file is empty')
    if zipfile.is_zipfile(path):
        try:
            with zipfile.ZipFile(path) as archive:
                bad = archive.testzip()
        except Exception as error:  # damage shows in any kind of error
            raise CorruptCheckpointError(
                f'{path}: damaged archive ({error})') from error
        if bad is not None:
            raise CorruptCheckpointError(
                f'{path}: the checksum of {bad!r} is wrong')
    elif start[:2] == b'PK':
        raise CorruptCheckpointError(
            f'{path}: truncated, the end of the archive is missing '
            f'({path.stat().st_size} bytes are there)')
    elif start[:1] != b'\x80':
        raise CorruptCheckpointError(
            f'{path}: not a PyTorch checkpoint, it begins with {start!r}')
