"""MMN's configs: sizes, recipes and a pipeline run from file to scores."""
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.datasets import GestureDataset
from mmgesture.registry import MODELS, PARAM_SCHEDULERS
from mmgesture.structures.skeleton import get_layout

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
# The ablations are in tests/test_mmn_ablations.py.
LEAVES = sorted(
    p.stem for p in (CONFIGS / 'mmn').glob('*.py')
    if p.stem.count('_') == 2 or p.stem.endswith('_official'))
SIZES = dict(imigue=1234014, ma52=1325186, smg=1241640, jhmdb=166289)


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@lru_cache(maxsize=None)
def leaf(name):
    return Config.fromfile(CONFIGS / f'mmn/{name}.py')


def part(pipeline, kind):
    return next(item for item in pipeline if item.type == kind)


@pytest.mark.parametrize('name', LEAVES)
def test_model_pipeline_and_stream_of_a_config_agree(name):
    cfg = leaf(name)
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    data = name.split('_')[2].replace('mini-', '')
    assert sum(p.numel() for p in model.parameters()) == SIZES[data]
    for stage in ('train', 'val', 'test'):
        pipeline = cfg[f'{stage}_dataloader'].dataset.pipeline
        load = part(pipeline, 'LoadKeypoints')
        layout = get_layout(load.layout)
        assert model.backbone.num_points == len(layout.joints)
        assert model.backbone.in_channels == load.get('dims', 2)
        frames = part(pipeline, 'SampleSkeletonFrames')
        assert frames.clip_len == model.backbone.num_frames
        assert (frames.get('mode') == 'random') == (stage == 'train')
        stream = part(pipeline, 'SkeletonStream')
        assert stream.stream == name.split('_')[1]
        kinds = {item.type for item in pipeline}
        official = name.endswith('official')
        assert ('STCA' in kinds) == (stage == 'train' and not official)
        if stage != 'train':
            assert not kinds & {'STCA', 'MaskAxis', 'DropFrameBlock'}
        if official and 'bone' in name:
            assert stream.bones == 'official'
    fuse = model.backbone.MFM[0].blocks[0].fuse
    assert fuse == ('raw' if official else 'modulated')


def rates(name, epoch_length=10):
    """Learning rate at the first step of every epoch."""
    cfg = leaf(name)
    weight = torch.nn.Parameter(torch.zeros(1))
    settings = dict(cfg.optim_wrapper.optimizer)
    assert settings.pop('type') == 'AdamW'
    optimizer = torch.optim.AdamW([weight], **settings)
    schedulers = []
    for item in cfg.param_scheduler:
        item = dict(item)
        item.pop('convert_to_iter_based')
        kind = PARAM_SCHEDULERS.get(item.pop('type'))
        schedulers.append(kind.build_iter_from_epoch(
            optimizer=optimizer, epoch_length=epoch_length, **item))
    found = []
    for step in range(cfg.train_cfg.max_epochs * epoch_length):
        if step % epoch_length == 0:
            found.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
    return found + [optimizer.param_groups[0]['lr']]


def test_papers_schedule_has_a_warm_up_and_three_cycles():
    lr = rates('mmn_joint_imigue')
    assert lr[0] == pytest.approx(1e-7, rel=.01)
    assert lr[21] == pytest.approx(1e-4, rel=.01)
    tops = [i for i in range(21, 120) if lr[i] > 5 * lr[i - 1]]
    assert tops == [54, 87]
    for top in tops:
        assert lr[top] == pytest.approx(1e-4, rel=.01)
        assert lr[top - 1] < 2e-6
    assert lr[120] < 2e-6


def test_codes_schedule_is_one_cosine_behind_a_warm_up():
    lr = rates('mmn_joint_imigue_official')
    assert lr[0] == pytest.approx(1e-7, rel=.01)
    for epoch in (21, 40, 70, 119):
        cosine = 1e-5 + .5 * (1e-3 - 1e-5) * (1 + np.cos(np.pi * epoch / 120))
        assert lr[epoch] == pytest.approx(cosine, rel=.02), epoch
    assert lr[120] == pytest.approx(1e-5, rel=.02)


@pytest.mark.parametrize('stream', ['joint', 'bone'])
def test_a_file_of_joints_goes_through_pipeline_and_model(stream, tmp_path):
    rng = np.random.RandomState(0)
    lines = [dict(mmgesture_annotations=1, dataset='imigue',
                  classes=[f'c{i}' for i in range(32)],
                  keypoint_layout='openpose-137')]
    for i, frames in enumerate((1, 9, 200)):  # shorter than a clip, longer
        np.savez(tmp_path / f'{i}.npz', keypoints=rng.rand(
            frames, 137, 3).astype(np.float32) * 100)
        lines.append(dict(
            sample_id=f's_{i}', video=None, start=None, end=None,
            label=None if i == 2 else i, split='test',
            keypoints=f'{i}.npz'))
    lines.append(dict(lines[-1], sample_id='s_3', keypoints='none.npz'))
    (tmp_path / 'annotations.jsonl').write_text(
        '\n'.join(map(json.dumps, lines)))
    cfg = leaf(f'mmn_{stream}_imigue')
    data = GestureDataset(
        'annotations.jsonl', str(tmp_path),
        pipeline=cfg.test_dataloader.dataset.pipeline, split='test',
        test_mode=True)
    torch.manual_seed(0)
    settings = dict(cfg.model, backbone=dict(
        cfg.model.backbone, embed_dims=32, depths=(1, 1, 1, 1)),
        cls_head=dict(cfg.model.cls_head, in_channels=32))
    model = MODELS.build(settings).eval()
    items = [data[i] for i in range(4)]
    batch = dict(inputs=[x['inputs'] for x in items],
                 data_samples=[x['data_samples'] for x in items])
    with torch.no_grad():
        found = model(**model.data_preprocessor(batch), mode='predict')
    assert [x.sample_id for x in found] == ['s_0', 's_1', 's_2', 's_3']
    assert [x.unreadable for x in found] == [False, False, False, True]
    for x in found:
        assert x.pred_score.isfinite().all()
        assert x.pred_score.sum().item() == pytest.approx(1, abs=1e-5)
