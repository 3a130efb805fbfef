import copy

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mmgesture.models.backbones import MSFMamba, VideoMamba

SMALL = dict(
    img_size=16, patch_size=8, num_frames=4, embed_dims=16, depth=2,
    d_state=4)


def make(cls=MSFMamba, seed=0, **options):
    torch.manual_seed(seed)
    return cls(**{**SMALL, **options})


def clip(batch=2, frames=4, size=16, seed=1):
    torch.manual_seed(seed)
    return torch.randn(batch, 3, frames, size, size)


@pytest.fixture(scope='module')
def official(golden):
    with np.load(golden / 'videomamba_small.npz') as file:
        return {name: torch.from_numpy(file[name]) for name in file.files}


def test_golden_logits_and_gradients_are_reproduced(official):
    model = VideoMamba(
        img_size=32, patch_size=8, num_frames=4, embed_dims=32, depth=3)
    weights = {
        name[len('param/'):]: value
        for name, value in official.items() if name.startswith('param/')
    }
    head = weights.pop('head.weight'), weights.pop('head.bias')
    model.load_state_dict(weights)  # strict: the names are VideoMamba's
    x = official['input'].clone().requires_grad_()
    logits = F.linear(model(x), *head)
    assert (logits - official['logits']).abs().max() < 1e-4
    (logits * torch.linspace(-1, 1, 17)).sum().backward()
    parameters = dict(model.named_parameters())
    compared = 0
    for name, expected in official.items():
        if not name.startswith('grad/'):
            continue
        name = name[len('grad/'):]
        grad = x.grad if name == 'input' else parameters[name].grad
        error = (grad - expected).abs().max() / expected.abs().max()
        assert error < 1e-3, name
        compared += 1
    assert compared == 5


@pytest.mark.parametrize('frames', [8, 16, 24])
@pytest.mark.parametrize('size', [192, 224])
def test_other_clips_are_reached_by_interpolation(frames, size):
    model = make(
        img_size=224, patch_size=32, num_frames=16, depth=1, embed_dims=8)
    out = model(clip(1, frames, size))
    assert out.shape == (1, 8, frames, size // 32, size // 32)


def test_interpolated_positions_are_used():
    model = make()
    torch.nn.init.normal_(model.temporal_pos_embedding)
    with torch.no_grad():
        static = model(clip(frames=1).expand(-1, -1, 8, -1, -1))
    # frames differ only by their embedding
    assert (static[:, :, 0] - static[:, :, 7]).abs().max() > 1e-3


def test_output_is_the_map_in_time_major_order():
    model = make(depth=1)
    x = clip()
    tokens = model.patch_embed(x).flatten(1, 3)
    positions = (model.pos_embed[:, None] +
                 model.temporal_pos_embedding[:, :, None]).flatten(1, 2)
    expected = model.norm_f(model.layers[0](tokens + positions, (None, )))
    out = model(x)
    assert out.shape == (2, 16, 4, 2, 2)
    # (B, d, T, H, W) -> (B, T*H*W, d)
    assert torch.allclose(out.flatten(2).transpose(1, 2), expected,
                          atol=1e-6)


def test_map_is_dense_with_channels_last_in_memory():
    assert make()(clip()).permute(0, 2, 3, 4, 1).is_contiguous()


def test_class_token_gives_a_vector_or_leaves_the_map():
    assert make(VideoMamba)(clip()).shape == (2, 16)
    model = make(VideoMamba, output='map')
    assert model(clip()).shape == (2, 16, 4, 2, 2)


@pytest.mark.parametrize('cls', [VideoMamba, MSFMamba])
@pytest.mark.parametrize('order', ['bidirectional', 'local', 'selective'])
@pytest.mark.parametrize('patch_embed', ['linear', 'conv'])
def test_every_parameter_gets_a_gradient(cls, order, patch_embed):
    model = make(cls, scan_order=order, patch_embed=patch_embed,
                 scan_window=1)
    # cubed: the sum of squares of a normalised vector is constant
    model(clip()).pow(3).sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        # the class token comes first: in the last block it has no past
        if cls is VideoMamba and name == 'layers.1.mixer.A_log':
            continue
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize('order', ['local', 'selective'])
def test_orders_change_the_function_but_not_the_parameters(order):
    model = make(img_size=24, scan_window=2)
    other = make(img_size=24, scan_order=order, scan_window=2)
    other.load_state_dict(model.state_dict())
    x = clip(size=24)
    with torch.no_grad():
        assert not torch.allclose(model(x), other(x), atol=1e-4)


def test_local_with_a_window_of_the_whole_frame_is_bidirectional():
    model, other = make(), make(scan_order='local', scan_window=2)
    other.load_state_dict(model.state_dict())
    assert torch.allclose(model(clip()), other(clip()), atol=1e-6)


def test_checkpointing_changes_no_gradient():
    grads = []
    for with_cp in (False, True):
        model = make(with_cp=with_cp, drop_path_rate=.3)
        torch.manual_seed(5)
        model(clip()).pow(3).sum().backward()
        grads.append([p.grad for p in model.parameters()])
    for one, other in zip(*grads):
        assert torch.allclose(one, other, rtol=1e-5, atol=1e-7)


def test_averaging_model_with_doubled_out_proj_is_the_summing_one():
    summing, averaging = make(merge='sum'), make(merge='mean')
    weights = copy.deepcopy(summing.state_dict())
    for name, value in weights.items():
        if 'out_proj' in name:
            value.mul_(2)
    averaging.load_state_dict(weights)
    assert torch.equal(summing(clip()), averaging(clip()))


def test_bf16_autocast_trains_200_steps_and_learns():
    model = make(embed_dims=8, depth=1)
    head = torch.nn.Linear(8, 2)
    parameters = [*model.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=1e-3)
    x, label = clip(4), torch.tensor([0, 1, 0, 1])
    losses = []
    for _ in range(200):
        with torch.autocast('cpu', torch.bfloat16):
            features = model(x)
            logits = head(features.mean((2, 3, 4)))
        assert features.dtype == torch.float32
        loss = F.cross_entropy(logits.float(), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert np.isfinite(losses).all()
    assert all(torch.isfinite(p).all() for p in parameters)
    assert losses[-1] < .5 * losses[0]


def test_residual_stream_stays_fp32_under_autocast():
    model = make()
    seen = []
    for layer in model.layers:
        layer.register_forward_hook(
            lambda module, args, out: seen.append(out.dtype))
    with torch.autocast('cpu', torch.bfloat16):
        model(clip())
    assert seen == [torch.float32] * 2


def test_fp16_is_refused():
    with torch.autocast('cpu', torch.float16):
        with pytest.raises(RuntimeError, match='MSFMamba expected fp32'):
            make()(clip())


def test_stochastic_depth_grows_linearly():
    model = make(depth=3, drop_path_rate=.4)
    rates = [getattr(layer.drop_path, 'drop_prob', 0.)
             for layer in model.layers]
    assert rates == pytest.approx([0., .2, .4])


def test_arch_is_a_name_or_a_dict_and_can_be_overridden():
    with torch.device('meta'):
        model = MSFMamba(arch='middle')
        assert (model.embed_dims, model.depth) == (576, 32)
        model = MSFMamba(arch='tiny', depth=2)
        assert (model.embed_dims, model.depth) == (192, 2)
        model = MSFMamba(arch=dict(embed_dims=24, depth=1))
        assert (model.embed_dims, model.depth) == (24, 1)


@pytest.mark.parametrize('options, word', [
    (dict(arch='huge'), "'huge'"),
    (dict(arch=dict(width=3)), "'embed_dims'"),
    (dict(patch_embed='overlapping'), "'overlapping'"),
    (dict(output='mean'), "'mean'"),
    (dict(output='token'), 'cls_token=True'),
    (dict(img_size=30), 'multiple'),
    (dict(num_frames=5, tubelet_size=2), 'multiple'),
])
def test_wrong_options_are_refused(options, word):
    with pytest.raises(ValueError, match=word):
        make(**options)


def test_checkpoint_of_another_size_is_resized_on_loading():
    source = make(VideoMamba, img_size=32, num_frames=8)
    target = make(VideoMamba)
    target.load_state_dict(source.state_dict())
    assert torch.equal(target.pos_embed[:, :1], source.pos_embed[:, :1])
    assert target.temporal_pos_embedding.shape == (1, 4, 16)
    # the same interpolation as in the forward pass
    assert torch.allclose(target(clip()), source(clip()), atol=1e-6)


def test_class_slot_in_a_checkpoint_is_not_swallowed():
    weights = make(VideoMamba).state_dict()
    with pytest.raises(ValueError, match='convert_videomamba'):
        make(MSFMamba).load_state_dict(weights, strict=False)


def test_init_cfg_loads_a_local_file(tmp_path):
    file = str(tmp_path / 'weights.pth')
    source = make(seed=3)
    torch.save(dict(state_dict=source.state_dict()), file)
    model = make(init_cfg=dict(type='Pretrained', checkpoint=file))
    model.init_weights()
    for one, other in zip(source.parameters(), model.parameters()):
        assert torch.equal(one, other)


def test_init_cfg_with_a_wrong_file_is_an_error(tmp_path):
    file = str(tmp_path / 'weights.pth')
    model = make(init_cfg=dict(type='Pretrained', checkpoint=file))
    with pytest.raises(FileNotFoundError, match='weights.pth'):
        model.init_weights()
    torch.save(make(depth=1).state_dict(), file)
    model = make(init_cfg=dict(type='Pretrained', checkpoint=file))
    with pytest.raises(ValueError, match='parameters are missing'):
        model.init_weights()


def test_init_cfg_may_lack_the_temporal_embedding(tmp_path):
    file = str(tmp_path / 'weights.pth')
    weights = make(seed=3).state_dict()
    del weights['temporal_pos_embedding']
    torch.save(weights, file)
    model = make(init_cfg=dict(type='Pretrained', checkpoint=file))
    model.init_weights()
    assert torch.equal(model.pos_embed, weights['pos_embed'])
