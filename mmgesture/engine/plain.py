"""Turning training state into tensors and plain types, and back.

``torch.load(weights_only=True)`` accepts tensors, numbers, strings and
containers of them. MMEngine's state holds more: history buffers, NumPy
arrays and scalars, config dicts. Here they become plain dicts with a marker,
so that a checkpoint can be read without running anything that it says.
"""
from collections import OrderedDict
from pathlib import PurePath
from typing import Any, List, Optional

import numpy as np
import torch
from mmengine.logging import HistoryBuffer

__all__ = ['from_plain', 'to_plain']

#: Key that marks a dict as the plain form of something else.
MARK = '__mmgesture__'

_SCALARS = (bool, int, float, str, type(None))


class _Dropped:
    """Stands for a value that has no plain form."""


def _array(value: np.ndarray, path: str, dropped: List[str]) -> Any:
    """Return an array as a tensor where torch knows its dtype, else a list."""
    try:
        data = torch.from_numpy(np.ascontiguousarray(value))
    except TypeError:
        data = _convert(value.tolist(), path, dropped)
        if data is _Dropped:  # of an array without dimensions
            return _Dropped
    return {MARK: 'ndarray', 'data': data}


def _convert(value: Any, path: str, dropped: List[str]) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().cpu()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):  # which torch.load does not let pass
        return {MARK: 'bytes', 'data': list(value)}
    if isinstance(value, complex):
        return {MARK: 'complex', 'data': [value.real, value.imag]}
    if type(value) in _SCALARS or isinstance(value,
                                             (torch.dtype, torch.Size)):
        return value
    if isinstance(value, _SCALARS):  # a subclass, for instance an enum
        base = next(t for t in _SCALARS if isinstance(value, t))
        return base(value)
    if isinstance(value, (PurePath, torch.device)):
        return str(value)
    if isinstance(value, np.ndarray):
        return _array(value, path, dropped)
    if isinstance(value, HistoryBuffer):
        values, counts = value.data
        return {
            MARK: 'history_buffer',
            'values': torch.as_tensor(np.asarray(values, dtype=np.float64)),
            'counts': torch.as_tensor(np.asarray(counts, dtype=np.float64)),
            'max_length': int(value.max_length)
        }
    if isinstance(value, dict):
        kept = OrderedDict() if isinstance(value, OrderedDict) else {}
        # Where torch keeps the version numbers of a state dict's modules.
        metadata = getattr(value, '_metadata', None)
        if metadata is not None:
            kept._metadata = OrderedDict(
                (name, dict(item)) for name, item in metadata.items())
        for key, item in value.items():
            key = _convert(key, f'{path}.<key>', dropped)
            item = _convert(item, f'{path}.{key}', dropped)
            if key is not _Dropped and item is not _Dropped:
                kept[key] = item
        return kept
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [
            _convert(item, f'{path}[{i}]', dropped)
            for i, item in enumerate(value)
        ]
        items = [item for item in items if item is not _Dropped]
        return tuple(items) if isinstance(value, tuple) else items
    dropped.append(f'{path} ({type(value).__module__}.'
                   f'{type(value).__qualname__})')
    return _Dropped


def to_plain(value: Any,
             name: str = 'value',
             dropped: Optional[List[str]] = None) -> Any:
    """Return ``value`` in tensors and plain types; tensors go to the CPU.

    Args:
        value (Any): The value; containers are followed, and copied.
        name (str): What it is called in messages.
        dropped (list[str], optional): When given, parts without a plain form
            are left out and their names are appended here. Defaults to None,
            which makes them an error.

    Returns:
        Any: The plain form, that :func:`from_plain` turns back. Sets become
        lists, paths and devices strings, NumPy scalars Python numbers.

    Raises:
        TypeError: If a part has no plain form and ``dropped`` is None.
    """
    found: List[str] = []
    plain = _convert(value, name, found)
    if found and dropped is None:
        raise TypeError(
            'a checkpoint holds tensors and plain types only, got '
            f'{", ".join(found)}; convert them to tensors, numbers, strings, '
            'lists or dicts in state_dict() or before_save_checkpoint()')
    if dropped is not None:
        dropped.extend(found)
    return None if plain is _Dropped else plain


def from_plain(value: Any) -> Any:
    """Turn the plain form of :func:`to_plain` back, in place where it can.

    Args:
        value (Any): What ``torch.load`` returned.

    Returns:
        Any: The same with history buffers and NumPy arrays restored.
    """
    if isinstance(value, dict):
        kind = value.get(MARK)
        if kind == 'history_buffer':
            return HistoryBuffer(value['values'].numpy(),
                                 value['counts'].numpy(), value['max_length'])
        if kind == 'ndarray':
            data = value['data']
            return data.numpy() if torch.is_tensor(data) else np.array(data)
        if kind == 'bytes':
            return bytes(value['data'])
        if kind == 'complex':
            return complex(*value['data'])
        for key, item in value.items():
            value[key] = from_plain(item)
        return value
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(from_plain(item) for item in value)
    return value
