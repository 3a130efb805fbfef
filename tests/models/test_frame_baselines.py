"""TSN, TSM, TRN and MA-Net as their configurations build them."""
import copy
import re
from functools import lru_cache

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

from mmgesture.datasets import imigue, ma52, smg
from mmgesture.registry import MODELS
from mmgesture.resources import get_config
from mmaction.structures import ActionDataSample  # isort: skip

FAMILIES = ('tsn', 'tsm', 'trn', 'manet')
CLASSES = dict(
    smg=smg.SMG_CLASSES, imigue=imigue.IMIGUE_CLASSES, ma52=ma52.CLASSES)
CLASSES['mini-smg'] = smg.SMG_CLASSES


@lru_cache(maxsize=None)
def config(family, dataset='smg'):
    return Config.fromfile(
        get_config(f'baselines/{family}-r50_{dataset}.py'))


def build(cfg, device='cpu'):
    with DefaultScope.overwrite_default_scope('mmaction'):
        with torch.device(device):
            return MODELS.build(cfg.model)


@pytest.fixture(scope='module', params=FAMILIES)
def trained(request):
    """A model that starts without a file, and its configuration."""
    torch.manual_seed(0)
    cfg = copy.deepcopy(config(request.param))
    cfg.model.backbone.init_cfg = None
    model = build(cfg)
    model.init_weights()
    return request.param, model, cfg


def clips(labels, size=64):
    data = dict(inputs=[], data_samples=[])
    for label in labels:
        sample = ActionDataSample()
        if label is not None:
            sample.set_gt_label(label)
        data['inputs'].append(
            torch.randint(0, 256, (1, 3, 16, size, size), dtype=torch.uint8))
        data['data_samples'].append(sample)
    return data


@pytest.mark.parametrize('family, size', [
    ('tsn', 23573600),
    ('tsm', 23573600),
    ('trn', 33007136),
    ('manet', 32243272),
])
def test_sizes_at_32_classes_are_the_references(family, size):
    model = build(config(family, 'imigue'), 'meta')
    assert sum(p.numel() for p in model.parameters()) == size


@pytest.mark.parametrize('family', FAMILIES)
@pytest.mark.parametrize('dataset', sorted(CLASSES))
def test_every_set_has_its_number_of_classes(family, dataset):
    head = config(family, dataset).model.cls_head
    assert head.num_classes == len(CLASSES[dataset])


@pytest.mark.parametrize('dataset', sorted(CLASSES))
def test_manet_knows_the_class_names_of_the_set(dataset):
    head = build(config('manet', dataset), 'meta').cls_head
    names = head.class_names()
    assert tuple(names) == tuple(CLASSES[dataset])


@pytest.mark.parametrize('family', FAMILIES)
def test_segments_are_the_frames_of_the_pipeline(family):
    cfg = config(family)
    wanted = {
        step.clip_len
        for loader in (cfg.train_dataloader, cfg.test_dataloader)
        for step in loader.dataset.pipeline
        if step.type == 'UniformSampleSegment'
    }
    model = build(cfg, 'meta')
    told = {
        part.num_segments
        for part in (model.backbone, model.cls_head)
        if hasattr(part, 'num_segments')
    }
    assert wanted == {16} and told <= wanted
    assert bool(told) == (family != 'tsn')


def test_one_training_step_reaches_every_free_parameter(trained):
    family, model, _ = trained
    model.train()
    model.zero_grad()
    torch.manual_seed(0)
    data = model.data_preprocessor(clips([3, 5]), training=True)
    assert data['inputs'].shape == (2, 16, 3, 64, 64)
    losses = model(**data, mode='loss')
    assert ('loss_emb' in losses) == (family == 'manet')
    total, _ = model.parse_losses(losses)
    assert torch.isfinite(total)
    total.backward()
    for name, parameter in model.named_parameters():
        assert (parameter.grad is not None) == parameter.requires_grad, name


@pytest.mark.parametrize('batch', [1, 3])
def test_hidden_labels_are_scored_twice_alike(trained, batch):
    _, model, _ = trained
    model.eval()
    torch.manual_seed(batch)
    data = clips([None] * batch, 32)
    scores = []
    for _ in range(2):
        batch_data = model.data_preprocessor(dict(data), training=False)
        with torch.no_grad():
            results = model(**batch_data, mode='predict')
        assert all('gt_label' not in sample for sample in results)
        scores.append(torch.stack([s.pred_score for s in results]))
    assert scores[0].shape == (batch, 17)
    torch.testing.assert_close(scores[0].sum(dim=1), torch.ones(batch))
    assert torch.equal(*scores)


def test_optimizer_holds_each_free_parameter_once(trained):
    _, model, cfg = trained
    with DefaultScope.overwrite_default_scope('mmaction'):
        wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    # MMEngine adds a group of one tensor of its own, to log the rate
    own = {id(p) for p in model.parameters()}
    held = [
        id(p) for g in wrapper.param_groups for p in g['params']
        if id(p) in own
    ]
    free = [id(p) for p in model.parameters() if p.requires_grad]
    assert sorted(held) == sorted(free)


def test_the_fast_layer_is_the_classifier(trained):
    family, model, cfg = trained
    with DefaultScope.overwrite_default_scope('mmaction'):
        wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    base = cfg.optim_wrapper.optimizer.lr
    fast = {
        id(p): group['lr'] / base
        for group in wrapper.param_groups for p in group['params']
        if group['lr'] > 2.5 * base
    }
    found = {
        n: round(fast[id(p)])
        for n, p in model.named_parameters() if id(p) in fast
    }
    expected = {'cls_head.fc_cls.weight': 5, 'cls_head.fc_cls.bias': 10}
    assert found == (expected if family in ('tsm', 'manet') else {})


@pytest.mark.parametrize('family', FAMILIES)
def test_starts_from_one_local_file(family):
    init = config(family).model.backbone.init_cfg
    assert init == dict(
        type='Pretrained', checkpoint='checkpoints/resnet50_in1k.pth')


@pytest.mark.parametrize('family', FAMILIES)
def test_mini_smg_is_trained_from_nothing(family):
    cfg = config(family, 'mini-smg')
    assert cfg.model.backbone.init_cfg is None
    # norms that saw nothing must not be frozen
    assert not cfg.model.backbone.get('partial_bn')
    assert cfg.model.data_preprocessor.subtract_clip_mean


@pytest.mark.parametrize('dataset', sorted(CLASSES))
def test_no_class_changes_when_the_picture_is_mirrored(dataset):
    # so Flip goes without a flip_label_map, which Something-Something needs
    for name in CLASSES[dataset]:
        assert not re.search('left|right|clockwise', name.lower()), name
    for step in config('tsm', dataset).train_dataloader.dataset.pipeline:
        assert 'flip_label_map' not in step
