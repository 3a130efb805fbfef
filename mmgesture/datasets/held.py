"""Which sample each loading process holds, for the day that it dies of it.

A decoder that crashes takes its process along, and one that hangs says
nothing: neither can report the file. So each loading process writes into
shared memory what it is about to read, and the main process looks there.
"""
import time
from contextlib import contextmanager
from typing import Iterator, Optional, Tuple

import torch
from torch.utils.data import get_worker_info

__all__ = ['HeldSamples']

#: Loading processes that are kept account of; further ones go unwatched.
MAX_WORKERS = 512


class HeldSamples:
    """A table in shared memory: worker to sample and time."""

    def __init__(self) -> None:
        self._samples = torch.full((MAX_WORKERS, ), -1).share_memory_()
        self._since = torch.zeros(
            MAX_WORKERS, dtype=torch.float64).share_memory_()

    def __deepcopy__(self, memo) -> 'HeldSamples':
        return type(self)()  # a copied tensor would leave shared memory

    @contextmanager
    def holding(self, index: int) -> Iterator[None]:
        """Note in the block that this process reads a sample.

        Args:
            index (int): Number of the sample in its data set.
        """
        info = get_worker_info()
        if info is None or info.id >= MAX_WORKERS:
            yield
            return
        # NumPy's view: assigning to a tensor makes others on the way, which
        # spread over the heap and copy its pages from the main process
        samples, since = self._samples.numpy(), self._since.numpy()
        # the clock is the same in all processes of a machine
        since[info.id] = time.monotonic()
        samples[info.id] = index
        try:
            yield
        finally:
            samples[info.id] = -1

    def of(self, worker: int) -> Optional[Tuple[int, float]]:
        """What a worker holds, or held when it died.

        Args:
            worker (int): Number of the worker.

        Returns:
            tuple: The sample and for how many seconds; None: nothing.
        """
        if worker >= MAX_WORKERS or self._samples[worker] < 0:
            return None
        return (int(self._samples[worker]),
                time.monotonic() - float(self._since[worker]))

    def forget(self, worker: int) -> None:
        """Clear what a dead worker held.

        Args:
            worker (int): Number of the worker.
        """
        if worker < MAX_WORKERS:
            self._samples[worker] = -1
