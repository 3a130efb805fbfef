import pytest
import torch

from mmgesture.models.resnet_weights import plain_name, rename_official_se

PLACE = 'backbone.layer1.0.conv1.conv.'


@pytest.mark.parametrize('name, plain', [
    ('conv1.weight', 'conv1.conv.weight'),
    ('bn1.num_batches_tracked', 'conv1.bn.num_batches_tracked'),
    ('layer1.0.conv1.weight', 'layer1.0.conv1.conv.weight'),
    ('layer3.22.bn3.running_mean', 'layer3.22.conv3.bn.running_mean'),
    ('layer2.0.downsample.0.weight', 'layer2.0.downsample.conv.weight'),
    ('layer2.0.downsample.1.bias', 'layer2.0.downsample.bn.bias'),
    ('layer1.0.conv1.conv.net.weight', 'layer1.0.conv1.conv.weight'),
    ('layer1.0.conv1.conv.weight', 'layer1.0.conv1.conv.weight'),
    ('layer1.0.conv1.conv.se.squeeze.weight',
     'layer1.0.conv1.conv.se.squeeze.weight'),
    ('fc.weight', 'fc.weight'),
])
def test_names_of_all_spellings_become_the_hosts(name, plain):
    assert plain_name(name) == plain


def wrapper(c=8, names=('fcce.0', 'fcce.2', 'action_p2_squeeze',
                        'action_p2_conv1', 'action_p2_expand')):
    r = c // 4
    shapes = [(r, c), (c, r), (r, c, 1, 1), (r, r, 3), (c, r, 1, 1)]
    state = {f'{PLACE}net.weight': torch.randn(4, c, 1, 1)}
    for name, shape in zip(names, shapes):
        state[f'{PLACE}{name}.weight'] = torch.randn(shape)
    return state


@pytest.mark.parametrize('names', [
    ('fcce.0', 'fcce.2', 'action_p2_squeeze', 'action_p2_conv1',
     'action_p2_expand'),
    ('a', 'b', 'c', 'd', 'e'),
])
def test_two_are_renamed_and_three_dead_whatever_they_are_called(names):
    state = wrapper(names=names)
    result, dead = rename_official_se(state)
    assert dead == [f'{PLACE}{name}.weight' for name in names[2:]]
    assert set(result) == {
        f'{PLACE}{name}.weight' for name in ('net', 'se.squeeze', 'se.expand')
    }
    for ours, theirs in (('net', 'net'), ('se.squeeze', names[0]),
                         ('se.expand', names[1])):
        assert torch.equal(result[f'{PLACE}{ours}.weight'],
                           state[f'{PLACE}{theirs}.weight'])


def test_a_second_tensor_of_the_same_shape_keeps_its_name():
    state = wrapper()
    state[f'{PLACE}more.weight'] = torch.zeros(2, 8)
    assert f'{PLACE}more.weight' in rename_official_se(state)[0]


def test_another_shape_keeps_its_name():
    state = {**wrapper(), f'{PLACE}odd.weight': torch.zeros(3, 3)}
    result, dead = rename_official_se(state)
    assert f'{PLACE}odd.weight' in result and len(dead) == 3


def test_this_packages_own_names_stay():
    result, _ = rename_official_se(wrapper())
    again, dead = rename_official_se(result)
    assert dead == [] and list(again) == list(result)


def test_a_state_without_wrappers_stays():
    state = {'layer1.0.conv1.conv.weight': torch.zeros(2, 8, 1, 1),
             'layer1.0.conv2.conv.weight': torch.zeros(2, 2, 3, 3)}
    assert rename_official_se(state) == (state, [])
