"""The selective scan of the mamba-ssm package (CUDA only, optional)."""
from typing import Optional

import torch
from torch import Tensor

try:
    from mamba_ssm.ops.selective_scan_interface import selective_scan_fn
    _REASON = None
# A broken CUDA extension raises anything from OSError to SyntaxError.
except Exception as error:
    selective_scan_fn = None
    _REASON = f'mamba_ssm cannot be imported: {error!r}'


def unusable_reason() -> Optional[str]:
    """None when the backend can be used, else why it cannot."""
    if _REASON is not None:
        return _REASON
    if not torch.cuda.is_available():
        return 'mamba_ssm works on CUDA only and no CUDA device is available'
    return None


def selective_scan_mamba(u: Tensor,
                         delta: Tensor,
                         A: Tensor,
                         B: Tensor,
                         C: Tensor,
                         D: Optional[Tensor] = None,
                         z: Optional[Tensor] = None,
                         delta_bias: Optional[Tensor] = None,
                         delta_softplus: bool = False,
                         reverse: bool = False) -> Tensor:
    """Call mamba-ssm's kernel; see ``selective_scan_reference``.

    The kernel knows one direction only, so ``reverse`` flips its inputs and
    its output.

    Args:
        u, delta, z (Tensor): shape (B, D, L), on CUDA.
        A (Tensor): shape (D, N).
        B, C (Tensor): shape (B, N, L).
        D, delta_bias (Tensor): shape (D,).
        delta_softplus (bool): apply softplus to ``delta + delta_bias``.
        reverse (bool): go from the last step to the first.

    Returns:
        Tensor: shape (B, D, L), in the dtype of u.
    """
    if reverse:
        u, delta, B, C = (x.flip(-1) for x in (u, delta, B, C))
        z = None if z is None else z.flip(-1)
    # The kernel wants time contiguous; A, D and the bias in float32.
    u, delta, B, C = (x.contiguous() for x in (u, delta, B, C))
    y = selective_scan_fn(
        u,
        delta,
        A.float(),
        B,
        C,
        None if D is None else D.float(),
        z=None if z is None else z.contiguous(),
        delta_bias=None if delta_bias is None else delta_bias.float(),
        delta_softplus=delta_softplus)
    return y.flip(-1) if reverse else y
