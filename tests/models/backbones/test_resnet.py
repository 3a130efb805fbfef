import pytest
import torch
from mmengine.logging import MMLogger
from torch.nn import BatchNorm2d

from mmgesture.models.backbones import GestureResNet, GestureResNetTSM, MANet

KINDS = [GestureResNet, GestureResNetTSM, MANet]


def torchvision_state(depth=18):
    """An ImageNet file: torchvision's names, random weights, and fc."""
    torch.manual_seed(0)
    state = {}
    for name, value in GestureResNet(depth=depth).state_dict().items():
        stem, end = name.rsplit('.', 1)
        stem, kind = stem.rsplit('.', 1)
        if stem.endswith('downsample'):
            new = f'{stem}.{"0" if kind == "conv" else "1"}'
        else:
            new = stem if kind == 'conv' else stem.replace('conv', 'bn')
        state[f'{new}.{end}'] = (
            torch.rand_like(value) if value.is_floating_point() else value)
    state['fc.weight'] = torch.zeros(1000, 512)
    state['fc.bias'] = torch.zeros(1000)
    return state


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'resnet18.pth')


def start(kind, path, **settings):
    model = kind(
        depth=18,
        init_cfg=dict(type='Pretrained', checkpoint=path),
        **settings)
    model.init_weights()
    return model


def test_names_of_the_made_up_file_are_torchvisions():
    assert {
        'conv1.weight', 'bn1.running_var', 'layer1.0.conv1.weight',
        'layer1.1.bn2.bias', 'layer2.0.downsample.0.weight',
        'layer2.0.downsample.1.running_mean'
    } <= set(torchvision_state())


@pytest.mark.parametrize('kind', KINDS)
def test_torchvisions_file_fills_every_convolution_and_norm(kind, file):
    state = torchvision_state()
    torch.save(state, file)
    own = start(kind, file).state_dict()
    shifted = kind is not GestureResNet
    for theirs, name in {
            'conv1.weight': 'conv1.conv.weight',
            'bn1.running_var': 'conv1.bn.running_var',
            'layer1.0.conv1.weight': 'layer1.0.conv1.conv.' +
            ('net.' if shifted else '') + 'weight',
            'layer4.1.conv2.weight': 'layer4.1.conv2.conv.weight',
            'layer3.0.downsample.1.weight': 'layer3.0.downsample.bn.weight'
    }.items():
        assert torch.equal(own[name], state[theirs]), name


@pytest.mark.parametrize('kind', KINDS)
def test_starts_without_a_file(kind):
    # mmaction2's ResNetTSM crashes here
    model = kind(depth=18)
    model.init_weights()
    norm = model.layer1[0].conv1.bn
    assert torch.equal(norm.weight.data, torch.ones(64))


def test_a_tsm_recognizers_file_fills_an_unshifted_network(file):
    source = GestureResNetTSM(depth=18)
    torch.save(
        dict(state_dict={
            f'backbone.{k}': v for k, v in source.state_dict().items()
        }), file)
    own = start(GestureResNet, file).state_dict()
    assert torch.equal(own['layer2.0.conv1.conv.weight'],
                       source.layer2[0].conv1.conv.net.weight)


@pytest.mark.parametrize('kind', KINDS)
def test_a_file_of_another_model_is_refused_by_name(kind, file):
    torch.save({'patch_embed.weight': torch.zeros(3)}, file)
    with pytest.raises(ValueError, match='resnet18.pth does not fit'):
        start(kind, file)


@pytest.mark.parametrize('depth', [34, 50])
def test_a_resnet_of_another_depth_is_refused(depth, file):
    torch.save(torchvision_state(depth), file)
    with pytest.raises(ValueError, match='resnet18.pth .* another depth'):
        start(GestureResNet, file)


def test_partial_bn_freezes_all_norms_but_the_first_on_construction():
    model = GestureResNet(depth=18, partial_bn=True)
    norms = [m for m in model.modules() if isinstance(m, BatchNorm2d)]
    free = [m.weight.requires_grad and m.bias.requires_grad for m in norms]
    assert free == [True] + [False] * (len(norms) - 1)
    model.train()
    assert [m.training for m in norms] == free


def test_freezing_norms_that_saw_nothing_is_told(caplog, file):
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        GestureResNet(depth=18, partial_bn=True).init_weights()
        assert 'partial_bn=False' in caplog.text
        caplog.clear()
        torch.save(torchvision_state(), file)
        start(GestureResNet, file, partial_bn=True)
        assert 'partial_bn=False' not in caplog.text
    finally:
        logger.removeHandler(caplog.handler)


def test_without_partial_bn_every_parameter_is_trained():
    assert all(p.requires_grad for p in GestureResNet(depth=18).parameters())


@pytest.mark.parametrize('segments', [8, 16])
def test_shifted_frames_must_make_whole_clips(segments):
    model = GestureResNetTSM(depth=18, num_segments=segments)
    with pytest.raises(ValueError, match=f'num_segments={segments} frames'):
        model(torch.zeros(segments + 1, 3, 32, 32))
