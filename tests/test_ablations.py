"""Every ablation differs from its reference in what it claims, no more."""
import inspect
import re
from functools import lru_cache

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

import mmgesture  # noqa: F401
from mmgesture.registry import MODELS

DIM = 384
MCFM, LAST = 'necks.0', 'necks.1.type'
# config -> (config it is compared with, what differs: (there, here))
CLAIMS = {
    'msf-s_win3': ('../msf_mamba/msf-s', {
        f'{MCFM}.motion_kernel': ('independent', 'shared')
    }),
    'msf-s_no-mcfm': ('msf-s_win3', {
        'necks': ('MCFM, ScaleMean', '')
    }),
    'msf-s_no-mcfm_local-scan': ('msf-s_no-mcfm', {
        'backbone.scan_order': ('bidirectional', 'local')
    }),
    'msf-s_no-mcfm_selective-scan': ('msf-s_no-mcfm', {
        'backbone.scan_order': ('bidirectional', 'selective')
    }),
    'msf-s_win3_no-difference': ('msf-s_win3', {
        f'{MCFM}.difference': ('central', 'none')
    }),
    'msf-s_win3_first-difference': ('msf-s_win3', {
        f'{MCFM}.difference': ('central', 'first')
    }),
    'msf-s_win3_dirac': ('msf-s_win3', {
        f'{MCFM}.init': ('kaiming', 'dirac')
    }),
    'msf-s_win5': ('msf-s_win3', {
        f'{MCFM}.windows': ([3], [5])
    }),
    'msf-s_win7': ('msf-s_win3', {
        f'{MCFM}.windows': ([3], [7])
    }),
    'msf-s_win9': ('msf-s_win3', {
        f'{MCFM}.windows': ([3], [9])
    }),
    'msf-s_win3-5': ('msf-s_win3', {
        f'{MCFM}.windows': ([3], [3, 5])
    }),
    'msf-s_win3-5-7': ('msf-s_win3', {
        f'{MCFM}.windows': ([3], [3, 5, 7])
    }),
    'msf-s_win3-5-7-9': ('msf-s_win3', {
        f'{MCFM}.windows': ([3], [3, 5, 7, 9])
    }),
    'msf-s_win3-5-7_depthwise': ('msf-s_win3-5-7', {
        f'{MCFM}.conv': ('dense', 'depthwise')
    }),
    'msf-s_win3-5-7_scalar': ('msf-s_win3-5-7', {
        f'{MCFM}.conv': ('dense', 'scalar')
    }),
}
# The rows that exist as models of their own, not repeated here.
ELSEWHERE = {
    '../msf_mamba/msf-s-plus': ('msf-s_win3-5-7', {
        LAST: ('ScaleMean', 'ASWM')
    }),
}


@pytest.fixture(scope='module')
def folder(repository):
    return repository / 'configs' / 'ablations'


@pytest.fixture(scope='module')
def load(folder):
    return lambda name: Config.fromfile(folder / f'{name}_smg.py')


def build(cfg):
    init_default_scope('mmaction')
    return MODELS.build(cfg.model)


@pytest.fixture(scope='module')
def count(load):
    """A function from the name of a config to its number of parameters."""

    @lru_cache(maxsize=None)
    def parameters(name):
        with torch.device('meta'):
            return sum(p.numel() for p in build(load(name)).parameters())

    return parameters


def settings(node, defaults=None):
    """All options of a model by path, those left at their default too."""
    flat = {}
    if isinstance(node, dict):
        if 'type' in node and node['type'] in MODELS:
            signature = inspect.signature(MODELS.get(node['type']))
            node = {
                **{
                    name: parameter.default
                    for name, parameter in signature.parameters.items()
                    if parameter.default is not parameter.empty
                },
                **node
            }
        items = node.items()
    elif isinstance(node, (list, tuple)) and any(
            isinstance(item, dict) for item in node):
        items = enumerate(node)
    else:
        return {'': list(node) if isinstance(node, tuple) else node}
    for key, value in items:
        for path, leaf in settings(value).items():
            flat[f'{key}.{path}'.rstrip('.')] = leaf
    return flat


def differences(here, there):
    """Where the options of two models differ: path -> (there, here)."""
    types = [[neck.type for neck in cfg.model.necks] for cfg in (there, here)]
    first, second = (settings(cfg.model) for cfg in (there, here))
    if not all(types):  # all that a neck has is one difference: the neck
        for flat, names in zip((first, second), types):
            for path in [path for path in flat if path.startswith('necks')]:
                del flat[path]
            flat['necks'] = ', '.join(names)
    else:  # so are the options of a neck of another type
        for index, pair in enumerate(zip(*types)):
            if pair[0] != pair[1]:
                for flat, name in zip((first, second), pair):
                    start = f'necks.{index}.'
                    for path in [p for p in flat if p.startswith(start)]:
                        del flat[path]
                    flat[f'{start}type'] = name
    return {
        path: (first.get(path), second.get(path))
        for path in {**first, **second}
        if first.get(path) != second.get(path)
    }


def test_every_config_has_its_claim(folder):
    assert {path.stem for path in folder.glob('*.py')
            } == {f'{name}_smg' for name in CLAIMS}


@pytest.mark.parametrize('name', [*CLAIMS, *ELSEWHERE])
def test_model_differs_from_its_reference_in_its_claim_alone(name, load):
    reference, claim = {**CLAIMS, **ELSEWHERE}[name]
    here, there = load(name), load(reference)
    assert differences(here, there) == claim
    for key in {*here, *there} - {'model'}:  # data, schedule, runtime
        assert here[key] == there[key], key


def test_no_two_configs_are_the_same_model(load, repository):
    zoo = [
        path for folder in ('ablations', 'msf_mamba', 'videomamba')
        for path in sorted((repository / 'configs' / folder).glob('*_smg.py'))
    ]
    seen = {}
    for path in zoo:
        text = repr(sorted(settings(Config.fromfile(path).model).items(),
                           key=lambda item: item[0]))
        assert text not in seen, f'{path.name} is {seen.get(text)}'
        seen[text] = path.name
    assert len(seen) > len(CLAIMS)


def test_scan_orders_have_the_same_parameters(count):
    bare = count('msf-s_no-mcfm')
    assert count('msf-s_no-mcfm_local-scan') == bare
    assert count('msf-s_no-mcfm_selective-scan') == bare


@pytest.mark.parametrize('windows', ['3', '5', '7', '9', '3-5', '3-5-7',
                                     '3-5-7-9'])
def test_windows_add_a_dense_cube_and_a_gate_each(windows, count):
    sides = [int(side) for side in windows.split('-')]
    expected = sum(side**3 * DIM**2 + 1 for side in sides)
    added = count(f'msf-s_win{windows}') - count('msf-s_no-mcfm')
    assert added == expected


@pytest.mark.parametrize('name, expected', [
    ('msf-s_win3_no-difference', 27 * DIM**2),
    ('msf-s_win3_first-difference', 27 * DIM**2 + 1),
    ('msf-s_win3_dirac', 27 * DIM**2 + 1),
    ('../msf_mamba/msf-s', 2 * 27 * DIM**2 + 1),
    ('msf-s_win3-5-7_depthwise', 495 * DIM + 3),
    ('msf-s_win3-5-7_scalar', 495 + 3),
    # ASWM: 3 d -> d / 4 -> 3, with biases
    ('../msf_mamba/msf-s-plus', 495 * DIM**2 + 3 +
     (3 * DIM + 1) * DIM // 4 + (DIM // 4 + 1) * 3),
])
def test_other_rows_add_what_their_kernels_hold(name, expected, count):
    assert count(name) - count('msf-s_no-mcfm') == expected


@pytest.mark.parametrize('name', CLAIMS)
def test_reduced_model_learns_from_a_clip(name, load):
    cfg = load(name)
    backbone = cfg.model.backbone
    backbone.update(
        arch=dict(embed_dims=16, depth=1), img_size=64, num_frames=4,
        scan_window=2, drop_path_rate=0., init_cfg=None)
    for neck in cfg.model.necks:
        if 'in_channels' in neck:
            neck.in_channels = 16
    cfg.model.cls_head.in_channels = 16
    torch.manual_seed(0)
    model = build(cfg)
    # (N, clips, C, T, H, W); 4 x 4 patches in four windows of the local scan
    clips = torch.randn(2, 1, 3, 4, 64, 64)
    from mmaction.structures import ActionDataSample
    samples = [ActionDataSample().set_gt_label(k) for k in (3, 5)]
    losses = model(clips, samples, mode='loss')
    losses['loss_cls'].backward()
    silent = [
        key for key, parameter in model.named_parameters()
        if parameter.grad is None or not parameter.grad.isfinite().all()
    ]
    assert not silent


def test_readme_lists_every_config_with_its_parameters(folder, count):
    text = (folder / 'README.md').read_text()
    for name in [*CLAIMS, '../msf_mamba/msf-s', *ELSEWHERE]:
        rows = [line for line in text.splitlines()
                if line.startswith('|') and f'({name}_smg.py)' in line]
        assert rows, f'{name} is in no table'
        shown = f'{count(name) / 1e6:.2f} M'
        assert all(shown in row for row in rows), (name, shown)


def test_readme_names_files_that_exist(folder, repository):
    text = (folder / 'README.md').read_text()
    links = re.findall(r'\]\((?!http)([^)]+)\)', text)
    assert len(links) > len(CLAIMS)
    for link in links:
        assert (folder / link).exists(), link
    tools = set(re.findall(r'(?:python|bash) (tools/\S+)', text))
    assert len(tools) > 5
    for tool in tools:
        assert (repository / tool).is_file(), tool
