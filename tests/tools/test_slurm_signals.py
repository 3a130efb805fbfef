"""What tools/slurm_train.sh says of signals, with srun played by a script."""
import os
import signal
import subprocess
import sys
import time

import pytest

from mmgesture.engine import EXIT_CODE, read_meta
from mmgesture.testing import write_tiny_set, write_tiny_training

SRUN = '''#!/bin/sh
while [ "$1" != bash ]; do shift; done
export SLURM_PROCID=0 SLURM_NTASKS=1 SLURM_LOCALID=0
exec "$@"
'''


@pytest.fixture
def start(repository, tmp_path):
    """A function that starts a training of so many epochs under Slurm."""
    write_tiny_set(tmp_path / 'set', numbers=(8, 3, 3))
    config = write_tiny_training(tmp_path, tmp_path / 'set', 500)
    srun = tmp_path / 'srun'
    srun.write_text(SRUN)
    srun.chmod(0o755)
    env = {
        **os.environ, 'PATH': f'{tmp_path}:{os.environ["PATH"]}',
        'PYTHON': sys.executable, 'OMP_NUM_THREADS': '1',
        'MASTER_ADDR': '127.0.0.1', 'MASTER_PORT': '0'
    }
    log = open(tmp_path / 'log.txt', 'w+')

    def run(epochs):
        return subprocess.Popen(
            ['bash', str(repository / 'tools' / 'slurm_train.sh'), 'part',
             'job', config, '--work-dir', 'work', '--resume',
             '--cfg-options', f'train_cfg.max_epochs={epochs}',
             'train_dataloader.num_workers=1',
             'train_dataloader.persistent_workers=True'],
            cwd=tmp_path, env=env, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True)

    yield run
    log.close()


@pytest.mark.slow
@pytest.mark.parametrize('name', ['SIGUSR1', 'SIGTERM'])
def test_signal_to_all_processes_of_a_task_saves_and_asks_for_a_requeue(
        start, tmp_path, name):
    # Slurm sends it to the loading processes as well.
    job, log = start(500), tmp_path / 'log.txt'
    try:
        end = time.monotonic() + 120
        while 'Epoch(val) [2]' not in log.read_text():
            assert job.poll() is None and time.monotonic() < end, \
                log.read_text()[-3000:]
            time.sleep(0.05)
        os.killpg(job.pid, getattr(signal, name))
        assert job.wait(60) == EXIT_CODE, log.read_text()[-3000:]
    finally:
        if job.poll() is None:
            os.killpg(job.pid, signal.SIGKILL)
    # in a validation there is nothing to save beside the epoch before it
    pointer = (tmp_path / 'work' / 'last_checkpoint').read_text()
    saved = tmp_path / 'work' / os.path.basename(pointer)
    epoch = (read_meta(saved)['iter'] + 1) // 2
    job = start(epoch + 1)
    assert job.wait(120) == 0, log.read_text()[-3000:]
    assert (tmp_path / 'work' / f'epoch_{epoch + 1}.pth').exists()
    assert not list((tmp_path / 'work').glob('interrupted_*'))
