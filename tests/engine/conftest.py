import os
import socket
import sys
import time
import traceback

import pytest
import torch
from mmengine.logging import MMLogger

from mmgesture.testing import write_tiny_set, write_tiny_training


@pytest.fixture(scope='session')
def tiny_root(tmp_path_factory):
    root = tmp_path_factory.mktemp('tiny')
    write_tiny_set(root, numbers=(12, 4, 3))
    return root


@pytest.fixture(scope='session')
def tiny_training(tiny_root, tmp_path_factory):
    """Config of two epochs of three steps."""
    return write_tiny_training(tmp_path_factory.mktemp('config'), tiny_root)


@pytest.fixture(scope='session')
def course():
    """A function from a checkpoint to all that shows a run's course."""

    def read(path):
        state = torch.load(path, weights_only=True)
        scalars = state['message_hub']['log_scalars']
        found = {
            f'{part}.{name}': value
            for part in ('state_dict', 'ema_state_dict') if part in state
            for name, value in state[part].items()
        }
        found.update({
            name: scalar['values']
            for name, scalar in scalars.items() if 'time' not in name
        })
        return found

    return read


@pytest.fixture(scope='session')
def assert_same_course(course):
    """Compare two checkpoints bit for bit."""

    def check(one, other):
        one, other = course(one), course(other)
        assert one.keys() == other.keys() and len(one) > 20
        differing = [n for n in one if not torch.equal(one[n], other[n])]
        assert not differing

    return check


class Copy:
    """A copy of this process, one of two of a distributed run.

    Attributes:
        pid (int): Its process id.
        code (int, optional): How it ended; None: it lives.
    """

    def __init__(self, function, rank, port, log):
        self.log, self.code = log, None
        self.pid = os.fork()
        if self.pid:
            return
        code = 70
        try:
            with open(log, 'w') as file:
                for number in (1, 2):
                    os.dup2(file.fileno(), number)
            # not those of pytest, which its logger writes to
            sys.stdout = open(1, 'w', buffering=1, closefd=False)
            sys.stderr = open(2, 'w', buffering=1, closefd=False)
            MMLogger.get_instance(f'copy {os.getpid()}')
            os.environ.update(
                RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE='2',
                MASTER_ADDR='127.0.0.1', MASTER_PORT=str(port))
            torch.set_num_threads(1)
            code = function(rank) or 0
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)

    @property
    def said(self):
        return self.log.read_text(errors='replace')

    def ended(self, seconds=60):
        """Whether it ends within so many seconds."""
        end = time.monotonic() + seconds
        while self.code is None and time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            else:
                time.sleep(0.01)
        return self.code is not None


@pytest.fixture
def two_processes(tmp_path):
    """A function that runs a function of the rank in two processes."""
    copies = []

    def start(function):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        copies.extend(
            Copy(function, rank, port, tmp_path / f'said_{rank}.txt')
            for rank in range(2))
        return copies

    yield start
    for copy in copies:
        if not copy.ended(0):
            os.kill(copy.pid, 9)
            copy.ended()
