"""The guard that keeps state-space models out of fp16."""
import torch
from torch import Tensor


def autocast_dtype(device_type: str):
    """What autocast computes in, None when it is off."""
    if hasattr(torch, 'get_autocast_dtype'):  # torch 2.4 and newer
        if torch.is_autocast_enabled(device_type):
            return torch.get_autocast_dtype(device_type)
        return None
    if device_type == 'cpu':
        enabled = torch.is_autocast_cpu_enabled()
        return torch.get_autocast_cpu_dtype() if enabled else None
    if device_type == 'cuda':
        enabled = torch.is_autocast_enabled()
        return torch.get_autocast_gpu_dtype() if enabled else None
    return None


def refuse_half_precision(x: Tensor, owner: str) -> None:
    """Raise if a module would compute in fp16.

    The state of a selective scan is a long product of decays times a sum of
    inputs; its range leaves fp16 (largest value 65504, 5 exponent bits)
    after some hundred tokens, and the loss becomes NaN without any other
    sign. bf16 has the exponent of fp32 and is safe.

    Args:
        x (Tensor): An input of the module.
        owner (str): Name of the module, for the message.

    Raises:
        RuntimeError: If ``x`` is fp16 or fp16 autocast is active.
    """
    device_type = x.device.type
    if device_type == 'meta':
        device_type = 'cpu'
    if (x.dtype is torch.float16
            or autocast_dtype(device_type) is torch.float16):
        raise RuntimeError(
            f'{owner} expected fp32 or bf16, got fp16: the state of a '
            'selective scan overflows there. Use bf16 (in a config: '
            "optim_wrapper=dict(type='AmpOptimWrapper', dtype='bfloat16')) "
            'or fp32.')
