import pytest
import torch
from torch.nn import functional as F

from mmgesture.models.backbones.manet import (ExcitedShift, MANet,
                                              SqueezeExcite, TemporalShift)

CHANNELS = 16


def slow(x, squeeze, expand, kernel, segments, div):
    """Weigh every frame, take channels from its neighbours, convolve."""
    clips = x.unflatten(0, (-1, segments))
    fold = x.shape[1] // div
    out = []
    for clip in clips:
        weighed = []
        for frame in clip:
            mean = torch.stack([plane.mean() for plane in frame])
            hidden = torch.clamp(squeeze @ mean, min=0)
            weight = 1 / (1 + torch.exp(-(expand @ hidden)))
            weighed.append(
                torch.stack([w * plane for w, plane in zip(weight, frame)]))
        nothing = torch.zeros_like(weighed[0][0])
        for t in range(segments):
            planes = []
            for c in range(x.shape[1]):
                source = t + 1 if c < fold else t - 1 if c < 2 * fold else t
                planes.append(weighed[source][c] if 0 <= source <
                              segments else nothing)
            out.append(F.conv2d(torch.stack(planes)[None], kernel)[0])
    return torch.stack(out)


def wrapper(segments, div=8, channels=CHANNELS):
    torch.manual_seed(0)
    net = torch.nn.Conv2d(channels, 12, 1, bias=False)
    return ExcitedShift(net, segments, div).double()


@pytest.mark.parametrize('batch', [1, 2, 3])
@pytest.mark.parametrize('segments', [8, 16])
def test_values_and_all_gradients_are_those_of_the_slow_one(batch, segments):
    module = wrapper(segments)
    x = torch.randn(batch * segments, CHANNELS, 3, 2, dtype=torch.float64)
    weights = [
        module.se.squeeze.weight, module.se.expand.weight, module.net.weight
    ]
    fast_x, slow_x = x.clone().requires_grad_(), x.clone().requires_grad_()
    fast = module(fast_x)
    plain = slow(slow_x, *weights, segments, 8)
    torch.testing.assert_close(fast, plain)
    grad = torch.randn_like(fast)
    ours = torch.autograd.grad(fast, [fast_x] + weights, grad)
    theirs = torch.autograd.grad(plain, [slow_x] + weights, grad)
    for a, b in zip(ours, theirs):
        torch.testing.assert_close(a, b)


def test_first_and_last_frame_by_hand():
    module = ExcitedShift(torch.nn.Conv2d(8, 8, 1, bias=False), 3, 8)
    with torch.no_grad():
        # sigmoid(0) = 1/2 everywhere, and a convolution that does nothing
        module.se.expand.weight.zero_()
        module.net.weight.copy_(torch.eye(8)[:, :, None, None])
    # the frames of two clips show 2, 4, 6 and 20, 40, 60
    x = torch.tensor([2., 4, 6, 20, 40, 60])[:, None, None, None]
    y = module(x.expand(6, 8, 1, 1))[:, :, 0, 0]
    assert y[:, 0].tolist() == [2, 3, 0, 20, 30, 0]  # from the next frame
    assert y[:, 1].tolist() == [0, 1, 2, 0, 10, 20]  # from the one before
    for channel in range(2, 8):
        assert y[:, channel].tolist() == [1, 2, 3, 10, 20, 30]


def test_excitation_comes_before_the_shift():
    module = wrapper(4)
    x = torch.randn(4, CHANNELS, 2, 2, dtype=torch.float64)
    after = module.net(module.se(TemporalShift.shift(x, 4, 8)))
    assert (module(x) - after).abs().max() > 1e-3


def test_excitation_of_a_frame_depends_on_that_frame_only():
    se = SqueezeExcite(8)
    x = torch.randn(3, 8, 4, 4)
    changed = x.clone()
    changed[1] += 1.
    same = (se(x) == se(changed)).flatten(1).all(dim=1)
    assert same.tolist() == [True, False, True]


def test_reduction_that_does_not_divide_is_refused():
    with pytest.raises(ValueError, match='multiple of reduction'):
        SqueezeExcite(6, 4)


@pytest.mark.parametrize('depth, blocks', [(18, 8), (50, 16)])
def test_first_convolution_of_every_block_is_wrapped(depth, blocks):
    with torch.device('meta'):
        model = MANet(depth=depth)
    names = [n for n, m in model.named_modules()
             if isinstance(m, ExcitedShift)]
    assert len(names) == blocks
    assert all(name.endswith('conv1.conv') for name in names)
    bare = [m for m in model.modules() if type(m) is TemporalShift]
    assert not bare


@pytest.mark.parametrize('settings',
                         [dict(shift_place='block'), dict(is_shift=False)])
def test_a_shift_elsewhere_is_refused(settings):
    with pytest.raises(ValueError, match="shift_place='blockres'"):
        MANet(depth=18, **settings)


def test_channel_weights_have_the_reference_size():
    with torch.device('meta'):
        model = MANet(depth=50)
    numbers = {
        n: p.numel() for n, p in model.named_parameters() if '.se.' in n
    }
    assert sum(numbers.values()) == 15929344 // 2
    assert sum(p.numel() for p in model.parameters()) == 31472704


@pytest.mark.parametrize('batch, segments', [(1, 16), (2, 8), (3, 8)])
def test_every_parameter_is_used(batch, segments):
    torch.manual_seed(0)
    model = MANet(depth=18, num_segments=segments)
    model.init_weights()
    y = model(torch.randn(batch * segments, 3, 32, 32))
    assert y.shape == (batch * segments, 512, 1, 1)
    y.square().sum().backward()
    dead = [n for n, p in model.named_parameters()
            if p.grad is None or not p.grad.any()]
    assert dead == []


def test_frames_of_different_clips_do_not_mix():
    torch.manual_seed(0)
    model = MANet(depth=18, num_segments=8)
    model.eval()
    x = torch.randn(16, 3, 32, 32)
    with torch.no_grad():
        both, alone = model(x), model(x[8:])
    torch.testing.assert_close(both[8:], alone)


def test_frames_that_make_no_whole_clip_are_an_error():
    model = MANet(depth=18, num_segments=16)
    with pytest.raises(ValueError, match='num_segments=16 frames, got 24'):
        model(torch.zeros(24, 3, 32, 32))


def test_a_part_of_the_channel_weights_is_refused(tmp_path):
    model = MANet(depth=18)
    state = model.state_dict()
    del state['layer1.0.conv1.conv.se.squeeze.weight']
    torch.save(state, tmp_path / 'part.pth')
    again = MANet(
        depth=18,
        init_cfg=dict(
            type='Pretrained', checkpoint=str(tmp_path / 'part.pth')))
    with pytest.raises(ValueError, match='part.pth .* all but 1'):
        again.init_weights()
