import logging
from pathlib import Path

import pytest
from mmengine.logging import MessageHub, MMLogger

from mmgesture.engine.hooks.safe_checkpoint_hook import SafeCheckpointHook


class Runner:
    """Writes a checkpoint as a line of text, and notes what lay around."""

    def __init__(self, work_dir, name):
        self.work_dir = str(work_dir)
        self.message_hub = MessageHub.get_instance(name)
        self.logger = MMLogger.get_current_instance()
        self.epoch = self.iter = 0
        self.max_epochs = 10
        self.fails = False
        self.seen = []

    def save_checkpoint(self, out_dir, filename, **options):
        self.seen.append(sorted(p.name for p in Path(out_dir).glob('*.pth')))
        if self.fails:
            raise OSError('disk full')
        Path(out_dir, filename).write_text('x')

    def files(self):
        return sorted(p.name for p in Path(self.work_dir).glob('*.pth'))

    def pointer(self):
        return Path(self.work_dir, 'last_checkpoint').read_text()


@pytest.fixture
def runner(tmp_path, request):
    return Runner(tmp_path, request.node.nodeid)


def make_hook(runner, **options):
    hook = SafeCheckpointHook(interval=1, **options)
    hook.before_train(runner)
    return hook


def save(hook, runner, epoch):
    runner.epoch = epoch
    hook._save_checkpoint_with_step(runner, epoch, dict(epoch=epoch))


def test_old_checkpoint_goes_only_after_the_new_one_is_there(runner):
    hook = make_hook(runner, max_keep_ckpts=1)
    save(hook, runner, 1)
    save(hook, runner, 2)
    assert runner.seen[1] == ['epoch_1.pth']
    assert runner.files() == ['epoch_2.pth']
    assert runner.pointer().endswith('epoch_2.pth')


def test_failed_write_leaves_the_old_checkpoint_and_its_pointer(runner):
    hook = make_hook(runner, max_keep_ckpts=1)
    save(hook, runner, 1)
    runner.fails = True
    save(hook, runner, 2)
    save(hook, runner, 3)
    assert runner.files() == ['epoch_1.pth']
    assert runner.pointer().endswith('epoch_1.pth')
    with pytest.raises(OSError, match='disk full'):
        save(hook, runner, 4)


def test_after_a_failed_write_the_oldest_is_still_removed_in_time(runner):
    hook = make_hook(runner, max_keep_ckpts=1)
    save(hook, runner, 1)
    for epoch in (2, 3):
        runner.fails = True
        save(hook, runner, epoch)
        runner.fails = False
        save(hook, runner, epoch + 2)
        assert runner.files() == [f'epoch_{epoch + 2}.pth']


def test_last_checkpoint_must_be_written(runner):
    hook = make_hook(runner)
    runner.fails = True
    with pytest.raises(OSError):
        save(hook, runner, runner.max_epochs)


@pytest.mark.parametrize('save_best', ['top1', ['top1', 'f1']])
def test_failed_best_checkpoint_leaves_the_old_one_the_best(
        runner, save_best):
    hook = make_hook(runner, save_best=save_best, rule='greater')
    hook._save_best_checkpoint(runner, dict(top1=0.5, f1=0.5))
    before = runner.files()
    runner.epoch, runner.fails = 1, True
    hook._save_best_checkpoint(runner, dict(top1=0.6, f1=0.6))
    runner.epoch, runner.fails = 2, False
    assert runner.files() == before
    hook._save_best_checkpoint(runner, dict(top1=0.55, f1=0.55))
    assert [name.replace('epoch_0', 'epoch_2') for name in before] == \
        runner.files()


def test_regular_checkpoint_replaces_that_of_an_interruption(runner):
    hook = make_hook(runner)
    stopped = Path(runner.work_dir, 'interrupted_iter_5.pth')
    stopped.write_text('x')
    runner.fails = True
    save(hook, runner, 1)
    assert stopped.is_file()
    runner.fails = False
    save(hook, runner, 1)
    assert not stopped.exists()


def test_what_a_killed_run_did_not_come_to_remove_is_removed(runner):
    hook = make_hook(runner, max_keep_ckpts=1)
    save(hook, runner, 1)
    hook._remove = lambda path: None  # killed before
    save(hook, runner, 2)
    assert runner.files() == ['epoch_1.pth', 'epoch_2.pth']
    Path(runner.work_dir, 'epoch_0.pth').write_text('not of this run')
    make_hook(runner, max_keep_ckpts=1)
    assert runner.files() == ['epoch_0.pth', 'epoch_2.pth']


def test_saving_the_same_step_again_removes_nothing(runner):
    hook = make_hook(runner, max_keep_ckpts=2)
    for epoch in (1, 2, 3, 3):
        save(hook, runner, epoch)
    assert runner.files() == ['epoch_2.pth', 'epoch_3.pth']
    assert runner.message_hub.get_info('keep_ckpt_ids') == [2, 3]


@pytest.mark.parametrize('save_best', ['top1', ['top1', 'f1']])
def test_best_checkpoint_is_replaced_after_the_next_is_there(
        runner, save_best):
    hook = make_hook(runner, save_best=save_best, rule='greater')
    for epoch, score in ((1, 0.5), (2, 0.4), (3, 0.6)):
        runner.epoch = epoch
        runner.seen.clear()
        hook._save_best_checkpoint(runner, dict(top1=score, f1=score))
    assert 'best_top1_epoch_1.pth' in runner.seen[0]
    number = 1 if save_best == 'top1' else 2
    assert runner.files() == sorted(
        ['best_f1_epoch_3.pth', 'best_top1_epoch_3.pth'][-number:])


def test_absent_metric_is_a_warning(runner):
    found = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())
    runner.logger.addHandler(handler)
    hook = make_hook(runner, save_best='top1', rule='greater')
    hook._save_best_checkpoint(runner, dict(f1=0.5))
    runner.logger.removeHandler(handler)
    assert runner.files() == []
    assert 'no top1' in found[-1]


@pytest.mark.parametrize('save_best', ['top1', ['top1', 'f1']])
def test_best_checkpoint_of_another_run_is_left_alone(runner, tmp_path,
                                                      save_best):
    hook = make_hook(runner, save_best=save_best, rule='greater')
    other = tmp_path / 'other run' / 'best_top1_epoch_1.pth'
    other.parent.mkdir()
    other.write_text('x')
    if save_best == 'top1':
        hook.best_ckpt_path = str(other)
    else:
        hook.best_ckpt_path_dict = dict(top1=str(other), f1=str(other))
    runner.epoch = 2
    hook._save_best_checkpoint(runner, dict(top1=0.5, f1=0.5))
    assert other.is_file()
    assert 'best_top1_epoch_2.pth' in runner.files()
