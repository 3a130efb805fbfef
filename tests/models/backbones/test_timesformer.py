import re

import pytest
import torch
from mmengine.registry import DefaultScope

from mmgesture.models.backbones import GestureTimeSformer
from mmgesture.models.layers.position_embedding import (resize_spatial,
                                                        resize_temporal)

TINY = dict(
    num_frames=4,
    img_size=32,
    patch_size=8,
    embed_dims=16,
    num_heads=2,
    num_transformer_layers=2)
JOINT = dict(TINY, attention_type='joint_space_time')


@pytest.fixture(autouse=True)
def scope():
    # divided attention is made of layers of MMAction2's registry
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'weights.pth')


def load(file, **settings):
    model = GestureTimeSformer(
        **settings, init_cfg=dict(type='Pretrained', checkpoint=file))
    model.init_weights()
    return model


def random_state(settings):
    torch.manual_seed(0)
    state = GestureTimeSformer(**settings).state_dict()
    return {name: torch.randn_like(value) for name, value in state.items()}


def test_a_vit_fills_all_but_the_time_embedding(file):
    state = random_state(dict(JOINT, attention_type='space_only'))
    torch.save(state, file)
    model = load(file, **JOINT)
    assert model.time_embed.abs().max() == 0
    for name, value in state.items():
        assert torch.equal(model.state_dict()[name], value), name


def test_timms_names_are_understood(file):
    state = random_state(dict(JOINT, attention_type='space_only'))
    names = {
        r'transformer_layers\.layers\.(\d+)\.': r'blocks.\1.',
        'norms.0': 'norm1',
        'norms.1': 'norm2',
        'attentions.0.attn.in_proj_': 'attn.qkv.',
        'attentions.0.attn.out_proj': 'attn.proj',
        'ffns.0.layers.0.0': 'mlp.fc1',
        'ffns.0.layers.1': 'mlp.fc2',
        'patch_embed.projection': 'patch_embed.proj',
    }
    timm = {}
    for name, value in state.items():
        for ours, theirs in names.items():
            name = re.sub(ours, theirs, name)
        timm[name] = value
    assert {'blocks.1.attn.qkv.weight', 'blocks.0.mlp.fc2.bias', 'cls_token',
            'patch_embed.proj.weight', 'norm.bias'} <= set(timm)
    torch.save(dict(timm, **{'head.weight': torch.ones(1)}), file)
    model = load(file, **JOINT)
    for name, value in state.items():
        assert torch.equal(model.state_dict()[name], value), name


def test_embeddings_of_other_sizes_and_lengths_are_interpolated(file):
    other = dict(JOINT, num_frames=2, img_size=16)
    state = random_state(other)
    torch.save(state, file)
    model = load(file, **JOINT)
    assert torch.equal(model.pos_embed[:, :1], state['pos_embed'][:, :1])
    assert torch.allclose(
        model.pos_embed[:, 1:],
        resize_spatial(state['pos_embed'][:, 1:], (2, 2), (4, 4)))
    assert torch.allclose(model.time_embed,
                          resize_temporal(state['time_embed'], 4))


def test_divided_attention_starts_both_axes_from_the_image(file):
    state = random_state(dict(JOINT, attention_type='space_only'))
    torch.save(state, file)
    model = load(file, **dict(TINY, attention_type='divided_space_time'))
    layer = model.transformer_layers.layers[1]
    old = 'transformer_layers.layers.1.'
    for attention in layer.attentions:
        assert torch.equal(attention.attn.in_proj_weight,
                           state[old + 'attentions.0.attn.in_proj_weight'])
        assert torch.equal(attention.norm.weight,
                           state[old + 'norms.0.weight'])
    assert torch.equal(layer.ffns[0].norm.weight,
                       state[old + 'norms.1.weight'])
    assert layer.attentions[0].temporal_fc.weight.abs().max() == 0


def test_a_divided_timesformer_is_not_divided_again(file):
    divided = dict(TINY, attention_type='divided_space_time')
    state = random_state(divided)
    torch.save(state, file)
    model = load(file, **divided)
    for name, value in state.items():
        assert torch.equal(model.state_dict()[name], value), name


def test_clips_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r'\(4, 32, 32\), got \(8, 32, 32\)'):
        GestureTimeSformer(**JOINT)(torch.zeros(1, 3, 8, 32, 32))


def test_joint_attention_lets_frames_see_each_other():
    torch.manual_seed(0)
    model = GestureTimeSformer(**JOINT).eval()
    model.init_weights()
    clip = torch.randn(2, 3, 4, 32, 32)
    changed = clip.clone()
    changed[1, :, 3] += 1
    with torch.no_grad():
        before, after = model(clip), model(changed)
    assert torch.allclose(before[0], after[0], atol=1e-6)
    assert (before[1] - after[1]).abs().max() > 1e-4
