import pytest
import torch
from torch.nn import functional as F

from mmgesture.models.necks import MCFM, frame_difference


def feature_map(batch=2, channels=4, frames=5, seed=0):
    torch.manual_seed(seed)
    return torch.randn(batch, channels, frames, 3, 4)


def test_central_difference_is_right_at_both_ends():
    x = torch.tensor([1., 4., 2.]).reshape(1, 1, 3, 1, 1)
    # 1 - (1 + 4)/2, 4 - (1 + 2)/2, 2 - (4 + 2)/2
    assert frame_difference(x).flatten().tolist() == [-1.5, 2.5, -1.]
    zeros = frame_difference(x, padding='zeros')
    # 1 - (0 + 4)/2, 4 - (1 + 2)/2, 2 - (4 + 0)/2
    assert zeros.flatten().tolist() == [-1., 2.5, 0.]


def test_first_difference_is_right_at_the_start():
    x = torch.tensor([1., 4., 2.]).reshape(1, 1, 3, 1, 1)
    assert frame_difference(x, 'first').flatten().tolist() == [0., 3., -2.]
    zeros = frame_difference(x, 'first', 'zeros')
    assert zeros.flatten().tolist() == [1., 3., -2.]


@pytest.mark.parametrize('kind', ['central', 'first'])
def test_a_single_frame_has_no_motion(kind):
    x = feature_map(frames=1)
    assert frame_difference(x, kind).abs().max() == 0


def two_convolutions(neck, x, k, index):
    """Eq. 12 with two separate convolutions; weights as the module's."""
    weight = neck.fusions[index].conv.weight
    shared = neck.motion_kernel == 'shared'
    channels = x.shape[1]
    conv = neck.fusions[index].conv_type
    if conv == 'dense':
        first = weight if shared else weight[:, :channels]
        second = weight if shared else weight[:, channels:]
        groups = 1
    else:
        first = weight[:, :1]
        second = first if shared else weight[:, 1:]
        if conv == 'scalar':  # the same kernel for every channel
            first = first.repeat(channels, 1, 1, 1, 1)
            second = second.repeat(channels, 1, 1, 1, 1)
        groups = channels
    motion = frame_difference(x, neck.difference, neck.padding)
    static = F.conv3d(x, first, padding=k // 2, groups=groups)
    moving = F.conv3d(motion, second, padding=k // 2, groups=groups)
    return static + neck.theta[index] * moving


@pytest.mark.parametrize('conv', ['dense', 'depthwise', 'scalar'])
@pytest.mark.parametrize('motion_kernel', ['shared', 'independent'])
@pytest.mark.parametrize('padding', ['replicate', 'zeros'])
@pytest.mark.parametrize('difference', ['central', 'first'])
def test_single_convolution_equals_two_at_every_frame(conv, motion_kernel,
                                                      padding, difference):
    neck = MCFM(
        4, (3, 5),
        difference=difference,
        padding=padding,
        motion_kernel=motion_kernel,
        conv=conv)
    neck.theta_raw.data = torch.tensor([.3, -1.])
    x = feature_map()
    maps, losses = neck(x)
    assert losses == {} and len(maps) == 2
    for i, k in enumerate((3, 5)):
        expected = two_convolutions(neck, x, k, i)
        for frame in range(x.shape[2]):  # the first and the last included
            assert torch.allclose(
                maps[i][:, :, frame], expected[:, :, frame],
                atol=1e-5), (k, frame)


@pytest.mark.parametrize('motion_kernel', ['shared', 'independent'])
def test_one_convolution_per_scale_is_run(motion_kernel, monkeypatch):
    calls = []
    original = F.conv3d
    monkeypatch.setattr(
        F, 'conv3d', lambda *args: calls.append(1) or original(*args))
    MCFM(4, (3, 5, 7), motion_kernel=motion_kernel)(feature_map())
    assert len(calls) == 3


def test_without_difference_there_is_no_gate():
    neck = MCFM(4, (3, ), difference='none', motion_kernel='independent')
    assert neck.theta is None and len(list(neck.parameters())) == 1
    x = feature_map()
    expected = F.conv3d(x, neck.fusions[0].conv.weight, padding=1)
    assert torch.allclose(neck(x)[0][0], expected, atol=1e-6)


@pytest.mark.parametrize('conv, shared, independent', [
    ('dense', 27 * 64, 54 * 64),
    ('depthwise', 27 * 8, 54 * 8),
    ('scalar', 27, 54),
])
def test_kernels_have_the_stated_sizes(conv, shared, independent):
    for kind, count in (('shared', shared), ('independent', independent)):
        neck = MCFM(8, (3, ), motion_kernel=kind, conv=conv)
        assert sum(p.numel() for p in neck.fusions.parameters()) == count


@pytest.mark.parametrize('conv', ['dense', 'depthwise', 'scalar'])
@pytest.mark.parametrize('motion_kernel', ['shared', 'independent'])
def test_dirac_passes_the_features_through(conv, motion_kernel):
    torch.manual_seed(0)
    neck = MCFM(4, (5, ), motion_kernel=motion_kernel, conv=conv,
                init='dirac')
    x = feature_map()
    expected = x + .5 * frame_difference(x)
    error = (neck(x)[0][0] - expected).std()
    assert error < .3 * expected.std()


def test_kaiming_keeps_the_variance():
    torch.manual_seed(0)
    weight = MCFM(32, (3, )).fusions[0].conv.weight
    assert abs(weight.var() * 32 * 27 - 1) < .1


def test_gate_starts_where_asked_and_stays_between_0_and_1():
    neck = MCFM(4, theta_init=.25)
    assert torch.allclose(neck.theta, torch.full((3, ), .25))
    neck.theta_raw.data.fill_(50.)
    assert neck.theta.max() <= 1


@pytest.mark.parametrize('batch', [1, 2, 3])
@pytest.mark.parametrize('windows', [(3, ), (3, 5), (3, 5, 7, 9)])
def test_returns_one_map_per_window_at_every_batch_size(batch, windows):
    x = feature_map(batch)
    maps, losses = MCFM(4, windows)(x, data_samples=None)
    assert [m.shape for m in maps] == [x.shape] * len(windows)
    assert losses == {}


def test_every_parameter_gets_a_gradient():
    neck = MCFM(4)
    sum(m.square().sum() for m in neck(feature_map())[0]).backward()
    for name, parameter in neck.named_parameters():
        assert parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize('options, word', [
    (dict(windows=(4, )), 'odd'),
    (dict(windows=()), 'odd'),
    (dict(conv='sparse'), "'sparse'"),
    (dict(difference='second'), "'second'"),
    (dict(motion_kernel='tied'), "'tied'"),
    (dict(padding='reflect'), "'reflect'"),
    (dict(init='ones'), "'ones'"),
    (dict(theta_init=1.), 'theta_init'),
])
def test_wrong_options_are_refused(options, word):
    with pytest.raises(ValueError, match=word):
        MCFM(4, **options)


@pytest.mark.parametrize('motion_kernel', ['shared', 'independent'])
def test_wide_maps_are_fused_as_by_plain_convolutions(motion_kernel):
    torch.manual_seed(0)
    neck = MCFM(128, (3, 5, 7), motion_kernel=motion_kernel)
    x = torch.randn(1, 128, 9, 3, 4)
    maps, _ = neck(x)
    exact, _ = neck.double()(x.double())  # float64 convolves plainly
    for ours, plain in zip(maps, exact):
        assert torch.allclose(ours.double(), plain, rtol=0, atol=3e-5)


def test_checkpoints_hold_no_transforms():
    names = set(MCFM(128, (3, 5)).state_dict())
    assert names == {
        'theta_raw', 'fusions.0.conv.weight', 'fusions.1.conv.weight'
    }


def test_autocast_convolves_plainly():
    neck = MCFM(128, (3, ))
    x = torch.randn(1, 128, 8, 3, 3)
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
        y = neck(x)[0][0]
        motion = frame_difference(x)
        expected = neck.fusions[0].conv(
            torch.addcmul(x, motion, neck.theta[0].to(x.dtype)))
    assert y.dtype is torch.bfloat16 and torch.equal(y, expected)
