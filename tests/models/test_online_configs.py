"""Configs of the localizers: their parts agree, and they train and test."""
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

from mmgesture.apis import test as run_test
from mmgesture.apis import train
from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.registry import MODELS
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)
from mmgesture.testing import write_tiny_video
from mmgesture.testing_untrimmed import write_tiny_untrimmed

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
EVERY = sorted(p.stem for p in (CONFIGS / 'online').glob('*.py'))
# Besides localizers there is a recognizer that slides over videos.
LEAVES = [name for name in EVERY if '_windows_' not in name]
# What each ablation changes in the config it belongs to, and nothing else.
POINTTAD = {
    'pointtad_smg': ('model.head.num_mamba', 0),
    **{f'pointtad-mamba_blocks{m}_smg': ('model.head.num_mamba', m)
       for m in (1, 3)},
    **{f'pointtad-mamba_points{n}_smg': ('model.head.num_points', n)
       for n in (25, 27, 31, 32, 35)},
    **{f'pointtad-mamba_layers{n}_smg': ('model.head.num_layers', n)
       for n in (2, 3, 5)},
    'pointtad-mamba_bidirectional_smg': (
        'model.head.decoder.bidirectional', True),
}
DYFADET = {
    'dyfadet-da_smg': ('train_dataloader.dataset.oversample.alpha', 100),
    'dyfadet-sta_smg': ('model.head.tower.attention', True),
}


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@lru_cache(maxsize=None)
def leaf(name):
    return Config.fromfile(CONFIGS / f'online/{name}.py')


def flat(node, prefix=''):
    """A config as {dotted key: value}."""
    if not isinstance(node, dict) or not node:
        return {prefix[:-1]: node}
    found = {}
    for key, value in node.items():
        found.update(flat(value, f'{prefix}{key}.'))
    return found


def changes(name, base):
    ours, theirs = flat(leaf(name).to_dict()), flat(leaf(base).to_dict())
    return {
        key: ours.get(key)
        for key in set(ours) | set(theirs)
        if ours.get(key) != theirs.get(key) and ours.get(key) is not None
    }


def test_metafile_states_the_measured_sizes():
    meta = yaml.safe_load((CONFIGS / 'online/metafile.yml').read_text())
    stated = {m['Name']: m['Metadata']['Parameters'] for m in meta['Models']}
    assert sorted(stated) == EVERY
    sampled = {'pointtad_smg', 'pointtad-mamba_smg'}  # of the large ones
    for name, size in stated.items():
        if name.startswith('pointtad') and name.endswith('_smg') and \
                name not in sampled:
            continue
        with torch.device('meta'):
            model = MODELS.build(leaf(name).model)
        assert sum(p.numel() for p in model.parameters()) == size, name


@pytest.mark.parametrize('name', LEAVES)
def test_model_and_data_of_a_config_agree(name):
    cfg = leaf(name)
    model = cfg.model
    classes = 13 if 'sfinge3d' in name else len(SMG_CLASSES)
    assert model.head.num_classes == classes
    for stage in ('train', 'val', 'test'):
        data = cfg[f'{stage}_dataloader'].dataset
        kinds = [step.type for step in data.pipeline]
        assert ('SampleWindowFrames' in kinds) == ('frames' in data) == (
            'backbone' in model)
        if stage != 'train':
            assert data.test_mode and not data.get('oversample')
            assert not {'Flip', 'RandomCrop', 'StretchWindow',
                        'JitterFeatures'} & set(kinds)
        if 'backbone' in model:
            assert data.window_size % model.backbone.get('stride', 1) == 0
            assert data.window_size % model.backbone.get(
                'chunk_frames', 1) == 0
    assert ('mean' in model.data_preprocessor) == ('backbone' in model)
    assert cfg.val_evaluator.tune
    assert not cfg.test_evaluator.get('tune')


@pytest.mark.parametrize('name', sorted(POINTTAD))
def test_ablation_of_paper_004_changes_one_thing(name):
    key, value = POINTTAD[name]
    assert changes(name, 'pointtad-mamba_smg') == {key: value}


@pytest.mark.parametrize('name', sorted(DYFADET))
def test_ablation_of_paper_001_changes_one_thing(name):
    key, value = DYFADET[name]
    assert changes(name, 'dyfadet_smg') == {key: value}


def test_model_of_paper_001_has_both():
    assert changes('dyfadet-da-sta_smg', 'dyfadet_smg') == dict(
        DYFADET.values())


@pytest.mark.parametrize('window', [16, 32, 64, 200])
def test_window_of_an_ablation_counts_steps_of_four_frames(window):
    assert changes(f'pointtad-mamba_window{window}_smg',
                   'pointtad-mamba_smg') == {
                       f'{stage}_dataloader.dataset.window_size': 4 * window
                       for stage in ('train', 'val', 'test')
                   }


@pytest.mark.parametrize('name, batch, epochs', [
    ('dyfadet-da-sta_smg', 128, 400), ('pointtad-mamba_smg', 1, 50)])
def test_settings_are_the_papers(name, batch, epochs):
    cfg = leaf(name)
    assert cfg.train_dataloader.batch_size == batch
    assert cfg.train_cfg.max_epochs == epochs
    assert cfg.optim_wrapper.optimizer.lr == 1e-4
    assert cfg.auto_scale_lr.base_batch_size == batch


@pytest.mark.parametrize('name', ['pointtad-mamba_sfinge3d',
                                  'pointtad-mamba_smg-features'])
def test_points_of_queries_do_not_decay(name):
    cfg = leaf(name)
    model = MODELS.build(dict(cfg.model, head=dict(
        cfg.model.head, embed_dims=16, num_layers=1)))
    groups = build_optim_wrapper(model, cfg.optim_wrapper
                                 ).optimizer.param_groups
    decay = {id(p): g['weight_decay'] for g in groups for p in g['params']}
    assert decay[id(model.head.points)] == 0
    assert decay[id(model.head.layers[0].queries.mamba[0][1].A_log)] == 0
    assert decay[id(model.head.project.weight)] > 0


def reduced(root, model, pipeline):
    """Options that make a config train on the tiny set in seconds."""
    options = {
        'data_root': str(root),
        'train_cfg.max_epochs': 1,
        'train_cfg.val_interval': 1,
        'param_scheduler': [dict(type='ConstantLR', factor=1., end=1)],
        'custom_hooks': None,
        'train_dataloader.batch_size': 4,
    }
    options.update(flat(model, 'model.'))
    for stage in ('train', 'val', 'test'):
        options.update({
            f'{stage}_dataloader.dataset.window_size': 48,
            f'{stage}_dataloader.dataset.pipeline': pipeline,
            f'{stage}_dataloader.num_workers': 0,
        })
    return options


HEAD = dict(num_classes=3, channels=16, num_levels=2)
NECK = dict(in_channels=16, channels=16, num_levels=2)
QUERIES = dict(
    num_classes=3, in_channels=16, embed_dims=16, num_queries=4,
    num_points=6, num_layers=2,
    decoder=dict(feedforward=16, dim_dynamic=4, num_heads=2))


@pytest.mark.parametrize('name, model', [
    ('actionformer_mini-smg-rgb', dict(neck=NECK, head=HEAD)),
    ('dyfadet-da-sta_mini-smg-rgb', dict(neck=NECK, head=HEAD)),
    ('pointtad-mamba_mini-smg-rgb',
     dict(neck=dict(NECK, num_levels=1), head=QUERIES)),
])
def test_localizer_over_features_trains_and_tests_from_its_config(
        name, model, tmp_path):
    write_tiny_untrimmed(tmp_path / 'data', (4, 2, 2))
    options = reduced(tmp_path / 'data', model, [
        dict(type='LoadFeatureWindow'), dict(type='PackWindowInputs')])
    options['model.neck.in_channels'] = 5
    for stage in ('train', 'val', 'test'):
        options[f'{stage}_dataloader.dataset.features'] = dict(
            folder='features/tiny', stride=2, window=4)
    del options['custom_hooks']  # with the moving average
    work = str(tmp_path / 'work')
    config = str(CONFIGS / f'online/{name}.py')
    train(config, work_dir=work, cfg_options=options, seed=0)
    best, = Path(work).glob('best_detection_f1_epoch_1.pth')
    metrics = run_test(config, str(best), work_dir=work, cfg_options=options,
                       dump=f'{work}/found.jsonl')
    assert np.isfinite(metrics['detection/map'])
    assert 0 < metrics['detection/threshold'] < 1
    assert 'detection/f1' in metrics
    assert Path(work, 'found.jsonl').is_file()


def write_frames(root):
    """Untrimmed videos with a gesture each, of 40 frames."""
    records, videos = [], []
    root.mkdir()
    for index, split in enumerate(('train', 'train', 'val', 'test')):
        name = f'{split}_{index}'
        write_tiny_video(root / f'{name}.mp4', 40, seed=index)
        common = dict(video=f'{name}.mp4', subject=split, split=split)
        records.append(GestureRecord(
            sample_id=name, start=8, end=24, label=index % 3, **common))
        videos.append(dict(video_id=name, num_frames=40, fps=25,
                           labelled=True, **common))
    write_annotations(
        str(root / 'annotations.jsonl'),
        make_header('tiny', ['still', 'left', 'right'], None,
                    dict(videos=videos)), records)


@pytest.mark.parametrize('name, model', [
    ('adatad-vit-b_decoupled_smg',
     dict(neck=NECK, head=HEAD, backbone=dict(
         channels=16, backbone=dict(
             embed_dims=16, depth=2, num_heads=2, img_size=32)))),
    ('adatad-msf-s_smg',
     dict(neck=NECK, head=HEAD, backbone=dict(
         channels=16, backbone=dict(
             embed_dims=16, depth=2, img_size=32)))),
    ('pointtad-mamba_smg',
     dict(head=dict(QUERIES, in_channels=64 + 128),
          backbone=dict(backbone=dict(base_channels=4)))),
])
def test_localizer_over_frames_trains_and_tests_from_its_config(
        name, model, tmp_path):
    write_frames(tmp_path / 'data')
    options = reduced(tmp_path / 'data', model, [
        dict(type='OpenVideo'), dict(type='SampleWindowFrames'),
        dict(type='DecodeVideo', short_side=32),
        dict(type='CenterCrop', crop_size=32),
        dict(type='FormatShape', input_format='NCTHW'),
        dict(type='PackWindowInputs')
    ])
    work = str(tmp_path / 'work')
    config = str(CONFIGS / f'online/{name}.py')
    train(config, work_dir=work, cfg_options=options, seed=0,
          from_scratch=True)
    options['test_evaluator.threshold'] = 0.05
    metrics = run_test(config, f'{work}/epoch_1.pth', work_dir=work,
                       cfg_options=options)
    assert np.isfinite(metrics['detection/map'])
