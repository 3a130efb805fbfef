"""Process groups on machines without CUDA, and means over the processes."""
import datetime
import os
from typing import Any, Callable, Dict, Optional

import torch
from mmengine.dist import (broadcast_object_list, get_world_size, init_dist,
                           is_distributed, is_main_process)
from torch import distributed as torch_dist

__all__ = ['decided_by_main', 'init_process_group', 'mean_over_ranks']

#: Seconds without an answer after which a dead process ends the job.
DEFAULT_TIMEOUT = 1800


def _slurm_environment() -> None:
    """Fill in the variables of ``env://`` from Slurm's."""
    env = os.environ
    missing = [
        name for name in ('SLURM_PROCID', 'SLURM_NTASKS', 'MASTER_ADDR')
        if name not in env
    ]
    if missing:
        raise RuntimeError(
            f'launcher "slurm" needs {", ".join(missing)} in the '
            'environment; start with tools/slurm_train.sh, which sets '
            'MASTER_ADDR, through srun, which sets the others')
    env.setdefault('MASTER_PORT', '29500')
    env['RANK'] = env['SLURM_PROCID']
    env['WORLD_SIZE'] = env['SLURM_NTASKS']
    env['LOCAL_RANK'] = env.get('SLURM_LOCALID', '0')


def init_process_group(launcher: str, dist_cfg: Optional[dict] = None) -> None:
    """Initialise the process group, with gloo where there is no CUDA.

    MMEngine's own :func:`init_dist` calls ``torch.cuda.set_device`` whatever
    the backend, which fails in a build of torch without CUDA.

    Args:
        launcher (str): 'none' (does nothing), 'pytorch', 'slurm' or 'mpi'.
        dist_cfg (dict, optional): ``backend``, and ``timeout`` in seconds.
            Without CUDA the backend is gloo whatever is said here. Defaults
            to None.

    Raises:
        RuntimeError: If the launcher's environment variables are missing.
        ValueError: If the launcher is unknown or cannot be used on CPU.
    """
    if launcher == 'none' or is_distributed():
        return
    options = dict(dist_cfg or {})
    if torch.cuda.is_available():
        init_dist(launcher, **options)
        return
    if launcher == 'slurm':
        _slurm_environment()
    elif launcher != 'pytorch':
        raise ValueError(f'launcher {launcher!r} cannot be used without '
                         'CUDA; use "pytorch" or "slurm"')
    missing = [
        name for name in ('RANK', 'WORLD_SIZE', 'MASTER_ADDR', 'MASTER_PORT')
        if name not in os.environ
    ]
    if missing:
        raise RuntimeError(
            f'launcher "pytorch" needs {", ".join(missing)} in the '
            'environment; start with tools/dist_train.sh or torchrun')
    os.environ.setdefault('LOCAL_RANK', '0')
    timeout = options.get('timeout') or DEFAULT_TIMEOUT
    torch_dist.init_process_group(
        backend='gloo', timeout=datetime.timedelta(seconds=timeout))


def decided_by_main(decide: Callable[[], Any]) -> Any:
    """Call a function in the main process and tell the others its result.

    Args:
        decide (Callable): Takes no argument; for instance looks at files,
            which processes on several machines may see differently.

    Returns:
        Any: Its result, in every process.

    Raises:
        Exception: What it raises, in every process.
    """
    answer = [None, None]
    if is_main_process():
        try:
            answer[0] = decide()
        except Exception as error:  # the others must not wait for ever
            answer[1] = error
    if is_distributed():
        broadcast_object_list(answer)
    if answer[1] is not None:
        raise answer[1]
    return answer[0]


def mean_over_ranks(values: Dict[str, float],
                    device: str = 'cpu') -> Dict[str, float]:
    """Average named numbers over all processes.

    Args:
        values (dict[str, float]): The numbers of this process; every process
            must give the same names.
        device (str): Device that the process group's backend works on.
            Defaults to 'cpu'.

    Returns:
        dict[str, float]: The means; ``values`` itself with one process.
    """
    if not is_distributed() or get_world_size() == 1:
        return values
    names = sorted(values)
    total = torch.tensor([values[name] for name in names],
                         dtype=torch.float64,
                         device=device)
    torch_dist.all_reduce(total)
    means = (total / get_world_size()).tolist()
    return dict(zip(names, means))
