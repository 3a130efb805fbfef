import os
import signal
import time

import pytest

from mmgesture.datasets.apart import Lost, run_apart


def work(kind, folder):
    """What a job does to the process that it runs in."""
    if kind == 'hang':
        time.sleep(600)
    elif kind == 'error':
        raise ValueError('broken')
    elif kind == 'exit':
        os._exit(3)
    elif kind == 'once':
        with open(os.path.join(folder, 'once'), 'a') as file:
            file.write('x')
        if os.path.getsize(file.name) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
    elif kind.startswith('SIG'):
        os.kill(os.getpid(), getattr(signal, kind))
    return kind * 2


def test_deaths_and_hangs_are_named_and_the_others_go_on(tmp_path):
    kinds = ['a', 'SIGSEGV', 'b', 'hang', 'once', 'exit', 'c']
    jobs = {f'{i}.mp4': (kind, str(tmp_path)) for i, kind in enumerate(kinds)}
    found = dict(run_apart(work, jobs, workers=2, timeout=2))
    assert found['0.mp4'] == 'aa' and found['6.mp4'] == 'cc'
    assert found['4.mp4'] == 'onceonce'
    lost = {n: r.reason for n, r in found.items() if isinstance(r, Lost)}
    assert sorted(lost) == ['1.mp4', '3.mp4', '5.mp4']
    assert 'killed by SIGSEGV' in lost['1.mp4']
    assert 'took more than 2 s' in lost['3.mp4']
    assert 'exit code 3' in lost['5.mp4']


def test_errors_of_a_job_are_raised_here(tmp_path):
    with pytest.raises(ValueError, match='broken'):
        dict(run_apart(work, {'a': ('error', str(tmp_path))}, workers=1))


def test_nothing_to_do_is_no_work():
    assert dict(run_apart(work, {}, workers=3)) == {}
