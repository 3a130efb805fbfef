import pytest
from mmengine.config import Config

from mmgesture.apis.preflight import PreflightError
from mmgesture.apis.run_config import (check_writable, prepare_test,
                                       prepare_training, read_config,
                                       use_operating_point)
from mmgesture.testing import write_tiny_training


@pytest.fixture
def config(tmp_path):
    return write_tiny_training(tmp_path, 'data')


def training(config, cfg_options=None, **options):
    cfg = read_config(config, cfg_options=cfg_options)
    prepare_training(cfg, **options)
    return cfg


def test_work_dir_comes_from_option_then_config_then_name(config):
    assert read_config(config).work_dir == 'work_dirs/tiny_training'
    options = dict(work_dir='b')
    assert read_config(config, cfg_options=options).work_dir == 'b'
    assert read_config(config, 'a', cfg_options=options).work_dir == 'a'


def test_amp_is_bfloat16_in_the_guarded_wrapper(config):
    wrapper = training(config, amp=True).optim_wrapper
    assert wrapper.type == 'GuardedOptimWrapper'
    assert wrapper.dtype == 'bfloat16'
    assert 'dtype' not in training(config).optim_wrapper
    options = {'optim_wrapper.type': 'AmpOptimWrapper'}
    with pytest.raises(PreflightError, match='AmpOptimWrapper'):
        training(config, options, amp=True)


def test_loader_without_workers_loses_what_needs_them(config):
    options = {
        'train_dataloader.persistent_workers': True,
        'train_dataloader.prefetch_factor': 2
    }
    loader = read_config(config, cfg_options=options).train_dataloader
    assert loader.persistent_workers is False
    assert 'prefetch_factor' not in loader
    options['train_dataloader.num_workers'] = 1
    loader = read_config(config, cfg_options=options).train_dataloader
    assert loader.persistent_workers is True


def test_seed_option_goes_before_the_config(config):
    assert training(config, seed=5).randomness.seed == 5
    assert training(config).randomness.seed == 0


def test_from_scratch_drops_the_weights_of_the_config(config):
    init = dict(type='Pretrained', checkpoint='w.pth')
    options = {'model.backbone.init_cfg': init}
    cfg = training(config, options, from_scratch=True)
    assert cfg.model.backbone.init_cfg is None
    cfg = training(config, options)
    assert cfg.model.backbone.init_cfg.checkpoint == 'w.pth'


def test_test_config_is_free_of_training(config):
    cfg = read_config(config)
    prepare_test(cfg, checkpoint='run/x.pth', dump='s.jsonl', split='val')
    for name in ('train_dataloader', 'val_dataloader', 'train_cfg',
                 'optim_wrapper', 'param_scheduler', 'val_evaluator'):
        assert cfg[name] is None
    metric = cfg.test_evaluator[0]
    assert metric.dump == 's.jsonl' and metric.checkpoint == 'x.pth'
    assert metric.config == 'tiny_training.py'
    assert cfg.test_dataloader.dataset.split == 'val'


def test_split_reaches_every_part_of_a_concatenation(config):
    cfg = read_config(config)
    part = cfg.test_dataloader.dataset.to_dict()
    cfg.test_dataloader.dataset = dict(
        type='ConcatDataset', datasets=[part, dict(part)])
    prepare_test(cfg, split='val')
    joined = cfg.test_dataloader.dataset
    assert [item.split for item in joined.datasets] == ['val', 'val']
    assert 'split' not in joined


def test_dump_needs_our_metric(config):
    cfg = read_config(config)
    cfg.test_evaluator = dict(type='AccMetric')
    with pytest.raises(PreflightError, match='GestureMetric'):
        prepare_test(cfg, dump='s.jsonl')


def test_place_that_cannot_be_written_is_told_before_the_work(tmp_path):
    check_writable(tmp_path / 'a' / 'b', '--work-dir')
    assert list((tmp_path / 'a' / 'b').iterdir()) == []
    (tmp_path / 'file').touch()
    for path in (tmp_path / 'file', tmp_path / 'file' / 'x'):
        with pytest.raises(PreflightError, match='file.*--work-dir'):
            check_writable(path, '--work-dir')


def test_the_checkpoints_threshold_goes_to_metrics_that_name_none():
    cfg = Config(dict(test_evaluator=[
        dict(type='MicroGestureF1'), dict(type='MicroGestureF1',
                                          threshold=.2),
        dict(type='MicroGestureF1', tune=True), dict(type='GestureMetric')
    ]))
    use_operating_point(cfg, dict(threshold=.7, tiou=.3))
    assert [x.get('threshold') for x in cfg.test_evaluator] == [
        .7, .2, None, None]
    use_operating_point(cfg, None)
