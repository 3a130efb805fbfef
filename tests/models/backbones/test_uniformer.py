import pytest
import torch

from mmgesture.models.backbones import GestureUniFormer, GestureUniFormerV2

# after mmgesture, which mends MMAction2's import
from mmaction.models import UniFormer
from mmaction.models.backbones import uniformer as host_module

V1 = dict(
    depth=[1, 1, 1, 1], embed_dim=[4, 4, 8, 8], head_dim=4, img_size=32)
V2 = dict(
    input_resolution=32,
    patch_size=8,
    width=16,
    layers=2,
    heads=2,
    t_size=4,
    return_list=[0, 1],
    n_layers=2,
    n_dim=16,
    n_head=2,
    mlp_dropout=[0.5, 0.5])
VIDEO_PARTS = ('transformer.temporal_cls_token', 'transformer.dpe',
               'transformer.dec', 'transformer.norm', 'transformer.balance')


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'weights.pth')


def load(cls, file, **settings):
    model = cls(**settings, init_cfg=dict(type='Pretrained', checkpoint=file))
    model.init_weights()
    return model


def image_state(model):
    """Random weights of the image model: kernels without frames."""
    torch.manual_seed(0)
    state = {}
    for name, value in model.state_dict().items():
        value = torch.rand(value.shape)
        # (O, I, T, H, W) -> (O, I, H, W)
        state[name] = value[:, :, 0] if value.ndim == 5 else value
    return state


def clip_state():
    state = image_state(GestureUniFormerV2(**V2))
    return {n: v for n, v in state.items() if not n.startswith(VIDEO_PARTS)}


def test_v1_puts_an_image_models_kernels_at_the_middle_frame(file):
    state = image_state(GestureUniFormer(**V1))
    torch.save(dict(model=dict(state, **{'head.bias': torch.ones(1)})), file)
    model = load(GestureUniFormer, file, **V1)
    kernel = model.blocks1[0].attn.weight
    assert kernel.shape[2] == 5
    assert torch.equal(kernel[:, :, 2], state['blocks1.0.attn.weight'])
    assert kernel[:, :, [0, 1, 3, 4]].abs().max() == 0
    assert torch.equal(model.norm.running_var, state['norm.running_var'])


def test_v1_inflates_as_the_host_does(file, monkeypatch):
    torch.save(image_state(GestureUniFormer(**V1)), file)
    # the host knows files to download; let it take this one for such
    monkeypatch.setitem(host_module._MODELS, 'this', file)
    host = UniFormer(**V1, pretrained='this', pretrained2d=True)
    host.init_weights()
    own = load(GestureUniFormer, file, **V1).state_dict()
    for name, value in host.state_dict().items():
        assert torch.equal(own[name], value), name


def test_v1_takes_any_number_of_frames():
    model = GestureUniFormer(**V1).eval()
    for frames, left in ((16, 8), (7, 4)):
        out = model(torch.zeros(1, 3, frames, 32, 32))
        assert out.shape == (1, 8, left, 1, 1)


def test_v1_without_a_file_is_drawn_as_its_paper_does():
    torch.manual_seed(0)
    model = GestureUniFormer(**V1)
    model.init_weights()
    assert 0.01 < model.blocks4[0].mlp.fc1.weight.std() < 0.03


@pytest.mark.parametrize('prefix', ['', 'visual.'])
def test_v2_reads_clip_and_leaves_the_global_blocks_at_zero(file, prefix):
    state = clip_state()
    torch.save({prefix + n: v for n, v in state.items()}, file)
    model = load(GestureUniFormerV2, file, **V2)
    assert torch.equal(model.conv1.weight[:, :, 0], state['conv1.weight'])
    assert torch.equal(model.transformer.resblocks[1].attn.in_proj_weight,
                       state['transformer.resblocks.1.attn.in_proj_weight'])
    for block in model.transformer.dec:
        assert block.mlp[-1].weight.abs().max() == 0
        assert block.attn.out_proj.weight.abs().max() == 0


def test_v2_resizes_the_positions_of_another_resolution(file):
    state = clip_state()
    torch.save(state, file)
    model = load(GestureUniFormerV2, file, **dict(V2, input_resolution=48))
    assert model.positional_embedding.shape == (37, 16)
    assert torch.equal(model.positional_embedding[0],
                       state['positional_embedding'][0])


def test_v2_does_not_mix_the_frames_of_different_clips():
    # with t_size=4 the host would take one clip of 8 frames for two
    with pytest.raises(ValueError, match=r'\(4, 32, 32\), got \(8, 32, 32\)'):
        GestureUniFormerV2(**V2)(torch.zeros(1, 3, 8, 32, 32))


def test_v2_gives_one_feature_per_clip():
    model = GestureUniFormerV2(**V2).eval()
    assert model(torch.zeros(3, 3, 4, 32, 32)).shape == (3, 16)
