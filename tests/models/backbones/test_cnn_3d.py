import pytest
import torch

from mmgesture.models.backbones import GestureC3D, GestureResNet3d

# after mmgesture, which mends MMAction2's import
from mmaction.models import ResNet3d

I3D = dict(
    depth=50,
    base_channels=4,
    conv1_kernel=(5, 7, 7),
    conv1_stride_t=2,
    pool1_stride_t=2,
    inflate=((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0)))


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'weights.pth')


def pretrained(file):
    return dict(type='Pretrained', checkpoint=file)


def torchvision_name(name):
    """The host's name of a weight to torchvision's."""
    parts = name.split('.')
    unit, kind = parts[-3:-1]  # conv2, bn
    if unit == 'downsample':
        parts[-2] = '0' if kind == 'conv' else '1'
    else:
        parts[-3:-1] = [unit if kind == 'conv' else f'bn{unit[-1]}']
    return '.'.join(parts)


def test_c3d_tells_of_a_size_that_fc6_was_not_made_for():
    with torch.device('meta'):
        model = GestureC3D(out_dim=8192)
        assert model(torch.empty(2, 3, 16, 112, 112)).shape == (2, 4096)
        with pytest.raises(ValueError, match='out_dim=32768'):
            model(torch.empty(1, 3, 16, 224, 224))


@pytest.mark.parametrize('side', [31, 32, 63, 100, 171])
def test_c3d_counts_the_values_of_its_map(side):
    values = 512 * (side // 32 + 1)**2
    with torch.device('meta'):
        model = GestureC3D(out_dim=values)
        assert model(torch.empty(1, 3, 17, side, side)).shape == (1, 4096)


def test_c3d_of_another_size_keeps_the_drawn_fc6():
    with torch.device('meta'):
        model = GestureC3D(out_dim=2048)
    own = {'fc6.weight': torch.randn(4, 8), 'fc6.bias': torch.zeros(4)}
    state = {'fc6.weight': torch.ones(4, 2), 'fc6.bias': torch.ones(4)}
    told, = model.adapt_weights(state, own)
    assert torch.equal(state['fc6.weight'], own['fc6.weight'])
    assert state['fc6.bias'].tolist() == [1., 1., 1., 1.]
    assert '(4, 2)' in told and 'kept as drawn' in told
    state['fc6.weight'] = torch.ones(4, 8)
    assert model.adapt_weights(state, own) == []
    assert state['fc6.weight'].min() == 1


def test_i3d_inflates_torchvisions_resnet(file):
    names = [
        name for name in GestureResNet3d(**I3D).state_dict()
        if 'num_batches' not in name
    ]
    own = GestureResNet3d(**I3D).state_dict()
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name in names:
        value = torch.rand(own[name].shape, generator=generator)
        # (O, I, T, H, W) -> (O, I, H, W)
        state[torchvision_name(name)] = (
            value[:, :, 0] if value.ndim == 5 else value)
    assert {'conv1.weight', 'bn1.running_mean', 'layer3.5.bn3.bias',
            'layer4.0.downsample.0.weight'} <= set(state)
    torch.save(dict(state, **{'fc.weight': torch.ones(1)}), file)
    model = GestureResNet3d(**I3D, init_cfg=pretrained(file))
    model.init_weights()
    kernel = model.conv1.conv.weight
    assert kernel.shape[2] == 5
    assert torch.allclose(kernel.sum(2), state['conv1.weight'])
    norm = model.layer3[5].conv3.bn
    assert torch.equal(norm.bias, state['layer3.5.bn3.bias'])
    host = ResNet3d(**I3D, pretrained=file, pretrained2d=True)
    host.init_weights()
    for name, value in host.state_dict().items():
        assert torch.allclose(model.state_dict()[name], value), name


def test_i3d_takes_a_recognizers_own_weights(file):
    source = GestureResNet3d(**I3D)
    source.init_weights()
    torch.save({f'backbone.{n}': v for n, v in source.state_dict().items()},
               file)
    model = GestureResNet3d(**I3D, init_cfg=pretrained(file))
    model.init_weights()
    for name, value in source.state_dict().items():
        assert torch.equal(model.state_dict()[name], value), name


def test_i3d_leaves_two_of_sixteen_frames():
    model = GestureResNet3d(**I3D)
    out = model(torch.zeros(1, 3, 16, 32, 32))
    assert out.shape == (1, 128, 2, 1, 1)
