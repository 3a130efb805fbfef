import copy

import pytest
import torch

from mmgesture.models import ClipEncoder, GestureLocalizer

VIT = dict(
    type='GestureVisionTransformer', img_size=32, patch_size=16,
    embed_dims=16, depth=2, num_heads=2, num_frames=4)
MSF = dict(
    type='MSFMamba', arch=dict(embed_dims=16, depth=2), img_size=32,
    tubelet_size=2, num_frames=4)
MAMBA = dict(MSF, type='VideoMamba', output='map')
I3D = dict(
    type='GestureResNet3d', depth=18, base_channels=4, num_stages=4,
    conv1_kernel=(3, 7, 7), out_indices=(2, 3), inflate=(1, 1, 1, 1))
ADAPTED = [VIT, MSF, MAMBA]


def make(backbone=VIT, **options):
    options = {**dict(channels=16, chunk_frames=4), **options}
    torch.manual_seed(0)
    encoder = ClipEncoder(copy.deepcopy(backbone), **options)
    torch.manual_seed(0)  # the same backbone with and without adapters
    for parameter in encoder.backbone.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=.1)
    return encoder


def adapter(kind='temporal'):
    return dict(type=kind, token_size=(2, 16, 16))


def frames(batch=2, number=12, size=32):
    torch.manual_seed(1)
    return torch.randn(batch, 3, number, size, size)


@pytest.mark.parametrize('backbone', ADAPTED)
def test_chunks_are_encoded_each_by_itself_and_laid_end_to_end(backbone):
    encoder, x = make(backbone, stride=2).eval(), frames()
    out = encoder(x)
    assert out.shape == (2, 16, 6)
    for k in range(3):
        clip = encoder.backbone(x[:, :, 4 * k:4 * k + 4])
        torch.testing.assert_close(out[..., 2 * k:2 * k + 2],
                                   clip.mean((3, 4)), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize('stride, steps', [(1, 12), (2, 6), (4, 3),
                                                    (3, 4), (12, 1)])
def test_features_are_brought_to_the_steps_of_the_window(
        stride, steps):
    out = make(stride=stride).eval()(frames())
    assert out.shape == (2, 16, steps)


def test_coarser_steps_are_means_and_finer_ones_interpolated():
    x = torch.arange(6.).view(1, 1, 6, 1, 1)
    to_steps = ClipEncoder._to_steps
    assert to_steps(x, 1, 3).tolist() == [[[.5, 2.5, 4.5]]]
    assert to_steps(x, 1, 6).tolist() == [[[0, 1, 2, 3, 4, 5]]]
    # step j of 12 has its centre at (j + 1/2) / 2 - 1/2 of the six
    assert to_steps(x, 1, 12)[0, 0, 1:-1].tolist() == [
        .25, .75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75]
    # one vector for each of three clips
    assert to_steps(torch.tensor([[1.], [2.], [3.]]), 3, 3).tolist() == [
        [[1, 2, 3]]]


def test_several_maps_are_laid_beside_each_other():
    encoder = make(I3D, chunk_frames=None, stride=4, channels=None)
    with torch.no_grad():
        low, high = encoder.backbone(frames(number=16))
        out = encoder.eval()(frames(number=16))
    assert out.shape == (2, low.shape[1] + high.shape[1], 4)


def test_mean_of_a_chunk_can_be_subtracted():
    encoder = make(subtract_chunk_mean=True).eval()
    x = frames()
    shift = torch.randn(2, 3, 1, 32, 32)  # what does not move
    torch.testing.assert_close(encoder(x), encoder(x + shift), atol=1e-4,
                               rtol=1e-3)


@pytest.mark.parametrize('backbone', ADAPTED)
@pytest.mark.parametrize('kind', ['temporal', 'decoupled'])
def test_only_adapters_learn_and_all_of_them(backbone, kind):
    encoder = make(backbone, adapter=adapter(kind)).train()
    for layer in encoder.adapters:
        torch.nn.init.normal_(layer.up.weight, std=.1)
    out = encoder(frames())
    (out * torch.randn_like(out)).sum().backward()
    for name, parameter in encoder.named_parameters():
        touched = parameter.grad is not None and bool(parameter.grad.any())
        assert touched == name.startswith('adapters.'), name
    assert not encoder.backbone.training


def test_adapters_at_their_start_change_nothing():
    plain, adapted = make().eval(), make(adapter=adapter()).eval()
    torch.testing.assert_close(plain(frames()), adapted(frames()))


def test_adapters_carry_information_from_chunk_to_chunk():
    for opened in (False, True):
        encoder = make(adapter=adapter(), stride=4).eval()
        for layer in encoder.adapters:
            if opened:
                torch.nn.init.normal_(layer.up.weight)
        x = frames(1).requires_grad_()
        # no plain sum: normalised channels add up to zero
        (encoder(x)[0, :, 0] * torch.arange(16)).sum().backward()
        assert bool(x.grad[:, :, 4:8].any()) == opened


def test_a_copy_has_hooks_to_its_own_adapters():
    encoder = make(adapter=adapter()).eval()
    other = copy.deepcopy(encoder)
    for layer in other.adapters:
        torch.nn.init.normal_(layer.up.weight)
    x = frames()
    assert not torch.allclose(encoder(x), other(x), atol=1e-3)
    torch.testing.assert_close(encoder(x), make().eval()(x))


def test_backbone_keeps_its_names_for_files():
    assert set(make(adapter=adapter(), with_cp=True).backbone.state_dict()
               ) == set(make().backbone.state_dict())


@pytest.mark.parametrize('backbone', ADAPTED)
def test_recomputation_changes_no_gradient(backbone):
    grads = []
    for with_cp in (False, True):
        encoder = make(backbone, adapter=adapter(), with_cp=with_cp).train()
        for layer in encoder.adapters:
            torch.manual_seed(3)
            torch.nn.init.normal_(layer.up.weight, std=.1)
        encoder(frames()).pow(2).sum().backward()
        grads.append([p.grad for p in encoder.adapters.parameters()])
    for a, b in zip(*grads):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)


def test_a_frozen_backbone_makes_no_graph():
    encoder = make(frozen=True).train()
    assert not encoder(frames()).requires_grad
    assert make().train()(frames()).requires_grad


def test_end_to_end_localizer_learns_on_frames():
    """AdaTAD in small: a bright square while the gesture lasts."""
    from .conftest import make_sample
    torch.manual_seed(0)
    model = GestureLocalizer(
        backbone=dict(
            type='ClipEncoder', backbone=VIT, channels=16, chunk_frames=4,
            adapter=adapter()),
        neck=dict(
            type='TemporalPyramid', in_channels=16, channels=16,
            block=dict(type='attention', num_heads=2), num_levels=2,
            num_stem=1),
        head=dict(
            type='AnchorFreeSegmentHead', num_classes=2, channels=16,
            num_levels=2, range_base=8., init_normaliser=10.),
        data_preprocessor=dict(
            type='WindowDataPreprocessor', mean=[100.] * 3, std=[50.] * 3))
    clip = torch.randint(80, 120, (3, 16, 32, 32), dtype=torch.uint8)
    clip[:, 4:10] += 100
    data = dict(inputs=[clip], data_samples=[
        make_sample([[4, 10]], [1], num_steps=16)])
    frozen = model.backbone.backbone.blocks[0].attn.qkv.weight.clone()
    optimizer = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], 5e-3)
    for _ in range(30):
        losses = model(**model.data_preprocessor(data, True), mode='loss')
        optimizer.zero_grad()
        (losses['loss_cls'] + losses['loss_reg']).backward()
        optimizer.step()
    assert torch.equal(model.backbone.backbone.blocks[0].attn.qkv.weight,
                       frozen)
    model.eval()
    best = model(**model.data_preprocessor(data), mode='predict')[0]
    best = best.pred_instances
    assert best.labels[0] == 1
    torch.testing.assert_close(
        best.segments[0], torch.tensor([4., 10.]), atol=1., rtol=0)


@pytest.mark.parametrize('backbone, options, message', [
    (I3D, dict(adapter=adapter()), 'no list of blocks'),
    (VIT, dict(adapter=dict(type='spatial')), 'decoupled'),
    (VIT, dict(adapter=adapter(), channels=None), 'channels of ClipEncoder'),
])
def test_impossible_options_are_an_error(backbone, options, message):
    with pytest.raises(ValueError, match=message):
        make(backbone, **options)


def test_frames_that_do_not_divide_are_an_error():
    with pytest.raises(ValueError, match='chunk_frames=4'):
        make()(frames(number=10))
    with pytest.raises(ValueError, match='stride=8'):
        make(stride=8)(frames())
