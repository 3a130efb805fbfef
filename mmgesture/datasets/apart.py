"""Running jobs in processes of their own, which may die of them.

A decoder that crashes on a damaged file ends the process it runs in, and a
pool of :mod:`concurrent.futures` then gives up without a word of the file.
Here the others go on, and the job is named.
"""
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from multiprocessing.connection import Connection, wait
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional, Tuple

__all__ = ['Lost', 'run_apart']

#: Deaths of its process that a job is forgiven: a machine that is out of
#: memory kills whom it likes.
FORGIVEN = 1


class Lost(NamedTuple):
    """The result of a job whose process died or hung.

    Attributes:
        reason (str): What became of it.
    """

    reason: str


def _context() -> Any:
    """How processes begin."""
    # not 'fork': threads of OpenCV and the codecs do not survive it. A fork
    # server has none, and saves each process the imports.
    if 'forkserver' not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context('spawn')
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(['mmgesture.datasets'])
    return context


def _serve(pipe: Connection, prepare: Optional[Callable],
           function: Callable) -> None:
    """What a process does: job after job, until the parent is gone."""

    def watch() -> None:
        while multiprocessing.parent_process().is_alive():
            time.sleep(1)
        os._exit(1)  # killed, the parent could not end us

    threading.Thread(target=watch, daemon=True).start()
    if prepare is not None:
        prepare()
    pipe.send(None)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        try:
            answer = (True, function(*job))
        except Exception as error:  # the parent raises it
            answer = (False, error)
        pipe.send(answer)


class _Process:
    """A process, and the job that it holds."""

    def __init__(self, prepare: Optional[Callable],
                 function: Callable) -> None:
        context = _context()
        self.pipe, far = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(far, prepare, function), daemon=True)
        self.process.start()
        far.close()
        try:
            self.pipe.recv()  # it is ready: from now on time counts
        except EOFError:
            raise RuntimeError('a process could not start: it ' +
                               self.cause()) from None
        self.name: Optional[str] = None
        self.since = 0.0

    def give(self, name: str, job: tuple) -> None:
        """Hand it a job."""
        self.name, self.since = name, time.monotonic()
        try:
            self.pipe.send(job)
        except OSError:
            pass  # it died meanwhile, which is seen in a moment

    def answer(self) -> Optional[tuple]:
        """Its answer, if there is one."""
        try:
            return self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def cause(self) -> str:
        """What it died of."""
        self.process.join()
        code = self.process.exitcode
        if code >= 0:
            return f'ended with exit code {code}'
        return f'was killed by {signal.Signals(-code).name}'


def run_apart(function: Callable,
              jobs: Dict[str, tuple],
              workers: int,
              timeout: Optional[float] = None,
              prepare: Optional[Callable] = None
              ) -> Iterator[Tuple[str, Any]]:
    """Run a function on many jobs, each in one of a few processes.

    Args:
        function (Callable): Of a module, so that it can be pickled.
        jobs (Dict[str, tuple]): Its arguments by name.
        workers (int): Processes.
        timeout (float, optional): Seconds that one job may take. Defaults to
            None: any time.
        prepare (Callable, optional): Called first in each process. Defaults
            to None.

    Yields:
        tuple: Name and result, in the order in which they are done.
        :class:`Lost` is the result of a job that took too long, or that two
        processes died of.

    Raises:
        Exception: What the function raises.
    """
    waiting, deaths = deque(jobs), {}
    crew = [
        _Process(prepare, function)
        for _ in range(min(max(workers, 1), len(jobs)))
    ]
    try:
        while waiting or any(p.name is not None for p in crew):
            for process in crew:
                if process.name is None and waiting:
                    name = waiting.popleft()
                    process.give(name, jobs[name])
            busy = [p for p in crew if p.name is not None]
            wait([p.pipe for p in busy] + [p.process.sentinel for p in busy],
                 timeout=0.5)
            for process in busy:
                # first whether it lives: an answer may be its last word
                dead = not process.process.is_alive()
                name, answer = process.name, process.answer()
                spent = time.monotonic() - process.since
                if answer is not None:
                    process.name = None
                    good, result = answer
                    if not good:
                        raise result
                    yield name, result
                elif dead or (timeout is not None and spent > timeout):
                    reason = process.cause() if dead else \
                        f'took more than {timeout:g} s'
                    process.end()
                    crew[crew.index(process)] = _Process(prepare, function)
                    deaths[name] = deaths.get(name, 0) + 1
                    if dead and deaths[name] <= FORGIVEN:
                        waiting.append(name)
                    else:
                        yield name, Lost(f'the process that read it {reason}')
    finally:
        for process in crew:
            process.end()
