"""A data loader that outlives its workers and can start anywhere."""
import inspect
import logging
import signal
import time
from collections import Counter
from itertools import islice
from typing import Any, Iterator, List, NamedTuple, Optional

from mmengine.logging import print_log
from torch.utils.data import DataLoader
from torch.utils.data._utils import signal_handling

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.wrappers import inner_datasets

__all__ = ['SteadyLoader', 'WorkersLostError']

#: Deaths of workers in a row, without a batch in between, that are endured.
MAX_DEATHS = 5

#: How often one sample may be in the hands of a worker that dies. Once may
#: be chance: a machine that is out of memory kills whom it likes.
MAX_STRIKES = 2

#: Seconds between two looks at the workers while a batch is waited for.
POLL = 2.0

#: Seconds that one sample may take.
SAMPLE_TIMEOUT = 120.0


class WorkersLostError(RuntimeError):
    """Loading processes keep dying."""


class _Loss(NamedTuple):
    """A worker that died or hangs.

    Attributes:
        worker (int): Its number.
        what (str): What became of it.
        dataset (Any): The data set whose sample it held; None: it held none.
        index (int): The sample.
        hangs (bool): Whether it is alive.
    """

    worker: int
    what: str
    dataset: Any
    index: int
    hangs: bool


class _From:
    """The batches of a sampler from the loader's first one on."""

    def __init__(self, batches: Any, loader: 'SteadyLoader') -> None:
        self.batches, self.loader = batches, loader

    def __iter__(self) -> Iterator[Any]:
        return islice(iter(self.batches), self.loader.first_batch, None)

    def __len__(self) -> int:
        return len(self.batches)


class SteadyLoader(DataLoader):
    """PyTorch's loader with three differences.

    - A worker that dies (a decoder crashed, the machine ran out of memory)
      does not end the run: the workers are started again at the batch that
      was due. The sample it held is named; one that two workers died of is
      not touched again but counted as unreadable.
    - A worker that holds one sample longer than ``sample_timeout`` seconds
      is replaced too, and the sample counted as unreadable at once.
    - :meth:`start_at` begins the next pass at any batch, without loading
      the ones before it.

    Samplers must give the same order when they are iterated twice with the
    same epoch, as ours and MMEngine's do. Without workers there is nobody to
    replace: the loader is PyTorch's.

    Attributes:
        first_batch (int): Where a pass begins.
        sample_timeout (float): Seconds that one sample may take.
    """

    first_batch = 0
    sample_timeout = SAMPLE_TIMEOUT

    @classmethod
    def adopt(cls,
              loader: DataLoader,
              sample_timeout: Optional[float] = None) -> 'SteadyLoader':
        """Make a steady loader of one that MMEngine has built.

        Args:
            loader (DataLoader): The loader, changed in place.
            sample_timeout (float, optional): Seconds that one sample may
                take. Defaults to None: two minutes.

        Returns:
            SteadyLoader: The same object.
        """
        loader.__class__ = cls
        if sample_timeout is not None:
            loader.sample_timeout = float(sample_timeout)
        if loader.num_workers:
            loader.timeout = min(POLL, loader.sample_timeout / 2)
        return loader

    @property
    def _index_sampler(self) -> Any:
        """What the iterators of PyTorch draw batches from."""
        return _From(super()._index_sampler, self)

    def start_at(self, batch: int) -> None:
        """Begin the next pass, and that one alone, at a batch.

        Args:
            batch (int): Its number in the pass, from 0.
        """
        self.first_batch = batch

    def __iter__(self) -> Iterator[Any]:
        done = self.first_batch
        if not self.num_workers:
            batches = super().__iter__()
            self.first_batch = 0
            yield from batches
            return
        deaths, strikes = 0, Counter()
        batches = self._begin(done)
        while True:
            try:
                batch = next(batches)
            except StopIteration:
                return
            except (RuntimeError, EOFError, OSError) as error:
                losses = self._losses(batches, error)
                if losses is None:
                    raise
                if not losses:
                    continue  # slow, but within the limit
                deaths += 1
                self._blame(losses, strikes, deaths)
                for loss in losses:  # PyTorch would wait for it in vain
                    if loss.hangs:
                        batches._workers[loss.worker].kill()
                self._end(batches)
                batches = self._begin(done)
                continue
            done, deaths = done + 1, 0
            yield batch

    def _begin(self, first: int) -> Iterator[Any]:
        """Start workers, or wake the persistent ones, at a batch."""
        self.first_batch = first
        try:
            batches = super().__iter__()
        except RuntimeError:
            # persistent workers that are stuck in a pass that was broken off
            if self._iterator is None:
                raise
            self._end(self._iterator)
            batches = super().__iter__()
        finally:
            self.first_batch = 0
        _take_torchs_handler_away()
        return batches

    def _end(self, batches: Any) -> None:
        """End the workers, also those that do not answer."""
        self._iterator = None
        batches._shutdown_workers()
        for worker in batches._workers:
            if worker.is_alive():
                worker.kill()
                worker.join()

    def _losses(self, batches: Any,
                error: Exception) -> Optional[List[_Loss]]:
        """Workers that died or hang; None if the error is another one."""
        text = str(error)
        if text.startswith('Caught '):
            return None  # an error of the data set
        slow = text.startswith('DataLoader timed out')
        if not slow and not _any_ends(batches._workers):
            return None
        losses = []
        for number, worker in enumerate(batches._workers):
            dataset, index, seconds = self._held(number)
            if worker.is_alive():
                if seconds > self.sample_timeout:
                    losses.append(
                        _Loss(number, f'hung for {seconds:.0f} s', dataset,
                              index, True))
            elif worker.exitcode:
                losses.append(
                    _Loss(number, _cause(worker.exitcode), dataset, index,
                          False))
        return losses if losses or slow else None

    def _held(self, worker: int) -> tuple:
        """Data set, sample and seconds that a worker holds it."""
        for dataset in inner_datasets(self.dataset):
            held = getattr(dataset, 'held', None)
            found = held.of(worker) if held is not None else None
            if found:
                return (dataset, *found)
        return None, -1, 0.0

    def _blame(self, losses: List[_Loss], strikes: Counter,
               deaths: int) -> None:
        """Report lost workers, and set samples apart that they died of."""
        reports = []
        for loss in losses:
            name = 'no sample'
            if loss.dataset is not None:
                loss.dataset.held.forget(loss.worker)
                path = loss.dataset.media_path(loss.index)
                name = str(path)
                strikes[id(loss.dataset), loss.index] += 1
                if loss.hangs or strikes[id(loss.dataset),
                                         loss.index] >= MAX_STRIKES:
                    loss.dataset.bad_media.set_apart(
                        loss.index,
                        UnreadableMediaError(
                            path, f'a worker that read it {loss.what}'))
                    strikes.clear()
            reports.append(f'worker {loss.worker} {loss.what}, holding {name}')
        report = '; '.join(reports)
        if deaths > MAX_DEATHS:
            raise WorkersLostError(
                f'{report}. {deaths} times in a row loading processes were '
                'lost without a batch in between: mend or leave out the '
                'files named, give the machine more memory or shared memory '
                '(/dev/shm), or set num_workers lower')
        print_log(f'{report}; the loading processes are started again',
                  'current', logging.WARNING)


def _take_torchs_handler_away() -> None:
    """Let no death of a worker raise in the middle of a training step.

    PyTorch's handler of SIGCHLD, which any loader of the process may have
    set, raises wherever the program happens to be; we look when we wait.
    """
    handler = signal.getsignal(signal.SIGCHLD)
    if getattr(handler, '__module__', None) != signal_handling.__name__:
        return
    before = inspect.getclosurevars(handler).nonlocals.get('previous_handler')
    try:
        signal.signal(signal.SIGCHLD, before or signal.SIG_DFL)
    except ValueError:  # only the main thread may: let it be
        pass


def _any_ends(workers: List[Any]) -> bool:
    """Whether a worker is dead, or dies in these seconds.

    Tensors of a batch are fetched from the worker that made it. If that is
    about to die the fetching fails before the death can be seen.
    """
    end = time.monotonic() + POLL
    while time.monotonic() < end:
        if any(not w.is_alive() and w.exitcode for w in workers):
            return True
        time.sleep(0.02)
    return False


def _cause(exitcode: int) -> str:
    """Say what ended a process."""
    if exitcode > 0:
        return f'ended with exit code {exitcode}'
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = f'signal {-exitcode}'
    hint = {
        'SIGKILL': ' (out of memory?)',
        'SIGBUS': ' (is /dev/shm full?)'
    }.get(name, '')
    return f'was killed by {name}{hint}'
