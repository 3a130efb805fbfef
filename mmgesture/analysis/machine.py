"""What a latency depends on beside the model."""
import os
import platform
from typing import Any, Dict, Optional

import torch

from mmgesture.ops import library
from mmgesture.version import __version__


def processor_name() -> str:
    """Name of the processor's model.

    Returns:
        str: As the system gives it.
    """
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            for line in file:
                if line.startswith('model name'):
                    return line.split(':', 1)[1].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def status_kib(field: str) -> int:
    """A field of /proc/self/status.

    Args:
        field (str): Such as ``'VmRSS'`` or ``'VmHWM'``.

    Returns:
        int: Its value in KiB.

    Raises:
        OSError: If the system has no such file, or no such field.
    """
    with open('/proc/self/status', encoding='ascii') as file:
        for line in file:
            if line.startswith(f'{field}:'):
                return int(line.split()[1])
    raise OSError(f'/proc/self/status has no {field}')


def describe_machine(device: str = 'cpu') -> Dict[str, Any]:
    """Describe the machine and the software that computes.

    Args:
        device (str): Where the models run. Defaults to ``'cpu'``.

    Returns:
        dict: ``device`` (name of the processor or the GPU), ``cores``,
        ``load_average`` of the last minute (None where the system does not
        tell), ``scan_kernels`` (instruction set of the C++ scan, None where
        it is not built), ``torch``, ``mmgesture``, ``system``; on a GPU
        ``tf32``, what is rounded to TensorFloat-32.

    Raises:
        RuntimeError: If a GPU is asked for and there is none.
    """
    kind = torch.device(device).type
    if kind == 'cuda' and not torch.cuda.is_available():
        raise RuntimeError(f'device {device!r}: no CUDA device is available '
                           'to this torch')
    load: Optional[float] = None
    if hasattr(os, 'getloadavg'):
        load = round(os.getloadavg()[0], 2)
    name = (
        torch.cuda.get_device_name(device)
        if kind == 'cuda' else processor_name())
    facts = dict(
        device=name,
        cores=os.cpu_count(),
        load_average=load,
        scan_kernels=library.kernel_name(),
        torch=torch.__version__,
        mmgesture=__version__,
        system=f'{platform.system()} {platform.release()}')
    if kind == 'cuda':
        # 'fp32' on a GPU may mean ten bits of mantissa
        facts['tf32'] = dict(
            convolutions=torch.backends.cudnn.allow_tf32,
            matrix_products=torch.backends.cuda.matmul.allow_tf32)
    return facts
