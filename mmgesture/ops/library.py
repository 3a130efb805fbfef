"""Finds and loads the compiled kernels, without making torch a build need.

The extension is a plain shared library (C ABI, no Python module inside), so
it is opened with :mod:`ctypes`, which also releases the GIL during a call.
"""
import ctypes
import os
import threading
from functools import lru_cache
from importlib.machinery import EXTENSION_SUFFIXES
from typing import Optional, Tuple

import torch
from torch import Tensor

#: Steps between stored states, channels of one task, and the multiples to
#: which states and channels are padded: equal to the constants in
#: ``csrc/scan.h`` (checked when the library is loaded).
CHUNK, GROUP, STATE_BLOCK, CHANNEL_BLOCK, MAX_CONV_WIDTH = 32, 64, 4, 32, 16

_FLOATS = ctypes.c_void_p
_LOAD_LOCK = threading.Lock()


class View(ctypes.Structure):
    """Mirror of ``View`` in ``csrc/scan.h``."""
    _fields_ = [('data', _FLOATS), ('batch', ctypes.c_int64),
                ('channel', ctypes.c_int64), ('time', ctypes.c_int64),
                ('half', ctypes.c_int64)]


class ScanArgs(ctypes.Structure):
    """Mirror of ``ScanArgs`` in ``csrc/scan.h``."""
    _fields_ = [('batch', ctypes.c_int64), ('channels', ctypes.c_int64),
                ('states', ctypes.c_int64), ('length', ctypes.c_int64),
                ('softplus', ctypes.c_int32), ('reverse', ctypes.c_int32),
                ('u', View), ('delta', View), ('z', View), ('b', View),
                ('c', View), ('y', View), ('a', _FLOATS), ('skip', _FLOATS),
                ('delta_bias', _FLOATS), ('boundaries', _FLOATS),
                ('grad_y', View), ('grad_u', View), ('grad_delta', View),
                ('grad_z', View), ('grad_bc', _FLOATS), ('grad_a', _FLOATS),
                ('grad_skip', _FLOATS), ('grad_bias', _FLOATS),
                ('accumulate_z', ctypes.c_int32),
                ('accumulate_y', ctypes.c_int32)]


class ConvArgs(ctypes.Structure):
    """Mirror of ``ConvArgs`` in ``csrc/scan.h``."""
    _fields_ = [('batch', ctypes.c_int64), ('channels', ctypes.c_int64),
                ('width', ctypes.c_int64), ('length', ctypes.c_int64),
                ('silu', ctypes.c_int32), ('reverse', ctypes.c_int32),
                ('x', View), ('y', View), ('weight', _FLOATS),
                ('bias', _FLOATS), ('grad_y', View), ('grad_x', View),
                ('grad_weight', _FLOATS), ('grad_bias', _FLOATS)]


def view(tensor: Optional[Tensor]) -> View:
    """Describe a tensor (batch, channel or state, time).

    Raises:
        TypeError: it is neither float32 nor bfloat16.
    """
    if tensor is None:
        return View(None, 0, 0, 0, 0)
    if tensor.dtype not in (torch.float32, torch.bfloat16):
        raise TypeError('the C++ kernels expected float32 or bfloat16, got '
                        f'{tensor.dtype}; cast it first')
    return View(tensor.data_ptr(), *tensor.stride(),
                tensor.dtype == torch.bfloat16)


def pointer(tensor: Optional[Tensor]) -> Optional[int]:
    """Address of a contiguous float32 tensor, None for an absent one."""
    return None if tensor is None else tensor.data_ptr()


def library_path() -> Optional[str]:
    """Path of the compiled library, None where it was not built."""
    folder = os.path.dirname(os.path.abspath(__file__))
    for suffix in EXTENSION_SUFFIXES:
        path = os.path.join(folder, '_selective_scan' + suffix)
        if os.path.isfile(path):
            return path
    return None


def _declare(library: ctypes.CDLL) -> None:
    """Set the signatures and check that both sides agree on the layout."""
    for name in ('forward', 'backward', 'bound'):
        scan = getattr(library, f'mmgesture_scan_{name}')
        scan.argtypes = [ctypes.POINTER(ScanArgs), ctypes.c_int, ctypes.c_int]
        scan.restype = ctypes.c_int
    for name in ('forward', 'backward'):
        conv = getattr(library, f'mmgesture_conv_{name}')
        conv.argtypes = [ctypes.POINTER(ConvArgs), ctypes.c_int]
        conv.restype = ctypes.c_int
    library.mmgesture_kernels.argtypes = []
    library.mmgesture_kernels.restype = ctypes.c_char_p
    library.mmgesture_select_kernels.argtypes = [ctypes.c_char_p]
    library.mmgesture_select_kernels.restype = ctypes.c_int
    library.mmgesture_layout.argtypes = [ctypes.c_int]
    library.mmgesture_layout.restype = ctypes.c_int
    expected = (CHUNK, GROUP, STATE_BLOCK, CHANNEL_BLOCK, MAX_CONV_WIDTH,
                ctypes.sizeof(ScanArgs), ctypes.sizeof(ConvArgs))
    got = tuple(library.mmgesture_layout(i) for i in range(len(expected)))
    if got != expected:
        raise OSError(f'it was built from other sources (layout {got}, '
                      f'expected {expected})')


@lru_cache(maxsize=None)
def _load() -> Tuple[Optional[ctypes.CDLL], Optional[str]]:
    path = library_path()
    if path is None:
        return None, (
            'the C++ extension was not built (no _selective_scan'
            f'{EXTENSION_SUFFIXES[0]} beside {__file__}): install a C++ '
            'compiler and run `pip install .` again')
    try:
        library = ctypes.CDLL(path)
        _declare(library)
    except (OSError, AttributeError) as error:
        return None, (f'{path} cannot be used: {error}; run `pip install .` '
                      'again')
    return library, None


def load_library() -> Tuple[Optional[ctypes.CDLL], Optional[str]]:
    """Load the compiled kernels once per process.

    Returns:
        tuple: the library and None, or None and the reason why it cannot be
        used.
    """
    with _LOAD_LOCK:
        return _load()


def require_library() -> ctypes.CDLL:
    """The library, or a RuntimeError that says why there is none."""
    library, reason = load_library()
    if library is None:
        raise RuntimeError(
            f"backend 'cpu' cannot be used: {reason}; backend='torch' works "
            'without it')
    return library


def kernel_name() -> Optional[str]:
    """Instruction set in use: 'avx512', 'avx2', 'base'; None unloaded."""
    library, _ = load_library()
    return None if library is None else library.mmgesture_kernels().decode()


def threads() -> int:
    """Threads for one call: what torch itself would use now."""
    return torch.get_num_threads()


def check_status(status: int, name: str) -> None:
    """Turn the kernels' return value into an exception."""
    if status != 0:
        raise MemoryError(f'{name}: the C++ kernel could not allocate its '
                          'scratch memory')
