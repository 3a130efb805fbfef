"""Two processes on CPU (gloo) that share one model out."""
import json
import os
import socket
import subprocess
import sys

import pytest
import torch
from mmengine.hooks import EMAHook

from mmgesture.apis import launch
from mmgesture.engine import ShardedRunner
from mmgesture.engine.sharded_runner import _is_block, _renamed
from mmgesture.testing import write_tiny_set, write_tiny_training

#: Trains with DDP, with shards, and with shards from DDP's first epoch on.
SCRIPT = '''
import json, os, sys
from mmgesture.apis import launch

config, options, port = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
for number, (name, kind, resume) in enumerate((
        ('ddp', 'GestureRunner', None), ('sharded', 'ShardedRunner', None),
        ('from_ddp', 'ShardedRunner', 'ddp/epoch_1.pth'))):
    os.environ['MASTER_PORT'] = str(port + number)
    runner = launch.train(
        config, work_dir=name, launcher='pytorch', resume=resume,
        cfg_options=dict(options, runner_type=kind))
    held = sum(p.numel() for p in runner.model.parameters())
    with open(f'{name}_{os.environ["RANK"]}.json', 'w') as file:
        json.dump(dict(held=held), file)
'''

#: A small MSF-Mamba+. Dropout off: another number of processes draws in
#: another way. Gradients are clipped at every step.
OPTIONS = {
    'model.backbone.arch.depth': 2,
    'model.necks': [
        dict(type='MCFM', in_channels=16, windows=[3, 5, 7],
             motion_kernel='shared'),
        dict(type='ASWM', in_channels=16)
    ],
    'model.cls_head.dropout_ratio': 0.0,
    'optim_wrapper.clip_grad.max_norm': 0.05
}


def free_ports():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return str(min(probe.getsockname()[1], 65000))


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """The folder in which two processes have trained."""
    folder = tmp_path_factory.mktemp('sharded')
    write_tiny_set(folder / 'set', numbers=(12, 3, 3))
    config = write_tiny_training(folder, folder / 'set', 2, batch_size=2)
    env = {**os.environ, 'OMP_NUM_THREADS': '1', 'WORLD_SIZE': '2',
           'MASTER_ADDR': '127.0.0.1'}
    command = [sys.executable, '-c', SCRIPT, config, json.dumps(OPTIONS),
               free_ports()]
    processes = [
        subprocess.Popen(
            command, cwd=folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**env, 'RANK': str(rank), 'LOCAL_RANK': str(rank)})
        for rank in range(2)
    ]
    texts = [process.communicate(timeout=240)[0] for process in processes]
    assert all(p.returncode == 0 for p in processes), '\n'.join(texts)
    return folder


def result(work_dir, epoch=2):
    state = torch.load(work_dir / f'epoch_{epoch}.pth', weights_only=True)
    scalars = state['message_hub']['log_scalars']
    norms = torch.as_tensor(scalars['train/grad_norm']['values'])
    assert (norms > 0.05).all()  # clipped
    return state, torch.stack(
        [torch.as_tensor(scalars['train/loss']['values']), norms])


def test_each_process_holds_half_of_the_model(folder):
    state, _ = result(folder / 'sharded')
    total = sum(value.numel() for value in state['state_dict'].values())
    held = [
        json.loads((folder / f'sharded_{rank}.json').read_text())['held']
        for rank in range(2)
    ]
    assert sum(held) == total
    assert max(held) < 0.55 * total


@pytest.mark.parametrize('name', ['sharded', 'from_ddp'])
def test_losses_norms_and_weights_equal_those_of_ddp(folder, name):
    expected, losses = result(folder / 'ddp')
    state, found = result(folder / name)
    assert found.shape == losses.shape == (2, 6)
    assert torch.isfinite(found).all()
    assert losses[0].max() - losses[0].min() > 1e-3
    torch.testing.assert_close(found, losses, rtol=1e-5, atol=1e-6)
    assert list(state['state_dict']) == list(expected['state_dict'])
    # AdamW divides by tiny gradients: a loose tolerance
    torch.testing.assert_close(
        dict(state['state_dict']), dict(expected['state_dict']), rtol=1e-2,
        atol=1e-4)


def test_optimizer_state_has_the_form_of_an_unsharded_run(folder):
    expected = result(folder / 'ddp')[0]['optimizer']
    found = result(folder / 'sharded')[0]['optimizer']
    assert found.keys() == expected.keys()
    assert found['state'].keys() == expected['state'].keys()
    for number, value in expected['state'].items():
        assert found['state'][number]['exp_avg'].shape == \
            value['exp_avg'].shape
    for one, other in zip(found['param_groups'], expected['param_groups']):
        assert one['params'] == other['params']
        assert one['lr'] == pytest.approx(other['lr'])


def test_single_process_goes_on_from_a_sharded_checkpoint(folder):
    launch.train(
        str(folder / 'tiny_training.py'), work_dir=str(folder / 'one'),
        resume=str(folder / 'sharded' / 'epoch_1.pth'),
        cfg_options={**OPTIONS, 'train_dataloader.batch_size': 4})
    torch.testing.assert_close(
        result(folder / 'one')[1], result(folder / 'ddp')[1], rtol=1e-4,
        atol=1e-5)


def test_single_process_tests_a_sharded_checkpoint(folder):
    metrics = [
        launch.test(
            str(folder / 'tiny_training.py'),
            str(folder / name / 'epoch_2.pth'),
            work_dir=str(folder / f'test_{name}'),
            cfg_options={k: v for k, v in OPTIONS.items() if 'model' in k})
        for name in ('sharded', 'ddp')
    ]
    assert metrics[0] == pytest.approx(metrics[1])


def test_without_a_launcher_nothing_is_shared_out(folder, tmp_path):
    runner = launch.train(
        str(folder / 'tiny_training.py'), work_dir=str(tmp_path),
        cfg_options={**OPTIONS, 'runner_type': 'ShardedRunner',
                     'train_cfg.max_epochs': 1, 'val_cfg': None,
                     'val_dataloader': None, 'val_evaluator': None})
    assert not runner._is_sharded
    assert (tmp_path / 'epoch_1.pth').exists()


def test_averaging_the_weights_is_refused(monkeypatch):
    runner = object.__new__(ShardedRunner)
    monkeypatch.setattr(ShardedRunner, 'distributed', True)
    runner.model, runner._hooks = torch.nn.Linear(1, 1), [EMAHook()]
    with pytest.raises(ValueError, match='EMAHook exclude each other'):
        runner.build_optim_wrapper({})


def test_parameters_are_renamed_in_state_and_groups():
    state = dict(state={'b': 1}, param_groups=[dict(lr=2, params=['a', 'b'])])
    numbered = _renamed(state, dict(a=0, b=1))
    assert numbered == dict(
        state={1: 1}, param_groups=[dict(lr=2, params=[0, 1])])
    assert _renamed(numbered, dict(enumerate('ab'))) == state
    assert not _is_block(torch.nn.Linear(1, 1))
