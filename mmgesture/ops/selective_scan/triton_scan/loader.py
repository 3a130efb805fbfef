"""Imports triton only when somebody asks, and keeps the reason if it fails."""
import os
from functools import lru_cache
from types import SimpleNamespace
from typing import Optional, Sequence, Tuple

import torch
from torch import Tensor

#: Interpreted kernels run anywhere, slowly: for tests. Triton reads the
#: variable when a kernel is defined, that is, at the first import.
INTERPRETED = os.environ.get('TRITON_INTERPRET', '0') == '1'


@lru_cache(maxsize=None)
def _load() -> Tuple[Optional[SimpleNamespace], Optional[str]]:
    try:
        from .backward_kernel import backward_kernel
        from .forward_kernel import forward_kernel
    # A broken installation raises anything from OSError to SyntaxError.
    except Exception as error:
        return None, f'triton cannot be imported: {error!r}'
    return SimpleNamespace(
        forward_kernel=forward_kernel, backward_kernel=backward_kernel), None


def kernels() -> SimpleNamespace:
    """The compiled-on-first-use kernels.

    Raises:
        RuntimeError: triton cannot be imported.
    """
    found, reason = _load()
    if found is None:
        raise RuntimeError(f"backend 'triton' cannot be used: {reason}")
    return found


def unusable_reason() -> Optional[str]:
    """None when the backend can be used, else why it cannot."""
    if not INTERPRETED and not torch.cuda.is_available():
        return ('triton works on CUDA only and no CUDA device is available '
                '(tests run it on the CPU with TRITON_INTERPRET=1)')
    return _load()[1]


def fits(tensors: Sequence[Optional[Tensor]]) -> Optional[str]:
    """None when these arguments suit the kernels, else why not."""
    for tensor in tensors:
        if tensor is None:
            continue
        if tensor.device.type != 'cuda' and not INTERPRETED:
            return f'its tensors must lie on CUDA, got {tensor.device}'
        if tensor.dtype == torch.float64:
            return 'it computes in float32, got float64'
    return None
