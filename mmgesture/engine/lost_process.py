"""Ends a distributed run of which a process is lost, instead of waiting."""
import datetime
import logging
import os
import time
from contextlib import contextmanager, suppress
from typing import Iterator, Optional

from mmengine.dist import get_rank, get_world_size, is_distributed
from mmengine.logging import print_log
from torch import distributed as torch_dist

from .distributed import DEFAULT_TIMEOUT
from .heartbeat import TIMEOUT, Heartbeat
from .interrupt import RunInterrupted

__all__ = ['LostProcessError', 'watching_processes']

#: Exit code of a process that ends because another one is lost.
LOST_CODE = 1


class LostProcessError(RuntimeError):
    """Another process of a distributed run is lost; the message names it."""

    def __init__(self, lost: str) -> None:
        super().__init__(f'{lost}. Process {get_rank()} ends too; go on from '
                         'the newest checkpoint with --resume')


def _end(lost: str) -> None:
    """Tell, and end this process at once.

    Its main thread waits for the lost one inside of a reduction, where no
    exception reaches it.
    """
    print_log(str(LostProcessError(lost)), 'current', logging.ERROR)
    os._exit(LOST_CODE)


def _connect() -> torch_dist.Store:
    """A connection of our own to the store of the process group.

    On the process group's own, the main thread may be waiting.
    """
    store = torch_dist.TCPStore(
        os.environ['MASTER_ADDR'],
        int(os.environ['MASTER_PORT']),
        is_master=False,
        timeout=datetime.timedelta(seconds=TIMEOUT))
    attempt = os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')
    return torch_dist.PrefixStore(f'mmgesture/{attempt}', store)


def _lost_by_now(heartbeat: Heartbeat) -> str:
    """Name the processes that fell silent just before an error."""
    end = time.monotonic() + 5 * heartbeat.interval
    while time.monotonic() < end:
        lost = heartbeat.silent(3 * heartbeat.interval)
        if lost:
            return lost
        time.sleep(heartbeat.interval / 10)
    return ''


@contextmanager
def watching_processes(
        timeout: Optional[float] = None,
        patience: Optional[float] = None) -> Iterator[Optional[Heartbeat]]:
    """Watch over the processes of a distributed run in the block.

    If another one is lost, this one ends with a message that names it: with
    :class:`LostProcessError` if a reduction has failed for it, and with exit
    code 1 if the main thread still waits in one.

    Args:
        timeout (float, optional): Seconds without a sign of life; 0: no
            watch. Defaults to None: :data:`~.heartbeat.TIMEOUT`.
        patience (float, optional): Seconds that all processes, alive, may
            stay at the steps they are at. Defaults to None: the default
            timeout of the process group.

    Yields:
        Heartbeat | None: To count the steps in; None without a watch.

    Raises:
        LostProcessError: See above.
    """
    timeout = TIMEOUT if timeout is None else timeout
    several = is_distributed() and get_world_size() > 1
    # Without an address the processes have met in another way.
    if not timeout or not several or 'MASTER_ADDR' not in os.environ:
        yield None
        return
    heartbeat = Heartbeat(
        _connect(), get_rank(), get_world_size(), _end, timeout,
        patience or DEFAULT_TIMEOUT)
    heartbeat.start()
    together, lost = False, ''
    try:
        yield heartbeat
        torch_dist.barrier()
        together = True
    except RunInterrupted:
        together = True
        raise
    except RuntimeError as error:
        if 'gloo' in str(error) or 'NCCL' in str(error):
            lost = _lost_by_now(heartbeat)
        if lost:
            raise LostProcessError(lost) from error
        raise
    finally:
        # Without a word it is this process that the others miss.
        heartbeat.stop(finished=together or bool(lost))
        if together:
            # The store goes with the first process, and must not while
            # another one is still using it.
            with suppress(RuntimeError):
                torch_dist.barrier()
