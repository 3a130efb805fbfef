import json
import os

import pytest
import torch

from mmgesture.models.backbones import MSFMamba, VideoMamba
from mmgesture.models.convert import (build_target, convert_checkpoint,
                                      convert_state_dict)


@pytest.fixture(scope='module')
def key_lists(golden):
    """Names and shapes of the public checkpoints, blocks written out."""
    content = json.loads(
        (golden / 'videomamba_checkpoint_keys.json').read_text())
    lists = {}
    for model, parts in content.items():
        lists[model] = dict(parts['other'])
        for i in range(parts['depth']):
            for name, shape in parts['block'].items():
                lists[model][f'layers.{i}.{name}'] = shape
    return lists


def official(key_list, depth=None):
    """A public checkpoint with random numbers, perhaps fewer blocks."""
    torch.manual_seed(0)
    return {
        name: torch.randn(shape)
        for name, shape in key_list.items()
        if depth is None or not name.startswith('layers.')
        or int(name.split('.')[1]) < depth
    }


@pytest.mark.parametrize('name, arch', [
    ('videomamba_t16_in1k_res224', 'tiny'),
    ('videomamba_s16_in1k_res224', 'small'),
    ('videomamba_m16_in1k_res224', 'middle'),
    ('videomamba_s16_k400_f16_res224', 'small'),
])
@pytest.mark.parametrize('target', ['videomamba', 'msf_mamba'])
def test_public_names_fit_every_target(key_lists, name, arch, target):
    model = build_target(target, arch, num_frames=16, img_size=224)
    # shapes alone are asked for: no numbers needed
    with torch.device('meta'):
        state = official(key_lists[name])
        result, report = convert_state_dict(state, model)
    assert {k: v.shape for k, v in result.items()} == {
        k: v.shape
        for k, v in model.state_dict().items() if k in result
    }
    assert report.unexpected == [] and report.mismatched == {}
    image_model = 'in1k' in name
    assert report.missing == (['temporal_pos_embedding']
                              if image_model else [])
    assert ('patch_embed.proj.weight' in report.resized) == image_model
    dropped = {'head.weight', 'head.bias'}
    if target == 'msf_mamba':
        dropped.add('cls_token')
        assert len(report.scaled) == model.depth
    else:
        assert report.scaled == []
    assert set(report.dropped) == dropped
    assert report.match > .99


@pytest.fixture
def small():
    """A small VideoMamba with random weights, and how to build targets."""
    options = dict(patch_size=8)
    torch.manual_seed(0)
    model = VideoMamba(
        img_size=32, num_frames=8, arch=dict(embed_dims=16, depth=2),
        output='map', **options)
    torch.nn.init.normal_(model.temporal_pos_embedding)
    return model


def target_for(target, img_size=32, num_frames=8, merge='', **options):
    return build_target(target, dict(embed_dims=16, depth=2), num_frames,
                        img_size, merge, patch_size=8, **options)


@pytest.mark.parametrize('merge', ['mean', 'sum'])
def test_converted_model_computes_the_same_function(small, merge):
    """Without class token the map's blocks see no class token either."""
    result, _ = convert_state_dict(
        {f'module.{k}': v for k, v in small.state_dict().items()},
        target_for('msf_mamba', merge=merge))
    model = MSFMamba(arch=dict(embed_dims=16, depth=2), img_size=32,
                     num_frames=8, patch_size=8, merge=merge)
    model.load_state_dict(result)
    tokens = torch.randn(1, 20, 16)
    for ours, theirs in zip(model.layers, small.layers):
        assert torch.equal(ours(tokens, (None, )), theirs(tokens, (None, )))
    assert torch.equal(model.pos_embed, small.pos_embed[:, 1:])


def test_positions_are_interpolated_as_in_the_forward_pass(small):
    result, report = convert_state_dict(
        small.state_dict(),
        target_for('videomamba', img_size=48, num_frames=4))
    assert set(report.resized) == {'pos_embed', 'temporal_pos_embedding'}
    model = VideoMamba(
        arch=dict(embed_dims=16, depth=2), img_size=48, num_frames=4,
        patch_size=8, output='map')
    model.load_state_dict(result)
    x = torch.randn(1, 3, 4, 48, 48)
    assert torch.allclose(model(x), small(x), atol=1e-5)


def test_image_kernel_answers_alike_on_a_still_tubelet():
    kernel = torch.randn(16, 3, 8, 8)
    for frames in (1, 2):
        result, _ = convert_state_dict(
            {'patch_embed.proj.weight': kernel},
            target_for('msf_mamba', tubelet_size=frames))
        inflated = result['patch_embed.proj.weight']
        assert inflated.shape == (16, 3, frames, 8, 8)
        assert torch.allclose(inflated.sum(2), kernel, atol=1e-6)


def test_wrong_shapes_and_unknown_names_are_reported(small):
    state = small.state_dict()
    state['norm_f.weight'] = torch.ones(5)
    state['surprise'] = torch.ones(1)
    _, report = convert_state_dict(state, target_for('videomamba'))
    assert list(report.mismatched) == ['norm_f.weight']
    assert report.missing == ['norm_f.weight']
    assert report.unexpected == ['surprise']


def test_positions_that_are_no_square_are_refused(small):
    state = small.state_dict()
    state['pos_embed'] = torch.zeros(1, 13, 16)
    with pytest.raises(ValueError, match='13 positions'):
        convert_state_dict(state, target_for('videomamba'))


def test_missing_class_slot_is_refused_for_a_class_token(small):
    state = small.state_dict()
    state['pos_embed'] = state['pos_embed'][:, 1:]
    with pytest.raises(ValueError, match='cls_token=False'):
        convert_state_dict(state, target_for('videomamba'))


def test_written_file_loads_through_init_cfg(small, tmp_path):
    source, out = str(tmp_path / 'in.pth'), str(tmp_path / 'out.pth')
    torch.save(dict(model=small.state_dict()), source)
    report = convert_checkpoint(source, out, target_for('msf_mamba'))
    assert report.match == 1.
    model = MSFMamba(
        arch=dict(embed_dims=16, depth=2), img_size=32, num_frames=8,
        patch_size=8,
        init_cfg=dict(
            type='Pretrained', checkpoint=out, prefix='backbone.'))
    model.init_weights()
    assert torch.equal(model.layers[1].mixer.out_proj.weight,
                       small.layers[1].mixer.out_proj.weight * 2)
    content = torch.load(out, weights_only=True)
    assert content['meta']['merge'] == 'mean'


def test_a_converted_file_is_not_scaled_twice(small, tmp_path):
    source, once, twice = (str(tmp_path / f'{i}.pth') for i in range(3))
    torch.save(small.state_dict(), source)
    convert_checkpoint(source, once, target_for('msf_mamba'))
    convert_checkpoint(once, twice, target_for('msf_mamba'))
    name = 'backbone.layers.0.mixer.out_proj.weight'
    first, second = (
        torch.load(file, weights_only=True)['state_dict'][name]
        for file in (once, twice))
    assert torch.equal(first, second)


@pytest.mark.parametrize('prefix', ['backbone.', ''])
def test_prefix_is_put_before_every_name(small, tmp_path, prefix):
    source, out = str(tmp_path / 'in.pth'), str(tmp_path / 'out.pth')
    torch.save(small.state_dict(), source)
    target = target_for('msf_mamba')
    convert_checkpoint(source, out, target, prefix=prefix)
    state = torch.load(out, weights_only=True)['state_dict']
    assert set(state) == {f'{prefix}{k}' for k in target.state_dict()}


def test_nothing_is_written_below_the_match(small, tmp_path):
    source, out = str(tmp_path / 'in.pth'), str(tmp_path / 'out.pth')
    torch.save({'norm_f.weight': torch.ones(16)}, source)
    report = convert_checkpoint(source, out, target_for('videomamba'))
    assert report.match < .1
    assert os.listdir(tmp_path) == ['in.pth']


def test_unknown_target_is_refused():
    with pytest.raises(ValueError, match="'vim'"):
        build_target('vim', 'small', 16, 224)
