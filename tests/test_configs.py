"""Every config: it builds, its parts agree, its size is the known one."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

import mmgesture  # noqa: F401
from mmgesture.apis.preflight import (pretrained_files, read_manifest,
                                      set_pretrained)
from mmgesture.datasets.imigue import IMIGUE_CLASSES
from mmgesture.datasets.ma52 import CLASSES as MA52_CLASSES
from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.registry import (DATASETS, HOOKS, METRICS, MODELS,
                                PARAM_SCHEDULERS, TRANSFORMS)

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
LEAVES = sorted(p.relative_to(CONFIGS).as_posix()
                for p in CONFIGS.rglob('*.py') if '_base_' not in p.parts)
# These have tests of their own: tests/models/test_mmn_configs.py,
# tests/test_stream_configs.py, tests/models/test_online_configs.py and
# tests/models/test_causal_configs.py.
APART = ('mmn', 'skeleton', 'mm_gesture', 'online', 'stream')
OTHER_MODELS = ('mmn', 'posec3d', 'rgbpose', 'slowonly', 'stgcn', '2s-agcn',
                'swin-mini')
PICTURES = [name for name in LEAVES if not name.startswith(APART)]
MODEL_BASES = sorted(p.stem for p in (CONFIGS / '_base_/models').glob('*.py')
                     if not p.stem.startswith(OTHER_MODELS))
CLASSES = {
    'data/smg': SMG_CLASSES,
    'data/mini_smg': SMG_CLASSES,
    'data/imigue': IMIGUE_CLASSES,
    'data/ma52': MA52_CLASSES
}
# Millions of parameters at 32 classes, measured on MMAction2's own configs.
SIZES = {
    'c3d': 78.127,
    'c3d-224px': 178.790,
    'i3d-r50': 27.289,
    'tsn-r50': 23.574,
    'tsm-r50': 23.574,
    'trn-r50': 33.007,
    'manet-r50': 32.243,
    'timesformer-b': 85.836,
    'swin-t': 27.875,
    'swin-s': 49.534,
    'uniformer-b': 49.624,
    'uniformerv2-b': 114.269
}
BASELINES = sorted(SIZES)
TRANSFORMERS = ('timesformer-b', 'swin-t', 'swin-s', 'uniformer-b',
                'uniformerv2-b')
# What makes a family small; everything else is its real base config.
WIDTH = dict(arch=dict(embed_dims=16, depth=1), img_size=32)
SMALL = {
    'GestureC3D': (dict(out_dim=2048), 4096),  # 512 x 1 x 2 x 2
    'GestureResNet3d': (dict(base_channels=4), 128),
    'ResNet3d': (dict(base_channels=4), 16),
    'GestureTimeSformer': (dict(
        img_size=32, embed_dims=16, num_heads=2, num_transformer_layers=2),
                           16),
    'GestureSwin3D': (dict(
        arch=dict(
            embed_dims=4, depths=[1, 1, 2, 1], num_heads=[1, 1, 2, 2])), 32),
    'GestureUniFormer': (dict(
        depth=[1, 1, 1, 1], embed_dim=[8, 8, 16, 16], head_dim=8,
        img_size=32), 16),
    'GestureUniFormerV2': (dict(
        input_resolution=32, width=16, layers=2, heads=2, return_list=[0, 1],
        n_layers=2, n_dim=16, n_head=2, mlp_dropout=[0.5, 0.5]), 16),
    'GestureResNet': (dict(depth=18), 512),
    'GestureResNetTSM': (dict(depth=18), 512),
    'MANet': (dict(depth=18), 512),
    'VideoMamba': (WIDTH, 16),
    'MSFMamba': (WIDTH, 16),
}


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """Nothing here may open a connection."""

    def refuse(*args, **kwargs):
        raise AssertionError('a config opened a socket')

    monkeypatch.setattr(socket, 'socket', refuse)


@lru_cache(maxsize=None)
def leaf(name):
    return Config.fromfile(CONFIGS / name)


def base_model(name, **head):
    cfg = Config.fromfile(CONFIGS / f'_base_/models/{name}.py')
    cfg.model.cls_head.update(head)
    return cfg


def on_meta(model):
    with torch.device('meta'):
        return MODELS.build(model)


def count(model):
    return sum(p.numel() for p in on_meta(model).parameters())


def small(name):
    """The base config at a few channels and 32 px."""
    cfg = base_model(name)
    backbone = cfg.model.backbone
    settings, channels = SMALL[backbone.type]
    cfg.merge_from_dict(
        dict(model=dict(cls_head=dict(in_channels=channels))))
    backbone.update(settings)
    for neck in cfg.model.get('necks') or []:
        if 'in_channels' in neck:
            neck.in_channels = channels
    set_pretrained(cfg, None)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    return model


def innermost(loader):
    data = loader.dataset
    while 'dataset' in data:
        data = data.dataset
    return data


def step(pipeline, kind):
    return [item for item in pipeline if item.type == kind]


@pytest.mark.parametrize('name', LEAVES)
def test_config_builds_from_a_foreign_folder(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cfg = leaf(name)
    assert count(cfg.model) > 0
    for stage in ('train', 'val', 'test'):
        data = innermost(cfg[f'{stage}_dataloader'])
        assert DATASETS.get(data.type), data.type
        for transform in data.pipeline:
            TRANSFORMS.build(transform)
        METRICS.build(cfg.get(f'{stage}_evaluator', cfg.test_evaluator))
    for hook in cfg.default_hooks.values():
        assert HOOKS.get(hook.type), hook.type
    for scheduler in cfg.param_scheduler:
        assert PARAM_SCHEDULERS.get(scheduler.type), scheduler.type


@pytest.mark.parametrize('name', PICTURES)
def test_model_and_pipeline_of_a_config_agree(name):
    cfg = leaf(name)
    model, head = cfg.model, cfg.model.cls_head
    for stage in ('train', 'val', 'test'):
        data = innermost(cfg[f'{stage}_dataloader'])
        assert head.num_classes == len(CLASSES[data.data_root])
        sampling, = step(data.pipeline, 'UniformSampleSegment')
        layout, = step(data.pipeline, 'FormatShape')
        assert layout.input_format == model.data_preprocessor.format_shape
        for part, key in ((model.backbone, 'num_frames'),
                          (model.backbone, 't_size'),
                          (model.backbone, 'num_segments'),
                          (head, 'num_segments')):
            if key in part:
                assert part[key] == sampling.clip_len, (stage, key)
        last = [s for s in data.pipeline if s.type in ('Resize', 'CenterCrop')
                and s.get('keep_ratio') is not True][-1]
        side = last.get('crop_size') or last.scale[0]
        side = model.data_preprocessor.get('input_size') or side
        for key in ('img_size', 'input_resolution'):
            if key in model.backbone:
                assert model.backbone[key] == side, (stage, key)
    flat = bool(model.data_preprocessor.get('frames_as_segments'))
    assert flat == (model.type == 'Recognizer2D')


@pytest.mark.parametrize('name', LEAVES)
def test_schedule_ends_with_the_training(name):
    cfg = leaf(name)
    ends = [s.end for s in cfg.param_scheduler if s.get('by_epoch', True)]
    assert max(ends) == cfg.train_cfg.max_epochs


@pytest.mark.parametrize('name', LEAVES)
def test_weights_are_local_known_to_preflight_and_can_be_dropped(name):
    cfg = Config.fromfile(CONFIGS / name)
    manifest = read_manifest()
    for file in pretrained_files(cfg):
        assert re.fullmatch(r'checkpoints/[\w.-]+\.pth', file)
        assert Path(file).name in {**manifest['converted'],
                                   **manifest['as_is'], **manifest['trained']}
    set_pretrained(cfg, None)
    assert pretrained_files(cfg) == {}


@pytest.mark.parametrize('name', BASELINES)
def test_every_baseline_has_weights_to_start_from_on_the_real_sets(name):
    for data in ('smg', 'imigue', 'ma52'):
        assert pretrained_files(leaf(f'baselines/{name}_{data}.py'))
    assert f'baselines/{name}_mini-smg.py' in LEAVES


@pytest.mark.parametrize('name', BASELINES)
def test_size_is_the_one_of_mmaction2(name):
    millions = count(base_model(name, num_classes=32).model) / 1e6
    assert round(millions, 3) == SIZES[name]


@pytest.mark.parametrize('kind, millions', [
    ('space_only', 85.823),
    ('divided_space_time', 121.290),
])
def test_timesformers_other_attentions_are_options(kind, millions):
    model = base_model('timesformer-b', num_classes=32).model
    model.backbone.attention_type = kind
    assert round(count(model) / 1e6, 3) == millions


def clips(num=2, views=1):
    from mmaction.structures import ActionDataSample
    generator = torch.Generator().manual_seed(0)
    return dict(
        inputs=[
            torch.randint(
                0, 256, (views, 3, 16, 32, 32), dtype=torch.uint8,
                generator=generator) for _ in range(num)
        ],
        data_samples=[
            ActionDataSample().set_gt_label(3 + k) for k in range(num)
        ])


@pytest.mark.parametrize(
    'name', [n for n in MODEL_BASES if n != 'c3d-224px'])  # reduced: c3d
def test_reduced_family_learns_and_predicts(name):
    model = small(name)
    if model.data_preprocessor.input_size is not None:
        model.data_preprocessor.input_size = 32  # C3D's 112 px
    model.train()
    losses = model(**model.data_preprocessor(clips(), True), mode='loss')
    sum(v for k, v in losses.items() if k.startswith('loss')).backward()
    silent = [
        key for key, p in model.named_parameters() if p.requires_grad and
        (p.grad is None or not p.grad.isfinite().all())
    ]
    assert not silent
    assert any(p.grad.abs().max() > 0 for p in model.backbone.parameters()
               if p.grad is not None)
    model.eval()
    with torch.no_grad():
        samples = model(
            **model.data_preprocessor(clips(3, views=2)), mode='predict')
    for sample in samples:
        assert sample.pred_score.shape == (17, )
        assert abs(sample.pred_score.sum() - 1) < 1e-4


@pytest.mark.parametrize('name', BASELINES)
def test_an_absent_file_is_an_error_and_not_a_download(name):
    cfg = base_model(name)
    settings, _ = SMALL[cfg.model.backbone.type]
    cfg.model.backbone.update(settings)
    cfg.model.backbone.init_cfg.checkpoint = 'no-such-file.pth'
    if name.startswith('c3d'):  # its width is fixed: do not draw it again
        cfg.model.backbone.out_dim = 1
    backbone = MODELS.build(cfg.model.backbone)
    with pytest.raises(FileNotFoundError, match='no-such-file.pth'):
        backbone.init_weights()


@pytest.mark.parametrize('name', TRANSFORMERS)
def test_embeddings_of_transformers_do_not_decay(name):
    model = small(name)
    cfg = Config.fromfile(CONFIGS / f'baselines/{name}_smg.py')
    optimizer = build_optim_wrapper(model, cfg.optim_wrapper).optimizer
    decay = {
        id(p): group['weight_decay']
        for group in optimizer.param_groups for p in group['params']
    }
    embeddings = ('time_embed', 'backbone.pos_embed', 'cls_token',
                  'positional_embedding', 'bias_table', '.bias', 'norm')
    for key, parameter in model.named_parameters():
        free = parameter.ndim == 1 or any(e in key for e in embeddings)
        # UniFormer V1 encodes position by a convolution
        free = free and not key.endswith('pos_embed.weight')
        assert decay[id(parameter)] == (0 if free else 0.05), key


def test_training_without_the_weights_stops_and_says_what_to_do(tmp_path):
    (tmp_path / 'annotations.jsonl').write_text('{}')
    done = subprocess.run(
        [sys.executable, str(CONFIGS.parent / 'tools/train.py'),
         str(CONFIGS / 'baselines/swin-s_smg.py'), '--data-root',
         str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True,
        env=dict(os.environ, PYTHONPATH=str(CONFIGS.parent)))
    assert done.returncode == 2
    for part in ('checkpoints/swin-s_in1k.pth', '--from-scratch',
                 'swin_small_patch4_window7_224.pth'):
        assert part in done.stderr


@pytest.mark.parametrize('name', BASELINES)
def test_readme_lists_the_baseline_with_its_size_and_command(name):
    text = (CONFIGS / 'baselines' / 'README.md').read_text()
    rows = [line for line in text.splitlines() if f'({name}_smg.py)' in line]
    assert rows, f'{name} is in no table'
    assert any(f'{SIZES[name]:.3f}' in row for row in rows)
    assert any(f'configs/baselines/{name}_smg.py`' in line
               for line in text.splitlines())


@pytest.mark.parametrize('name', BASELINES)
def test_full_model_takes_what_the_pipeline_gives(name):
    model = on_meta(base_model(name).model)
    clip = torch.empty(1, 3, 16, 224, 224, dtype=torch.uint8, device='meta')
    # not called as a whole: it would bring the clips to the host
    inputs, _ = model.data_preprocessor.preprocess([clip, clip], None)
    scores, _ = model.extract_feat(inputs, stage='head')
    assert scores.shape == (2, 17)


def test_readme_prints_what_the_authors_report():
    text = (CONFIGS / 'baselines/README.md').read_text()
    table = text.split('## What the authors report')[1].split('\n## ')[0]
    reported = json.loads((CONFIGS / 'baselines/reported.json').read_text())
    for row in reported['rows']:
        lines = [line for line in table.splitlines()
                 if line.startswith(f'| {row["model"]} |')]
        assert len(lines) == 1, row['model']
        assert f'| {row["top1"]:.2f} / {row["top5"]:.2f} |' in lines[0]


def test_own_row_of_the_readme_builds(tmp_path):
    text = (CONFIGS / 'baselines/README.md').read_text()
    blocks = re.findall(r'```python\n# (configs/\S+\.py)\n(.*?)```', text,
                        re.DOTALL)
    assert len(blocks) == 2
    shutil.copytree(CONFIGS / '_base_', tmp_path / 'configs/_base_')
    for name, code in blocks:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
    cfg = Config.fromfile(path)
    assert count(cfg.model) > 3e7
    assert pretrained_files(cfg)
    set_pretrained(cfg, None)
    assert pretrained_files(cfg) == {}
