"""Configs of the stream model: parts agree, and they train, test and run."""
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.apis import test as run_test
from mmgesture.apis import train
from mmgesture.apis.stream import load_stream_detector, stream_input
from mmgesture.datasets.convert.sfinge3d import HAND_EDGES
from mmgesture.models.layers.lookahead import LOOKAHEADS
from mmgesture.online import DecoderSettings, FrameInput
from mmgesture.registry import MODELS
from mmgesture.testing_untrimmed import write_tiny_untrimmed

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
LEAVES = sorted(p.stem for p in (CONFIGS / 'stream').glob('*.py'))


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@lru_cache(maxsize=None)
def leaf(name):
    return Config.fromfile(CONFIGS / f'stream/{name}.py')


def test_metafile_states_the_measured_sizes():
    meta = yaml.safe_load((CONFIGS / 'stream/metafile.yml').read_text())
    stated = {m['Name']: m['Metadata']['Parameters'] for m in meta['Models']}
    assert sorted(stated) == LEAVES
    for name, size in stated.items():
        with torch.device('meta'):
            model = MODELS.build(leaf(name).model)
        assert sum(p.numel() for p in model.parameters()) == size, name


@pytest.mark.parametrize('name', LEAVES)
def test_model_data_and_stream_agree(name):
    cfg = leaf(name)
    network, inputs = cfg.model.network, stream_input(cfg)
    assert network.step_rate == cfg.stream.step_rate
    assert network.get('lookaheads', LOOKAHEADS) == LOOKAHEADS
    for stage in ('train', 'val', 'test'):
        data = cfg[f'{stage}_dataloader'].dataset
        assert ('frames' in data) == isinstance(inputs, FrameInput)
        assert data.test_mode if stage != 'train' else data.min_inside < .1
    if isinstance(inputs, FrameInput):
        encoder = network.encoder
        assert tuple(encoder.size) == inputs.crop
        assert encoder.step_rate == network.step_rate == data.frames.fps
        assert encoder.out_channels == network.in_channels
        # the middle one of the frames that a step stands for
        assert cfg.stream.phase == .5
        steps = {s.type: s for s in data.pipeline}
        assert steps['DecodeVideo'].short_side == inputs.short_side
        assert steps['CenterCrop'].crop_size == inputs.crop[0]
    else:
        assert inputs.skeleton.num_channels == network.in_channels
        assert data.features.folder.endswith('-causal')


def test_joints_of_sfinge3d_are_those_of_its_converter():
    skeleton = stream_input(leaf('causal_sfinge3d')).skeleton
    assert [tuple(edge) for edge in skeleton.edges.tolist()] == \
        list(HAND_EDGES)


@pytest.mark.parametrize('name', LEAVES)
def test_windows_of_a_test_are_whole_videos(name):
    cfg = leaf(name)
    seconds = dict(sfinge3d=36, mini=240, smg=900)
    part = name.split('_')[1].split('-')[0]
    for stage in ('val', 'test'):
        loader = cfg[f'{stage}_dataloader']
        assert loader.batch_size == 1
        assert loader.dataset.window_size >= \
            seconds[part] * cfg.stream.step_rate


def test_it_trains_tests_and_runs_a_stream_from_its_config(tmp_path):
    write_tiny_untrimmed(tmp_path / 'data', (4, 2, 2), num_frames=200)
    pipeline = [dict(type='LoadFeatureWindow'), dict(type='PackWindowInputs')]
    options = {
        'data_root': str(tmp_path / 'data'),
        'ann_file': 'annotations.jsonl',
        'train_cfg.max_epochs': 8,
        'train_cfg.val_interval': 8,
        'param_scheduler': [dict(type='ConstantLR', factor=1., end=1)],
        'custom_hooks': None,
        'train_dataloader.batch_size': 2,
        'train_dataloader.dataset.overlap': .75,
        'optim_wrapper.optimizer.lr': 1e-2,
        'model.network': dict(
            num_classes=3, in_channels=5, step_rate=10, channels=16,
            trunk=dict(depth=2, d_state=4)),
        'stream': dict(_delete_=True, type='features', step_rate=10),
    }
    for stage in ('train', 'val', 'test'):
        options.update({
            f'{stage}_dataloader.dataset.window_size':
            64 if stage == 'train' else 128,
            f'{stage}_dataloader.dataset.pipeline': pipeline,
            f'{stage}_dataloader.dataset.features': dict(
                folder='features/tiny', stride=2, window=4, every=1)
        })
    work = tmp_path / 'work'
    config = str(CONFIGS / 'stream/causal_sfinge3d.py')
    train(config, work_dir=str(work), cfg_options=options, seed=0)
    best, = work.glob('best_detection_f1_epoch_8.pth')
    metrics = run_test(config, str(best), work_dir=str(work),
                       cfg_options=options)
    assert metrics['detection/f1'] > .5
    cfg = Config.fromfile(work / 'causal_sfinge3d.py')
    cfg.stream = dict(type='features', step_rate=10)
    detector = load_stream_detector(
        cfg, best, settings=DecoderSettings.uniform(3, .4))
    features = np.load(tmp_path / 'data/features/tiny/test_00.npy')
    assert len(detector.detect(features)) >= 2
