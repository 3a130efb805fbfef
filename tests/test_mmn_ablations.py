"""Every ablation of MMN differs from MMN in what it claims, no more."""
from functools import lru_cache

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

import mmgesture  # noqa: F401
from mmgesture.registry import MODELS

FOLDER = 'configs/mmn'
REFERENCE = 'mmn_joint_ma52'
MODEL, STCA = 'model.backbone.', 'train_dataloader.dataset.pipeline.3'
# name -> (row of the paper, what is added to or changed in the config)
CLAIMS = {
    'no-msm-no-mtm': ('A1', {MODEL + 'msm': False, MODEL + 'mtm': False}),
    'no-mtm': ('A2', {MODEL + 'mtm': False}),
    'no-msm': ('A3', {MODEL + 'msm': False}),
    'no-scale': ('B1', {MODEL + 'modulation': 'no-scale'}),
    'no-shift': ('B2', {MODEL + 'modulation': 'no-shift'}),
    'addition': ('B3', {MODEL + 'modulation': 'addition'}),
    'concatenation': ('B4', {MODEL + 'modulation': 'concatenation'}),
    'hadamard': ('B5', {MODEL + 'modulation': 'hadamard'}),
    'skeletal-stca': ('C2', {STCA + '.temporal': False}),
    'temporal-stca': ('C3', {STCA + '.skeletal': False}),
}
WHERE = ('model', 'train_dataloader', 'val_dataloader', 'test_dataloader',
         'optim_wrapper', 'param_scheduler', 'train_cfg')


@pytest.fixture(scope='module')
def load(repository):
    return lru_cache(maxsize=None)(lambda name: Config.fromfile(
        repository / FOLDER / f'{name}.py'))


def flat(node, prefix=''):
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, (list, tuple)):
        items = enumerate(node)
    else:
        return {prefix[:-1]: node}
    return {k: v for key, value in items
            for k, v in flat(value, f'{prefix}{key}.').items()}


def settings(cfg):
    return {k: v for part in WHERE
            for k, v in flat(cfg[part], f'{part}.').items()}


@pytest.mark.parametrize('name', CLAIMS)
def test_an_ablation_changes_what_its_row_says_and_nothing_else(load, name):
    row, claim = CLAIMS[name]
    cfg = load(f'{REFERENCE}_{name}')
    found, reference = settings(cfg), settings(load(REFERENCE))
    assert {k: v for k, v in found.items()
            if k not in reference or reference[k] != v} == claim
    assert reference.keys() <= found.keys()
    assert f'Table {dict(A=3, B=4, C=5)[row[0]]}, {row}' in cfg.text


def test_without_stca_the_rest_of_the_pipeline_stays(load):
    pipeline = load(f'{REFERENCE}_no-stca').train_dataloader.dataset.pipeline
    reference = load(REFERENCE).train_dataloader.dataset.pipeline
    assert reference[3].type == 'STCA'
    assert list(pipeline) == list(reference[:3]) + list(reference[4:])


def test_every_row_of_the_papers_tables_is_there(load, repository):
    rows = {row for row, _ in CLAIMS.values()} | {'C1'}
    # A4, B6 and C4 are MMN itself
    assert rows == {'A1', 'A2', 'A3', 'B1', 'B2', 'B3', 'B4', 'B5', 'C1',
                    'C2', 'C3'}
    names = {p.stem for p in (repository / FOLDER).glob(f'{REFERENCE}_*.py')}
    assert names == {f'{REFERENCE}_{n}' for n in
                     (*CLAIMS, 'no-stca', 'official')}


def test_removed_modules_and_factors_are_gone(load):
    def count(name):
        with DefaultScope.overwrite_default_scope('mmaction'), \
                torch.device('meta'):
            return sum(p.numel() for p in
                       MODELS.build(load(name).model).parameters())

    whole = count(REFERENCE)
    # 12 blocks: adjacency 44^2, linear 48 x 48 + 48, norm 2 x 48
    msm = 12 * (44**2 + 48 * 48 + 48 + 2 * 48)
    # convolution 3 x 48 x 48 + 48, norm 2 x 48
    mtm = 12 * (3 * 48 * 48 + 48 + 2 * 48)
    assert whole - count(f'{REFERENCE}_no-msm') == msm
    assert whole - count(f'{REFERENCE}_no-mtm') == mtm
    assert whole - count(f'{REFERENCE}_no-msm-no-mtm') == msm + mtm
    # one factor a channel instead of two: half the outputs of both
    half = 12 * (24 * 48 + 24 + 2 * 24 + 3 * 48 * 24 + 24 + 2 * 24)
    for name in ('no-scale', 'no-shift', 'addition', 'hadamard'):
        assert whole - count(f'{REFERENCE}_{name}') == half
    # and a reduction of 48 to 24 channels in both branches
    added = 2 * 12 * (48 * 24 + 24)
    assert whole - count(f'{REFERENCE}_concatenation') == half - added
