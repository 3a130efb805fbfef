"""Peak memory of a call, measured in a process of its own."""
import multiprocessing
import resource
import sys
from typing import Any, Callable

import torch

from mmgesture.analysis.machine import status_kib


def _growth(call: Callable[[], Any]) -> float:
    """MiB by which the peak of the resident set exceeds its size before."""
    try:
        before = status_kib('VmRSS')
        # importing PyTorch has peaked higher than it has left behind
        with open('/proc/self/clear_refs', 'w', encoding='ascii') as file:
            file.write('5')
        call()
        return (status_kib('VmHWM') - before) / 1024
    except OSError:  # not Linux: the peak so far is the best that is known
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        call()
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        return growth / (2**20 if sys.platform == 'darwin' else 2**10)


def _child(pipe: Any, make: Callable, args: tuple, threads: int) -> None:
    torch.set_num_threads(threads)
    call = make(*args)
    # libraries allocate their workspaces on first use: not the call's own
    torch.randn(64, 64) @ torch.randn(64, 64)
    pipe.send(_growth(call))
    pipe.close()


def peak_of(make: Callable[..., Callable[[], Any]], args: tuple,
            threads: int) -> float:
    """Growth of the peak resident set during the first call.

    Args:
        make (Callable): Makes the call, a function of a module.
        args (tuple): Its arguments.
        threads (int): Threads of PyTorch.

    Returns:
        float: MiB beyond what the process held before the call.

    Raises:
        RuntimeError: If the process dies, of lack of memory for example.
    """
    # never plain fork: OpenMP's threads do not survive it
    methods = multiprocessing.get_all_start_methods()
    method = 'forkserver' if 'forkserver' in methods else 'spawn'
    context = multiprocessing.get_context(method)
    if method == 'forkserver':
        # imported once, not in every child
        context.set_forkserver_preload(['mmgesture'])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_child, args=(sender, make, args, threads))
    process.start()
    sender.close()
    try:
        growth = receiver.recv()
    except EOFError as error:
        process.join()
        raise RuntimeError(
            f'{make.__name__}{args} died with exit code {process.exitcode} '
            'while its memory was measured; its message stands above, and '
            'without one the memory was too small: choose a smaller size'
        ) from error
    process.join()
    return growth
