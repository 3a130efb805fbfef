from types import SimpleNamespace

import pytest
from mmengine.hooks import Hook

from mmgesture.apis import launch
from mmgesture.engine.hooks.epoch_hook import DatasetEpochHook
from mmgesture.registry import HOOKS
from mmgesture.testing import write_tiny_set, write_tiny_training

SEEN = []


@HOOKS.register_module()
class EpochSpyHook(Hook):
    """Notes the epoch that the samples of each batch were drawn in."""

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        SEEN.append(runner.train_dataloader.dataset.epoch)


def test_datasets_learn_the_epoch_before_it_begins():
    epochs = []
    inner = SimpleNamespace(bad_media=None, set_epoch=epochs.append)
    wrapper = SimpleNamespace(dataset=inner)
    loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=wrapper))
    for epoch in (0, 1, 7):
        DatasetEpochHook().before_train_epoch(
            SimpleNamespace(train_loop=loop, epoch=epoch))
    assert epochs == [0, 1, 7]


@pytest.fixture(scope='module')
def config(tmp_path_factory):
    root = tmp_path_factory.mktemp('set')
    write_tiny_set(root)  # 12 clips, 3 batches
    return write_tiny_training(tmp_path_factory.mktemp('config'), root)


@pytest.fixture
def train_steps(config, tmp_path, monkeypatch):
    """Train by iterations; return the data set's epoch at each batch."""
    # MMEngine waits two seconds between passes.
    monkeypatch.setattr('mmengine.runner.loops.time.sleep', lambda _: None)

    def run(steps, **options):
        SEEN.clear()
        launch.train(
            config,
            work_dir=str(tmp_path),
            cfg_options={
                'train_cfg':
                dict(_delete_=True, type='IterBasedTrainLoop',
                     max_iters=steps, val_interval=100),
                'default_hooks.checkpoint.by_epoch': False,
                'default_hooks.checkpoint.save_best': None,
                'custom_hooks': [dict(type='EpochSpyHook')],
                'param_scheduler': [],
            },
            **options)
        return list(SEEN)

    return run


def test_iteration_loop_counts_passes_over_the_loader(train_steps):
    assert train_steps(7) == [0, 0, 0, 1, 1, 1, 2]


@pytest.mark.parametrize('done, later', [(3, [1, 1, 1, 2]), (4, [1, 1, 2])])
def test_resumed_iteration_loop_goes_on_in_its_pass(train_steps, done, later):
    train_steps(done)
    # The batches before are drawn once more and thrown away.
    assert train_steps(7, resume='auto') == later
