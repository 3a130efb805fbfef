from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.fileio import FileClient
from mmengine.optim import OptimWrapper

from mmgesture.engine import GestureRunner, GuardedOptimWrapper
from mmgesture.registry import RUNNERS
from mmgesture.testing import write_tiny_set, write_tiny_training

SCHEDULES = sorted((Path(__file__).resolve().parents[2] / 'configs' / '_base_'
                    / 'schedules').glob('*.py'))


@pytest.fixture
def runner(tmp_path, request):
    def build(**options):
        return GestureRunner(
            model=torch.nn.Linear(1, 1),
            work_dir=str(tmp_path),
            default_scope='mmaction',
            experiment_name=request.node.name,
            **options)

    return build


def names(runner):
    return [type(hook).__name__ for hook in runner.hooks]


def test_every_config_gets_the_safe_hooks_once(runner):
    found = names(runner(custom_hooks=[dict(type='StepSeedHook')]))
    for name in ('SafeCheckpointHook', 'StepSeedHook', 'NonFiniteGuardHook',
                 'RankMeanLossHook', 'RunRecordHook', 'DatasetEpochHook',
                 'BadMediaHook', 'HeartbeatHook', 'InterruptHook'):
        assert found.count(name) == 1, name
    assert 'CheckpointHook' not in found
    assert found[-2:] == ['StepSeedHook', 'InterruptHook']


def test_options_of_the_checkpoint_hook_are_kept(runner):
    hook = dict(type='CheckpointHook', interval=3, max_keep_ckpts=2)
    built = runner(default_hooks=dict(checkpoint=hook))
    ours = built.hooks[names(built).index('SafeCheckpointHook')]
    assert (ours.interval, ours.max_keep_ckpts) == (3, 2)
    assert hook['type'] == 'CheckpointHook'


def test_plain_optim_wrapper_becomes_guarded_and_others_stay(runner):
    built = runner()
    sgd = dict(type='SGD', lr=0.1)
    for config in (dict(optimizer=sgd), dict(
            type='OptimWrapper', optimizer=sgd)):
        assert isinstance(
            built.build_optim_wrapper(config), GuardedOptimWrapper)
    ready = OptimWrapper(torch.optim.SGD(built.model.parameters(), lr=0.1))
    assert built.build_optim_wrapper(ready) is ready


@pytest.mark.parametrize('path', SCHEDULES, ids=lambda path: path.stem)
def test_every_recipe_clips_its_gradients(runner, path):
    config = Config.fromfile(path).optim_wrapper
    config.pop('constructor', None)  # those want their own model
    built = runner().build_optim_wrapper(config)
    assert 0 < built.clip_grad_kwargs['max_norm'] <= 40


@pytest.mark.parametrize('counts, expected', [(1, 0.1), (4, 0.4)])
def test_learning_rate_is_scaled_by_the_whole_batch_of_a_step(
        runner, counts, expected):
    built = runner()
    built._train_dataloader = dict(batch_size=2)
    wrapper = built.build_optim_wrapper(
        dict(
            optimizer=dict(type='SGD', lr=0.8), accumulative_counts=counts))
    built.scale_lr(wrapper, dict(enable=False, base_batch_size=16))
    assert wrapper.get_lr()['lr'] == [0.8]
    built.scale_lr(wrapper, dict(enable=True, base_batch_size=16))
    assert wrapper.get_lr()['lr'] == [pytest.approx(expected)]


def test_limits_of_lost_processes_come_from_the_config(runner):
    env_cfg = dict(heartbeat_timeout=7, dist_cfg=dict(timeout=9))
    assert runner(env_cfg=env_cfg)._watch == dict(timeout=7, patience=9)


def test_runner_is_registered_for_configs():
    assert RUNNERS.get('GestureRunner') is GestureRunner


def test_two_runs_in_one_second_share_no_state(tmp_path, monkeypatch):
    monkeypatch.setattr('mmengine.runner.runner.time.time', lambda: 1e9)
    first, second = [
        GestureRunner(
            model=torch.nn.Linear(1, 1),
            work_dir=str(tmp_path / name),
            default_scope='mmaction',
            experiment_name='twins') for name in ('first', 'second')
    ]
    first.message_hub.update_info('best_score', 0.9)
    assert 'best_score' not in second.message_hub.runtime_info
    assert first.logger is not second.logger
    assert first.experiment_name != second.experiment_name


def test_mean_of_the_losses_is_taken_before_the_guard_drops_any(runner):
    found = names(runner(custom_hooks=[dict(type='NonFiniteGuardHook')]))
    assert found.index('RankMeanLossHook') < found.index('NonFiniteGuardHook')
    assert found.index('NonFiniteGuardHook') < found.index('RuntimeInfoHook')


def test_notes_on_mmengines_own_insides_stay_out_of_the_log(runner, tmp_path):
    built = runner()
    FileClient.infer_client(uri=str(tmp_path))
    built.logger.warning('something of ours')
    log = next(tmp_path.glob('*/*.log')).read_text()
    assert 'something of ours' in log and '"FileClient"' not in log


def test_training_set_below_one_batch_is_refused(tmp_path):
    write_tiny_set(tmp_path / 'set', numbers=(3, 1, 1))
    path = write_tiny_training(tmp_path, tmp_path / 'set')
    cfg = Config.fromfile(path)
    cfg.work_dir = str(tmp_path / 'work')
    cfg.train_dataloader.drop_last = True
    for loop in (dict(type='EpochBasedTrainLoop', max_epochs=1),
                 dict(type='IterBasedTrainLoop', max_iters=1)):
        cfg.train_cfg = loop
        with pytest.raises(ValueError, match='3 samples.*batch_size=4'):
            GestureRunner.from_cfg(cfg).train()
