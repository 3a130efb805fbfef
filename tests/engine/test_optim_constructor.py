import pytest
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope

from mmgesture.registry import MODELS
from mmgesture.resources import get_config


def build(constructor, paramwise_cfg=None):
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 4), torch.nn.LayerNorm(4), torch.nn.Linear(4, 2))
    config = dict(
        optimizer=dict(type='AdamW', lr=0.1, weight_decay=0.5),
        constructor=constructor)
    if paramwise_cfg is not None:
        config['paramwise_cfg'] = paramwise_cfg
    with DefaultScope.overwrite_default_scope('mmaction'):
        return model, build_optim_wrapper(model, config)


def test_grouped_steps_equal_those_of_mmengine():
    paramwise = dict(
        norm_decay_mult=0.,
        bias_decay_mult=0.,
        custom_keys={'2.weight': dict(lr_mult=0.1)})
    results = []
    for name in ('GroupedOptimWrapperConstructor',
                 'DefaultOptimWrapperConstructor'):
        model, wrapper = build(name, paramwise)
        for _ in range(3):
            wrapper.update_params(model(torch.ones(2, 4)).square().sum())
        results.append((model, wrapper))
    (ours, grouped), (theirs, single) = results
    assert len(grouped.optimizer.param_groups) == 3
    assert len(single.optimizer.param_groups) == 6
    for a, b in zip(ours.parameters(), theirs.parameters()):
        assert torch.equal(a, b)


def test_each_parameter_is_in_one_group():
    model, wrapper = build('GroupedOptimWrapperConstructor',
                           dict(norm_decay_mult=0.))
    ids = [id(p) for g in wrapper.optimizer.param_groups for p in g['params']]
    assert sorted(ids) == sorted(id(p) for p in model.parameters())


def test_without_rules_there_is_one_group():
    _, wrapper = build('GroupedOptimWrapperConstructor')
    assert len(wrapper.optimizer.param_groups) == 1


@pytest.mark.parametrize('name', [
    'msf_mamba/msf-t-plus_smg.py',
    'videomamba/videomamba-t_smg.py',
])
def test_recipe_decays_matrices_and_kernels_only(name):
    config = Config.fromfile(get_config(name))
    config.model.backbone.depth = 1
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(config.model)
        wrapper = build_optim_wrapper(
            model,
            dict(
                config.optim_wrapper,
                constructor='GroupedOptimWrapperConstructor'))
    assert len(wrapper.optimizer.param_groups) <= 4
    decay = {
        id(p): group['weight_decay']
        for group in wrapper.optimizer.param_groups for p in group['params']
    }
    free = ('A_log', 'A_b_log', 'pos_embed', 'temporal_pos_embedding',
            'cls_token')
    decayed = []
    for key, param in model.named_parameters():
        exempt = param.ndim <= 1 or key.split('.')[-1] in free
        assert decay[id(param)] == (0.0 if exempt else 0.05), key
        decayed += [] if exempt else [key]
    assert 'backbone.layers.0.mixer.in_proj.weight' in decayed
