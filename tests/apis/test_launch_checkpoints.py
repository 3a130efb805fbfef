"""Which checkpoints launch.train and launch.test accept."""
import copy
from pathlib import Path

import pytest
import torch

from mmgesture.apis import launch
from mmgesture.apis.preflight import PreflightError
from mmgesture.engine import (CheckpointError, CheckpointMismatchError,
                              UntrustedCheckpointError)


def read(path):
    return torch.load(path, weights_only=True)


def edited(source, target, change):
    """Write a copy of a checkpoint with something changed."""
    checkpoint = read(source)
    change(checkpoint)
    torch.save(checkpoint, target)
    return str(target)


def test_weights_alone_cannot_be_resumed(trained, config, tmp_path):
    best = next(trained.glob('best_*.pth'))
    with pytest.raises(CheckpointError, match='no optimizer.*--load-from'):
        launch.train(config, work_dir=str(tmp_path), resume=str(best))


def test_config_text_in_a_checkpoint_is_not_run(trained, config, tmp_path):
    trace = tmp_path / 'code_ran'
    text = f'import os\nos.mkdir({str(trace)!r})\n'
    path = edited(trained / 'epoch_2.pth', tmp_path / 'x.pth',
                  lambda c: c['meta'].update(config=text))
    launch.train(config, work_dir=str(tmp_path), resume=path)
    assert not trace.exists()


def test_checkpoint_of_other_classes_is_refused(trained, config, tmp_path):
    path = edited(trained / 'epoch_2.pth', tmp_path / 'x.pth',
                  lambda c: c['meta']['classes'].reverse())
    with pytest.raises(CheckpointMismatchError, match='other classes'):
        launch.test(config, path, work_dir=str(tmp_path))
    with pytest.raises(CheckpointMismatchError, match='other classes'):
        launch.train(config, work_dir=str(tmp_path), resume=path)
    with pytest.raises(CheckpointMismatchError, match='other classes'):
        launch.train(config, work_dir=str(tmp_path), load_from=path)


def test_checkpoint_of_another_model_is_refused_with_the_keys(
        trained, config, tmp_path):
    other = {'model.backbone.arch.depth': 2}
    with pytest.raises(CheckpointMismatchError, match=r'layers\.1\.') as hit:
        launch.test(
            config,
            str(trained / 'epoch_2.pth'),
            work_dir=str(tmp_path),
            cfg_options=other)
    assert 'epoch_2.pth' in str(hit.value)


def test_fine_tuning_in_part_must_be_asked_for(trained, config, tmp_path):
    options = dict(
        work_dir=str(tmp_path),
        load_from=str(trained / 'epoch_2.pth'),
        cfg_options={
            'model.backbone.arch.depth': 2,
            'optim_wrapper.optimizer.lr': 0.0,
            'train_cfg.max_epochs': 1
        })
    with pytest.raises(CheckpointMismatchError, match='--allow-partial'):
        launch.train(config, **copy.deepcopy(options))
    runner = launch.train(config, allow_partial=True, **options)
    name = 'backbone.layers.0.mixer.in_proj.weight'
    assert torch.equal(runner.model.state_dict()[name],
                       read(trained / 'epoch_2.pth')['state_dict'][name])


def test_pickled_checkpoint_needs_trust_in_every_door(
        trained, config, tmp_path):
    path = tmp_path / 'x.pth'
    checkpoint = read(trained / 'epoch_2.pth')
    checkpoint['meta']['extra'] = Path('x')
    torch.save(checkpoint, path)
    work_dir = str(tmp_path)
    for door in (dict(resume=str(path)), dict(load_from=str(path))):
        with pytest.raises(UntrustedCheckpointError, match='pathlib'):
            launch.train(config, work_dir=work_dir, **door)
    with pytest.raises(UntrustedCheckpointError, match='pathlib'):
        launch.test(config, str(path), work_dir=work_dir)
    launch.test(config, str(path), work_dir=work_dir, trust_checkpoint=True)
    with pytest.raises(UntrustedCheckpointError, match='pathlib'):
        launch.test(config, str(path), work_dir=work_dir)


def test_missing_weights_stop_the_run_unless_from_scratch(config, tmp_path):
    options = {
        'model.backbone.init_cfg':
        dict(type='Pretrained', checkpoint=str(tmp_path / 'none.pth')),
        'train_cfg.max_epochs': 1
    }
    with pytest.raises(PreflightError, match='none.pth'):
        launch.train(config, work_dir=str(tmp_path), cfg_options=options)
    launch.train(
        config,
        work_dir=str(tmp_path),
        cfg_options=options,
        from_scratch=True)
