import json
import os
import socket
import subprocess
import sys

import pytest
import torch

from mmgesture.apis import launch
from mmgesture.testing import write_tiny_set, write_tiny_training

STEPS = 10
#: Dropout off; the model has no other stochastic part and no batch norm.
OPTIONS = {
    'model.cls_head.dropout_ratio': 0.0,
    'val_cfg': None,
    'val_dataloader': None,
    'val_evaluator': None
}


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return str(probe.getsockname()[1])


def run(repository, tmp_path, command, **env):
    env = {
        **os.environ, 'PYTHONPATH': str(repository), 'OMP_NUM_THREADS': '1',
        'PYTHON': sys.executable, **env
    }
    result = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True,
        timeout=180)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def losses(work_dir):
    checkpoint = torch.load(work_dir / 'epoch_1.pth', weights_only=True)
    scalars = checkpoint['message_hub']['log_scalars']
    return scalars['train/loss']['values'], checkpoint


@pytest.fixture(scope='module')
def config(tmp_path_factory):
    root = tmp_path_factory.mktemp('set')
    write_tiny_set(root, numbers=(4 * STEPS, 3, 3))
    folder = tmp_path_factory.mktemp('config')
    return write_tiny_training(folder, root, max_epochs=1, batch_size=4)


def test_two_processes_equal_one_with_the_doubled_batch(
        repository, config, tmp_path):
    tools = repository / 'tools'
    launch.train(
        config, work_dir=str(tmp_path / 'one'), cfg_options=dict(OPTIONS))
    words = [f'{name}={value}' for name, value in OPTIONS.items()]
    run(repository, tmp_path,
        ['bash', str(tools / 'dist_train.sh'), config, '2', '--work-dir',
         'two', '--cfg-options', *words, 'train_dataloader.batch_size=2'],
        MASTER_PORT=free_port())
    one, first = losses(tmp_path / 'one')
    two, second = losses(tmp_path / 'two')
    assert len(one) == len(two) == STEPS
    assert one.max() - one.min() > 1e-3
    torch.testing.assert_close(two, one, rtol=1e-5, atol=1e-6)
    # The first step of AdamW divides by tiny gradients: a loose tolerance.
    for name, value in first['state_dict'].items():
        torch.testing.assert_close(
            second['state_dict'][name], value, rtol=1e-2, atol=1e-4)
    record = next((tmp_path / 'two').glob('run_record_*.json'))
    assert json.loads(record.read_text())['processes'] == 2


@pytest.mark.parametrize('script', ['dist_train.sh', 'dist_test.sh',
                                    'slurm_train.sh'])
def test_script_without_arguments_says_how_to_use_it(
        repository, tmp_path, script):
    result = subprocess.run(
        ['bash', str(repository / 'tools' / script)], cwd=tmp_path,
        capture_output=True, text=True)
    assert result.returncode == 2
    assert f'bash tools/{script}' in result.stderr


def test_nodes_are_passed_to_torchrun(repository, tmp_path):
    result = run(
        repository, tmp_path,
        ['bash', str(repository / 'tools' / 'dist_test.sh'), 'c.py', 'x.pth',
         '8', '--dump', 'a b.jsonl'],
        NNODES='2', NODE_RANK='1', MASTER_ADDR='host',
        MASTER_PORT='1234', **echo(tmp_path))
    words = result.stdout.splitlines()
    for word in ('--nnodes=2', '--node_rank=1', '--master_addr=host',
                 '--master_port=1234', '--nproc_per_node=8', 'c.py', 'x.pth',
                 'a b.jsonl'):
        assert word in words


def test_slurm_script_asks_for_tasks_and_finds_the_first_host(
        repository, tmp_path):
    program(tmp_path / 'scontrol', 'echo node7; echo node8')
    # Arguments of srun, then the command run as the only task.
    program(
        tmp_path / 'srun', 'while [ "$1" != bash ]; do echo "srun $1"; '
        'shift; done; exec "$@"')
    env = echo(tmp_path)
    env['PATH'] = f'{tmp_path}:{os.environ["PATH"]}'
    result = run(
        repository, tmp_path,
        ['bash', str(repository / 'tools' / 'slurm_train.sh'), 'part', 'job',
         'c.py', '--resume'],
        GPUS='16', GPUS_PER_NODE='4', SLURM_JOB_NODELIST='node[7-8]', **env)
    words = result.stdout.splitlines()
    for word in ('srun --partition=part', 'srun --gres=gpu:4',
                 'srun --ntasks=16', 'srun --ntasks-per-node=4', 'c.py',
                 '--resume', 'slurm', 'MASTER_ADDR=node7'):
        assert word in words


def program(path, text):
    path.write_text(f'#!/bin/sh\n{text}\n')
    path.chmod(0o755)
    return str(path)


def echo(tmp_path):
    """Environment in which Python prints its arguments, one a line."""
    text = 'for x in "$@"; do echo "$x"; done; echo MASTER_ADDR=$MASTER_ADDR'
    return dict(PYTHON=program(tmp_path / 'fake_python', text))
