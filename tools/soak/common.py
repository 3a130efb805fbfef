"""What the soaks share: small trainings in children, reports."""
import datetime
import json
import logging
import os
import platform
import random
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import torch
from rich.console import Console

import mmgesture
from mmgesture.analysis.machine import processor_name
from mmgesture.fileio import atomic_write

RESULTS = Path(__file__).resolve().parent / 'results'

console = Console(soft_wrap=True, highlight=False, stderr=True)


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Child:
    """A copy of this process that runs a function.

    Attributes:
        pid (int): Its process id; it leads a process group.
        code (int, optional): How it ended, negative: by a signal; None: it
            lives.
    """

    def __init__(self, function: Callable[[], Any], log: Path,
                 **environment: Any) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.code: Optional[int] = None
        self.pid = os.fork()
        if not self.pid:
            self._run(function, log, environment)
        try:
            os.setpgid(self.pid, self.pid)
        except OSError:  # it has done so itself, or is gone already
            pass

    @staticmethod
    def _run(function: Callable[[], Any], log: Path,
             environment: Dict[str, Any]) -> None:
        code = 1
        try:
            os.setpgid(0, 0)
            handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            os.environ.update({k: str(v) for k, v in environment.items()})
            torch.set_num_threads(1)
            code = function() or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def alive(self) -> bool:
        """Whether it still runs."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is None

    def send(self, number: int) -> None:
        """Send a signal, if it lives."""
        if self.alive():
            os.kill(self.pid, number)

    def end(self) -> None:
        """Kill it and its workers."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        wait([self], 10)


def wait(children: Sequence[Child], seconds: float) -> bool:
    """Wait until all children have ended, at most so long.

    Args:
        children (Sequence[Child]): The children.
        seconds (float): The limit.

    Returns:
        bool: Whether they have.
    """
    end = time.monotonic() + seconds
    while any([child.alive() for child in children]):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def damage(path: Path, chance: random.Random) -> str:
    """Cut a file off, or turn some of its bits, in place.

    Args:
        path (Path): The file.
        chance (Random): Where.

    Returns:
        str: What was done.
    """
    data = bytearray(path.read_bytes())
    if len(data) < 100:
        return 'had been before'
    kind = chance.choice(['cut', 'emptied', 'bits turned', 'zeros'])
    if kind == 'cut':
        del data[chance.randrange(1, len(data)):]
    elif kind == 'emptied':
        data.clear()
    else:
        first = chance.randrange(len(data) // 10, 9 * len(data) // 10)
        for place in range(first, min(first + 64, len(data))):
            data[place] = 0 if kind == 'zeros' else data[place] ^ 0x55
    path.write_bytes(bytes(data))
    return kind


def quiet() -> None:
    """Hold back what MMEngine says of every start."""
    logging.getLogger('mmengine').setLevel(logging.ERROR)


def describe() -> Dict[str, Any]:
    """The machine and the versions that a figure belongs to."""
    return dict(
        date=datetime.date.today().isoformat(),
        processor=processor_name(),
        cores=os.cpu_count(),
        system=f'{platform.system()} {platform.release()}',
        python=platform.python_version(),
        torch=torch.__version__,
        mmgesture=mmgesture.__version__)


def report(name: str, command: str, facts: Mapping[str, Any],
           problems: List[str], folder: Path) -> int:
    """Write ``<name>.json`` and ``<name>.md`` and show them.

    Args:
        name (str): Name of the soak.
        command (str): What reproduces it.
        facts (Mapping): What was counted and measured.
        problems (list[str]): What broke a promise.
        folder (Path): Where to.

    Returns:
        int: 1 if there are problems, else 0.
    """
    machine = describe()
    with atomic_write(folder / f'{name}.json') as file:
        json.dump(
            dict(command=command, machine=machine, facts=dict(facts),
                 problems=problems), file, indent=1)
        file.write('\n')
    lines = [f'# {name}', '', f'`{command}`', '', '| what | result |',
             '| --- | --- |']
    lines += [f'| {key} | {value} |' for key, value in facts.items()]
    lines += [f'| promises broken | {len(problems)} |', '']
    lines += [f'- {problem}' for problem in problems]
    lines += ['', 'Machine: ' +
              ', '.join(f'{k} {v}' for k, v in machine.items()) + '.', '']
    with atomic_write(folder / f'{name}.md') as file:
        file.write('\n'.join(lines))
    console.print('\n'.join(lines), markup=False)
    return int(bool(problems))
