import shutil

import pytest
from mmengine.config import Config
from mmengine.hooks import Hook

from mmgesture.apis import launch
from mmgesture.engine.loops import (VALIDATED, ResumableEpochLoop,
                                    ResumableIterLoop)
from mmgesture.registry import HOOKS


@HOOKS.register_module(force=True)
class SeenHook(Hook):
    """Keeps the ids of every trained batch."""

    seen = []

    def before_train(self, runner):
        self.seen.clear()

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        ids = [s.sample_id for s in data_batch['data_samples']]
        self.seen.append((batch_idx, *ids))


@HOOKS.register_module(force=True)
class CrashHook(Hook):
    """Dies in a validation, before its result is used."""

    priority = 'HIGHEST'

    def __init__(self, step):
        self.step = step

    def after_val_epoch(self, runner, metrics=None):
        if runner.iter == self.step:
            raise RuntimeError('power cut')


@pytest.fixture
def by_iteration(tiny_training, tmp_path):
    """Config of 8 iterations, which are two passes and two thirds."""

    def write(sampler='DefaultSampler', workers=0, hooks=()):
        cfg = Config.fromfile(tiny_training)
        cfg.train_cfg = dict(
            type='IterBasedTrainLoop', max_iters=8, val_interval=4)
        cfg.default_hooks.checkpoint = dict(
            type='CheckpointHook', by_epoch=False, interval=4)
        cfg.param_scheduler = []
        cfg.log_processor = dict(by_epoch=False)
        cfg.custom_hooks = [dict(type='SeenHook'), *hooks]
        cfg.train_dataloader.sampler.type = sampler
        cfg.train_dataloader.num_workers = workers
        cfg.dump(tmp_path / 'iter.py')
        return str(tmp_path / 'iter.py')

    return write


@pytest.mark.parametrize('sampler, workers', [('DefaultSampler', 1),
                                              ('InfiniteSampler', 0)])
def test_iterations_go_on_with_the_batch_that_is_due(
        by_iteration, tmp_path, assert_same_course, sampler, workers):
    config = by_iteration(sampler, workers)
    whole, parts = tmp_path / 'whole', tmp_path / 'parts'
    runner = launch.train(config, work_dir=str(whole))
    assert isinstance(runner.train_loop, ResumableIterLoop)
    seen = list(SeenHook.seen)
    assert len({ids for _, *ids in map(tuple, seen) for ids in ids}) == 12
    parts.mkdir()
    shutil.copy(whole / 'iter_4.pth', parts)
    launch.train(config, work_dir=str(parts), resume='auto')
    assert SeenHook.seen == seen[4:]
    assert_same_course(whole / 'iter_8.pth', parts / 'iter_8.pth')


@pytest.mark.parametrize('loop', ['epochs', 'iterations'])
def test_validation_that_a_crash_cut_off_is_done_again(
        tiny_training, by_iteration, tmp_path, loop):
    if loop == 'epochs':
        cfg = Config.fromfile(tiny_training)
        cfg.custom_hooks = [dict(type='CrashHook', step=3)]
        cfg.dump(tmp_path / 'crash.py')
        crashing, good, step = str(tmp_path / 'crash.py'), tiny_training, 3
    else:
        crashing, step = by_iteration(
            hooks=[dict(type='CrashHook', step=4)]), 4
    with pytest.raises(RuntimeError, match='power cut'):
        launch.train(crashing, work_dir=str(tmp_path))
    assert not list(tmp_path.glob('best_*'))
    if loop == 'iterations':
        good = by_iteration()
    runner = launch.train(
        good, work_dir=str(tmp_path), resume='auto',
        cfg_options={'train_cfg.val_begin': 1})
    number = 2 * step
    assert runner.message_hub.get_info(VALIDATED) == number
    values = runner.message_hub.get_scalar('val/gesture/top1').data[0]
    assert len(values) == 2
    # once is enough: what is validated is not validated again
    runner = launch.train(good, work_dir=str(tmp_path), resume='auto')
    values = runner.message_hub.get_scalar('val/gesture/top1').data[0]
    assert len(values) <= 2


def test_place_in_the_epoch_follows_the_share_when_batches_change():
    loop = ResumableEpochLoop.__new__(ResumableEpochLoop)
    loop.dataloader = range(6)
    loop.go_on_at(None)
    assert loop._first_batch == 0
    loop.go_on_at(dict(batch=2, batches=6))
    assert loop._first_batch == 2
    loop.go_on_at(dict(batch=2, batches=3))
    assert loop._first_batch == 4
