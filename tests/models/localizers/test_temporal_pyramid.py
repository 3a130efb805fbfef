import pytest
import torch

from mmgesture.models import TemporalPyramid
from mmgesture.models.layers.masked import step_mask

BLOCKS = [
    dict(type='dyn_e', groups=2),
    dict(type='dyn_e', groups=2, kernel_size=3, expand=1.5),
    dict(type='attention', num_heads=2),
    dict(type='attention', num_heads=2, window=3)
]


def pyramid(block, **options):
    torch.manual_seed(0)
    options = {**dict(num_levels=4, layer_scale=.5), **options}
    return TemporalPyramid(5, 8, block, **options)


@pytest.mark.parametrize('block', BLOCKS)
@pytest.mark.parametrize('length', [1, 3, 8, 13])
def test_padding_changes_nothing(block, length):
    model = pyramid(block)
    x = torch.randn(2, 5, length)
    longer = torch.cat((x, torch.zeros(2, 5, 11)), -1)
    steps = torch.tensor([length, length])
    alone, _ = model(x, step_mask(steps, length))
    levels, masks = model(longer, step_mask(steps, length + 11))
    for x, y, mask in zip(alone, levels, masks):
        valid = x.shape[-1]
        assert mask.sum(-1).flatten().tolist() == [valid, valid]
        torch.testing.assert_close(y[..., :valid], x, atol=1e-5, rtol=1e-4)
        assert not y[..., valid:].any()


@pytest.mark.parametrize('block', BLOCKS)
def test_levels_halve(block):
    levels, _ = pyramid(block)(torch.randn(1, 5, 13),
                               step_mask(torch.tensor([13]), 13))
    assert [x.shape[-1] for x in levels] == [13, 7, 4, 2]


@pytest.mark.parametrize('block', BLOCKS)
def test_every_parameter_gets_a_gradient(block):
    model = pyramid(block)
    levels, _ = model(torch.randn(2, 5, 16),
                      step_mask(torch.tensor([16, 12]), 16))
    sum((x * torch.randn_like(x)).sum() for x in levels).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_features_may_come_embedded():
    model = TemporalPyramid(
        8, 8, dict(type='dyn_e', groups=2), num_embed=0, num_levels=2)
    levels, _ = model(torch.randn(1, 8, 4), step_mask(torch.tensor([4]), 4))
    assert [x.shape for x in levels] == [(1, 8, 4), (1, 8, 2)]


@pytest.mark.parametrize('options, message', [
    (dict(block=dict(type='conv')), 'dyn_e'),
    (dict(block=dict(type='dyn_e'), num_levels=0), 'at least 1'),
    (dict(block=dict(type='dyn_e'), num_embed=0), 'in_channels'),
])
def test_impossible_options_are_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        TemporalPyramid(5, 8, **options)
