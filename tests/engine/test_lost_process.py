"""Two real processes over gloo, of which one is lost; with heartbeat.py."""
import os
import signal
import socket
import time

import pytest
import torch
from torch import distributed as torch_dist

from mmgesture.engine import LostProcessError, init_process_group
from mmgesture.engine.heartbeat import Heartbeat
from mmgesture.engine.lost_process import LOST_CODE, watching_processes

TIMEOUT = 1.
HOST = socket.gethostname()


def reduce_steps(number, heartbeat, pause=0.01):
    for _ in range(number):
        heartbeat.step += 1
        torch_dist.all_reduce(torch.ones(1))
        time.sleep(pause)


def losing(victim, number):
    """A run whose process ``victim`` gets a signal after some steps."""

    def run(rank):
        init_process_group('pytorch')
        try:
            with watching_processes(TIMEOUT) as heartbeat:
                reduce_steps(50, heartbeat)
                if rank == victim:
                    os.kill(os.getpid(), number)
                reduce_steps(1000, heartbeat)
        except LostProcessError as error:
            os.write(2, f'raised: {error}'.encode())
            return LOST_CODE

    return run


@pytest.mark.parametrize('victim', [0, 1])
def test_a_stopped_process_ends_the_other_in_time_and_is_named(
        two_processes, victim):
    copies = two_processes(losing(victim, signal.SIGSTOP))
    survivor = copies[1 - victim]
    os.waitpid(copies[victim].pid, os.WUNTRACED)
    began = time.monotonic()
    assert survivor.ended(30), survivor.said
    assert TIMEOUT / 2 < time.monotonic() - began < TIMEOUT + 5
    assert survivor.code == LOST_CODE
    assert (f'process {victim} on {HOST} (pid {copies[victim].pid})'
            in survivor.said)
    assert 'no sign of life for 1 s' in survivor.said
    assert f'Process {1 - victim} ends too' in survivor.said
    assert '--resume' in survivor.said


@pytest.mark.parametrize('victim', [0, 1])
def test_a_killed_process_is_named_in_the_error_of_the_reduction(
        two_processes, victim):
    copies = two_processes(losing(victim, signal.SIGKILL))
    survivor = copies[1 - victim]
    assert survivor.ended(30), survivor.said
    assert survivor.code == LOST_CODE
    assert f'raised: process {victim} on {HOST}' in survivor.said


def test_a_living_process_that_does_not_come_on_is_named(two_processes):

    def run(rank):
        init_process_group('pytorch')
        with watching_processes(4., patience=1.5) as heartbeat:
            reduce_steps(5, heartbeat)
            if rank == 1:
                time.sleep(60)
            reduce_steps(5, heartbeat)

    copies = two_processes(run)
    for copy in copies:
        assert copy.ended(30), copy.said
        assert copy.code == LOST_CODE
        assert 'no process came on for 1.5 s; process 1 on' in copy.said
        assert 'process 0 on' not in copy.said


def test_a_run_that_is_stopped_as_a_whole_goes_on(two_processes):

    def run(rank):
        init_process_group('pytorch')
        with watching_processes(TIMEOUT) as heartbeat:
            reduce_steps(60, heartbeat, pause=0.05)

    copies = two_processes(run)
    time.sleep(1)
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for copy in copies:
            os.kill(copy.pid, number)
        time.sleep(2 * TIMEOUT)
    for copy in copies:
        assert copy.ended(30) and copy.code == 0, copy.said


def test_a_process_that_is_done_waits_for_the_others(two_processes):

    def run(rank):
        init_process_group('pytorch')
        with watching_processes(TIMEOUT) as heartbeat:
            reduce_steps(5, heartbeat)
            time.sleep(0 if rank == 0 else 2.5 * TIMEOUT)

    copies = two_processes(run)
    for copy in copies:
        assert copy.ended(30) and copy.code == 0, copy.said


def test_an_error_of_ones_own_is_no_loss_of_others(two_processes):

    def run(rank):
        init_process_group('pytorch')
        try:
            with watching_processes(TIMEOUT) as heartbeat:
                reduce_steps(5, heartbeat)
                if rank == 1:
                    raise ValueError('mine')
                reduce_steps(1, heartbeat)
        except ValueError:
            return 7
        except LostProcessError as error:
            return 8 if 'process 1 on' in str(error) else 9

    copies = two_processes(run)
    for copy in copies:
        assert copy.ended(30), copy.said
    assert [copy.code for copy in copies] == [8, 7], copies[0].said


def test_a_single_process_is_not_watched():
    with watching_processes() as heartbeat:
        assert heartbeat is None


def test_silence_is_told_after_the_time_and_not_before():
    store = torch_dist.HashStore()
    own = Heartbeat(store, 0, 3, None, timeout=4.)
    other = Heartbeat(store, 1, 3, None, timeout=4.)
    now = time.monotonic()
    for process in (own, other):
        process._forgive(now)
        process._say('0 5 somewhere (pid 1)')
    own._hear()
    assert own.silent(4) == ''
    own.peers[1].heard -= 3.9
    assert own.silent(4) == ''
    own.peers[1].heard -= 0.2
    own.peers[2].heard -= 9
    assert own.silent(4) == (
        'process 1 on somewhere (pid 1) and process 2 gave no sign of life '
        'for 4 s: ended, stopped or out of reach')
    assert own.peers[1].step == '5'
