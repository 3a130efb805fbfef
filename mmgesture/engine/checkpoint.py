"""Checkpoints that can be read without trusting them, and survive a crash.

Reading: every load that goes through MMEngine (``load_from``, resume,
``init_cfg`` of type ``Pretrained``, ``init_recognizer``) comes through
:func:`load_local`, which uses ``torch.load(weights_only=True)``. A file that
needs unpickling is refused; :func:`trusting_checkpoints` opens the door for a
stretch of code. Nothing is downloaded: remote addresses are refused too.

Writing: tensors and plain types only (:mod:`mmgesture.engine.plain`), to a
temporary file that is flushed and then renamed.
"""
import logging
import os.path as osp
import pickle
import re
import zipfile
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Dict, Iterator, List, Union

import torch
from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from mmengine.runner.checkpoint import load_state_dict as load_partially

from mmgesture.fileio import atomic_write
from .checkpoint_file import (CheckpointError, CheckpointMismatchError,
                              CorruptCheckpointError,
                              UntrustedCheckpointError, check_file)
from .plain import from_plain, to_plain

__all__ = [
    'CheckpointError', 'CheckpointMismatchError', 'CorruptCheckpointError',
    'UntrustedCheckpointError', 'is_trusting', 'load_local', 'load_weights',
    'read_meta',
    'register_loaders', 'save_checkpoint', 'trusting_checkpoints'
]

#: Differing keys that a message lists.
MAX_KEYS = 20

_TRUSTED: ContextVar[bool] = ContextVar('trusted_checkpoints', default=False)


@contextmanager
def trusting_checkpoints(trust: bool = True) -> Iterator[None]:
    """Allow unpickling of checkpoints and pickles inside of the block.

    Unpickling a file runs whatever code its author put there. Use it for
    files that you wrote yourself or whose author you trust.

    Args:
        trust (bool): False makes the block do nothing, so that an option can
            be passed straight on.
    """
    token = _TRUSTED.set(trust or _TRUSTED.get())
    try:
        yield
    finally:
        _TRUSTED.reset(token)


def is_trusting() -> bool:
    """Whether a :func:`trusting_checkpoints` block is around.

    Returns:
        bool: True inside of one.
    """
    return _TRUSTED.get()


def _foreign_types(path: str, message: str) -> str:
    """Say what a checkpoint wants to import.

    Args:
        path (str): The file.
        message (str): PyTorch's refusal, used where the file cannot be
            listed (PyTorch before 2.6, the old file format).
    """
    lister = getattr(torch.serialization, 'get_unsafe_globals_in_checkpoint',
                     None)
    names = []
    if lister is not None and zipfile.is_zipfile(path):
        try:
            names = sorted(lister(path))
        except Exception:  # the refusal stands, whatever hinders the list
            names = []
    if not names:
        names = re.findall(r'GLOBAL (\S+)', message)
    return ', '.join(names) or ' '.join(message.split())


def _read(path: str, map_location: Any, mmap: bool) -> Any:
    """Call ``torch.load`` without unpickling, and name what goes wrong."""
    options = dict(map_location=map_location)
    if mmap and zipfile.is_zipfile(path):
        options['mmap'] = True
    try:
        return torch.load(path, weights_only=True, **options)
    except pickle.UnpicklingError as error:
        if 'truncated' in str(error):
            raise CorruptCheckpointError(f'{path}: {error}') from error
        if not _TRUSTED.get():
            held = _foreign_types(path, str(error))
            raise UntrustedCheckpointError(
                f'{path} holds more than tensors and plain types, so reading '
                f'it would run code from the file. It holds: {held}. If you '
                'trust whoever made it, pass --trust-checkpoint (in Python: '
                'with mmgesture.engine.trusting_checkpoints(): ...); '
                'checkpoints written by mmgesture never need this') from error
    except Exception as error:  # damage shows in any kind of error
        raise CorruptCheckpointError(
            f'{path}: cannot be read ({type(error).__name__}: '
            f'{error})') from error
    print_log(
        f'{path} needs unpickling and is trusted on request: its code runs '
        'now',
        logger='current',
        level=logging.WARNING)
    return torch.load(path, weights_only=False, **options)


def load_local(filename: Union[str, Path], map_location: Any = None) -> Any:
    """Load a local checkpoint, by default without unpickling.

    Args:
        filename (str | Path): The file.
        map_location (Any): As for ``torch.load``. Defaults to None.

    Returns:
        Any: The checkpoint, history buffers and NumPy arrays restored.

    Raises:
        FileNotFoundError: If there is no such file.
        CorruptCheckpointError: If it is empty, truncated or damaged.
        UntrustedCheckpointError: If it needs unpickling and no
            :func:`trusting_checkpoints` is around the call.
    """
    path = osp.expanduser(str(filename))
    check_file(path)
    return from_plain(_read(path, map_location, mmap=False))


def read_meta(filename: Union[str, Path]) -> Dict[str, Any]:
    """Read the meta of a checkpoint without reading its tensors.

    Args:
        filename (str | Path): The file.

    Returns:
        dict: The meta; empty if the file has none.

    Raises:
        FileNotFoundError: If there is no such file.
        CorruptCheckpointError: If it cannot be read.
        UntrustedCheckpointError: As for :func:`load_local`.
    """
    path = osp.expanduser(str(filename))
    if not osp.isfile(path):
        raise FileNotFoundError(f'no checkpoint at {path}')
    checkpoint = _read(path, 'cpu', mmap=True)
    meta = checkpoint.get('meta') if isinstance(checkpoint, dict) else None
    return from_plain(meta) if isinstance(meta, dict) else {}


def refuse_remote(filename: str, map_location: Any = None) -> None:
    """Refuse a checkpoint address that would start a download.

    Args:
        filename (str): The address.
        map_location (Any): Not used. Defaults to None.

    Raises:
        CheckpointError: Always.
    """
    raise CheckpointError(
        f'{filename!r} is not a local file, and mmgesture downloads nothing '
        'at run time: fetch the file yourself and give its path')


def register_loaders() -> None:
    """Make :func:`load_local` the only way that MMEngine reads checkpoints."""
    for prefix in list(CheckpointLoader._schemes):
        CheckpointLoader.register_scheme(
            prefixes=prefix,
            loader=refuse_remote if prefix else load_local,
            force=True)


def save_checkpoint(checkpoint: Dict[str, Any],
                    path: Union[str, Path]) -> None:
    """Write a checkpoint that appears only when it is complete.

    Args:
        checkpoint (dict): The checkpoint. In ``meta`` and ``message_hub``
            parts without a plain form are left out with a warning.
        path (str | Path): Where it shall lie.

    Raises:
        TypeError: If another part has no plain form.
    """
    dropped: List[str] = []
    plain = {}
    for key, value in checkpoint.items():
        lenient = key in ('meta', 'message_hub')
        plain[key] = to_plain(value, key, dropped if lenient else None)
    if dropped:
        print_log(
            'left out of the checkpoint, for they are neither tensors nor '
            f'plain types: {", ".join(dropped)}',
            logger='current',
            level=logging.WARNING)
    with atomic_write(path, 'wb') as file:
        torch.save(plain, file)


def _shorten(message: str) -> str:
    """Cut the lists of keys in PyTorch's message."""

    def cut(parts: List[str], joint: str) -> str:
        more = len(parts) - MAX_KEYS
        tail = f'{joint}... and {more} more' if more > 0 else ''
        return joint.join(parts[:MAX_KEYS]) + tail

    return cut([cut(x.split(', '), ', ') for x in message.splitlines()], '\n')


def load_weights(model: torch.nn.Module,
                 state_dict: Dict[str, torch.Tensor],
                 source: str,
                 allow_partial: bool = False) -> None:
    """Load weights into a model; what does not fit is an error.

    Args:
        model (nn.Module): The model.
        state_dict (dict[str, Tensor]): The weights; a prefix ``module.`` is
            taken off.
        source (str): Where they come from, for messages.
        allow_partial (bool): Load what fits and list the rest in a warning.
            Defaults to False.

    Raises:
        CheckpointMismatchError: If keys are missing or unexpected or shapes
            differ and ``allow_partial`` is False.
    """
    metadata = getattr(state_dict, '_metadata', None)
    state_dict = type(state_dict)(
        (re.sub(r'^module\.', '', key), value)
        for key, value in state_dict.items())
    if metadata is not None:
        state_dict._metadata = metadata
    if allow_partial:
        load_partially(model, state_dict, strict=False, logger='current')
        return
    try:
        model.load_state_dict(state_dict, strict=True)
    except (RuntimeError, ValueError) as error:
        raise CheckpointMismatchError(
            f'{source} does not fit {type(model).__name__}:\n'
            f'{_shorten(str(error))}\nUse the config that the checkpoint was '
            'trained with; to fine-tune from the part that fits, pass '
            '--allow-partial to tools/train.py') from error
