import pytest
import torch

from mmgesture.models.backbones import GestureSwin3D

# after mmgesture, which mends MMAction2's import
from mmaction.models import SwinTransformer3D

TINY = dict(
    arch=dict(embed_dims=8, depths=[1, 1], num_heads=[1, 2]),
    window_size=(2, 3, 3),
    out_indices=(1, ))


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'weights.pth')


def load(file, **settings):
    model = GestureSwin3D(
        **settings, init_cfg=dict(type='Pretrained', checkpoint=file))
    model.init_weights()
    return model


def image_state(side=5):
    """Weights of an image Swin of window (side + 1) / 2."""
    torch.manual_seed(0)
    state = {}
    for name, value in GestureSwin3D(**TINY).state_dict().items():
        if name.endswith('relative_position_index'):
            continue
        value = torch.randn(value.shape)
        if name.endswith('bias_table'):
            value = torch.randn(side**2, value.shape[1])
        elif name == 'patch_embed.proj.weight':
            value = value[:, :, 0]  # (O, I, T, H, W) -> (O, I, H, W)
        state[name.replace('norm1.', 'norm.', 1)
              if name.startswith('norm1.') else name] = value
    state['layers.0.blocks.0.attn.relative_position_index'] = torch.ones(9, 9)
    state['head.weight'] = torch.ones(3, 16)
    return state


def test_without_a_file_linear_layers_are_drawn_as_the_host_does():
    torch.manual_seed(0)
    for init_cfg in (None, []):
        model = GestureSwin3D(**TINY, init_cfg=init_cfg)
        model.init_weights()
        weight = model.layers[1].blocks[0].mlp.fc1.weight
        assert 0.015 < weight.std() < 0.025
        assert model.layers[1].blocks[0].mlp.fc1.bias.abs().max() == 0


def test_an_image_model_becomes_a_video_model(file):
    state = image_state()
    torch.save(dict(model=state), file)
    model = load(file, **TINY)
    own = model.state_dict()
    kernel = own['patch_embed.proj.weight']
    assert torch.allclose(kernel.sum(2), state['patch_embed.proj.weight'])
    name = 'layers.1.blocks.0.attn.relative_position_bias_table'
    # ((2T-1) * 25, heads): the same 25 values for each distance in time
    for distance in own[name].chunk(3):
        assert torch.equal(distance, state[name])
    assert torch.equal(own['norm1.weight'], state['norm.weight'])


def test_the_table_of_another_window_is_resized(file):
    state = image_state(side=13)
    for name in state:
        if name.endswith('bias_table'):
            # a constant table stays constant however it is resized
            state[name] = torch.full_like(state[name], 0.25)
    torch.save(dict(model=state), file)
    own = load(file, **TINY).state_dict()
    table = own['layers.0.blocks.0.attn.relative_position_bias_table']
    assert table.shape == (75, 1)
    assert torch.allclose(table, torch.tensor(0.25))


def test_a_video_model_is_taken_as_it_is(file):
    torch.manual_seed(1)
    source = GestureSwin3D(**TINY)
    source.init_weights()
    torch.save(
        dict(state_dict={
            f'backbone.{n}': v
            for n, v in source.state_dict().items()
        }), file)
    own = load(file, **TINY).state_dict()
    for name, value in source.state_dict().items():
        assert torch.equal(own[name], value), name


def test_an_image_model_of_another_depth_is_refused(file):
    state = image_state()
    del state['layers.1.blocks.0.attn.qkv.weight']
    torch.save(state, file)
    with pytest.raises(ValueError, match='GestureSwin3D: 1 of'):
        load(file, **TINY)


@pytest.mark.parametrize('side', [5, 13])
def test_inflation_equals_the_hosts(side, file):
    torch.save(dict(model=image_state(side)), file)
    host = SwinTransformer3D(**TINY, pretrained=file, pretrained2d=True)
    host.init_weights()
    own = load(file, **TINY).state_dict()
    for name, value in host.state_dict().items():
        if not name.startswith('norm1.'):  # the host expects four stages
            assert torch.allclose(own[name], value), name


def test_a_stem_of_convolutions_gives_as_many_patches_and_is_loaded(file):
    settings = dict(TINY, patch_size=(2, 8, 8), patch_embed='conv')
    torch.manual_seed(0)
    model = GestureSwin3D(**settings)
    model.init_weights()
    torch.save(model.state_dict(), file)
    again = load(file, **settings)
    for each in (model, again):
        each.eval()
    clip = torch.randn(2, 3, 4, 24, 24)
    assert again.patch_embed(clip).shape == (2, 8, 2, 3, 3)
    assert torch.equal(again(clip), model(clip))
    with pytest.raises(ValueError, match='weights are missing'):
        load(file, **dict(settings, patch_embed='linear'))


def test_a_wrong_patch_embedding_is_told():
    with pytest.raises(ValueError, match="'linear' or 'conv', got 'mlp'"):
        GestureSwin3D(**TINY, patch_embed='mlp')
    with pytest.raises(ValueError, match='square patches'):
        GestureSwin3D(**TINY, patch_embed='conv', patch_size=(2, 4, 8))
