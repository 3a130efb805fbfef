import os
import signal

import pytest
from mmengine.config import Config
from mmengine.dist import get_rank
from mmengine.hooks import Hook

from mmgesture.apis import launch
from mmgesture.engine import EXIT_CODE, RunInterrupted, read_meta
from mmgesture.registry import HOOKS

STEPS = 3  # of an epoch


@HOOKS.register_module(force=True)
class SignalHook(Hook):
    """Sends this process a signal after a step or within a validation."""

    priority = 'HIGHEST'

    def __init__(self, step, name='SIGTERM', validation=False, rank=None):
        self.step, self.name, self.validation = step, name, validation
        if rank not in (None, get_rank()):
            self.step = -1

    def after_train_iter(self, runner, **_):
        if not self.validation and runner.iter + 1 == self.step:
            os.kill(os.getpid(), getattr(signal, self.name))

    def after_val_iter(self, runner, **_):
        if self.validation and runner.iter == self.step:
            os.kill(os.getpid(), getattr(signal, self.name))


def write(tmp_path, config, hooks=(), **changes):
    cfg = Config.fromfile(config)
    cfg.custom_hooks = [dict(type='EMAHook', momentum=0.1), *hooks]
    cfg.merge_from_dict(changes)
    path = tmp_path / 'changed.py'
    cfg.dump(path)
    return str(path)


def names(folder):
    return sorted(p.name for p in folder.glob('*.pth'))


@pytest.fixture(scope='module')
def whole(tiny_training, tmp_path_factory):
    folder = tmp_path_factory.mktemp('whole')
    launch.train(write(folder, tiny_training), work_dir=str(folder))
    return folder


@pytest.mark.parametrize('step, name, validation', [
    (2, 'SIGTERM', False),
    (STEPS, 'SIGUSR1', False),
    (STEPS, 'SIGTERM', True),
    (STEPS + 1, 'SIGUSR1', False),
])
def test_stopped_run_goes_on_as_if_nothing_had_been(
        tiny_training, whole, tmp_path, assert_same_course, step, name,
        validation):
    hook = dict(
        type='SignalHook', step=step, name=name, validation=validation)
    with pytest.raises(RunInterrupted, match=name) as stop:
        launch.train(
            write(tmp_path, tiny_training, [hook]), work_dir=str(tmp_path))
    if validation:  # the epoch's own checkpoint is there already
        assert stop.value.checkpoint.endswith('epoch_1.pth')
        assert 'epoch_1.pth' in names(tmp_path)
    else:
        assert f'interrupted_iter_{step}.pth' in names(tmp_path)
    assert (tmp_path / 'last_checkpoint').read_text() == \
        stop.value.checkpoint
    runner = launch.train(
        write(tmp_path, tiny_training), work_dir=str(tmp_path),
        resume='auto')
    assert runner.iter == 2 * STEPS
    assert names(tmp_path) == names(whole)
    assert_same_course(whole / 'epoch_2.pth', tmp_path / 'epoch_2.pth')


def test_handlers_are_put_back(tiny_training, tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    hook = dict(type='SignalHook', step=1)
    with pytest.raises(RunInterrupted):
        launch.train(
            write(tmp_path, tiny_training, [hook]), work_dir=str(tmp_path))
    assert signal.getsignal(signal.SIGTERM) is before


def test_validation_without_a_checkpoint_saves_the_trained_weights(
        tiny_training, whole, tmp_path, assert_same_course):
    hook = dict(type='SignalHook', step=STEPS, validation=True)
    rare = {'default_hooks.checkpoint.interval': 2}
    with pytest.raises(RunInterrupted, match='interrupted_iter_3'):
        launch.train(
            write(tmp_path, tiny_training, [hook], **rare),
            work_dir=str(tmp_path))
    launch.train(
        write(tmp_path, tiny_training, **rare), work_dir=str(tmp_path),
        resume='auto')
    assert_same_course(whole / 'epoch_2.pth', tmp_path / 'epoch_2.pth')


@pytest.mark.parametrize('validation', [False, True])
def test_a_signal_to_one_of_two_processes_stops_and_saves_both(
        tiny_training, two_processes, tmp_path, validation):
    step = STEPS if validation else 2
    hook = dict(type='SignalHook', step=step, name='SIGUSR1',
                validation=validation, rank=1)
    config = write(tmp_path, tiny_training, [hook], **{
        'default_hooks.checkpoint.interval': 2,
        'train_dataloader.batch_size': 2})

    def train(rank):
        try:
            launch.train(config, work_dir=str(tmp_path), launcher='pytorch')
        except RunInterrupted as stop:
            return EXIT_CODE if 'saved as' in str(stop) else 1

    copies = two_processes(train)
    for copy in copies:
        assert copy.ended(), copy.said
    assert [copy.code for copy in copies] == [EXIT_CODE] * 2, copies[0].said
    assert read_meta(tmp_path / f'interrupted_iter_{step}.pth')['iter'] == step


def test_accumulated_step_is_finished_first(tiny_training, tmp_path):
    hook = dict(type='SignalHook', step=1)
    with pytest.raises(RunInterrupted, match='interrupted_iter_2'):
        launch.train(
            write(
                tmp_path, tiny_training, [hook],
                **{'optim_wrapper.accumulative_counts': 2}),
            work_dir=str(tmp_path))
