import pytest
import torch
from torch import nn

from mmgesture.models.localizers.point_mixing import (GroupedLinear,
                                                      ParallelMixing)


def make(groups=1, seed=0):
    torch.manual_seed(seed)
    layer = ParallelMixing(12, 5, dim_dynamic=6, groups=groups, dropout=0.)
    for parameter in layer.parameters():
        nn.init.normal_(parameter, std=.3)
    return layer


def slow(layer, x, q):
    """Eqs. 12-15 for one query: x (Ns, D), q (D,), one group."""

    def norm(module, y):
        return nn.functional.layer_norm(y, y.shape[-1:], module.weight,
                                        module.bias)

    theta = layer.frame(q).view(5, 5)
    across = norm(layer.frame_norm, x.T @ theta).relu().T
    first, second = layer.channel(q).chunk(2)
    first, second = first.view(12, 6), second.view(12, 6).T
    within = norm(layer.dynamic_norm, x @ first).relu()
    within = norm(layer.channel_norm, within @ second).relu()
    both = torch.cat((across, within)).flatten()
    update = layer.out.weight[0] @ both + layer.out.bias
    update = norm(layer.out_norm, update).relu()
    return norm(layer.norm, q + update)


def test_mixing_is_the_papers_equations():
    layer = make()
    x, q = torch.randn(2, 3, 5, 12), torch.randn(2, 3, 12)
    expected = torch.stack([
        torch.stack([slow(layer, x[b, n], q[b, n]) for n in range(3)])
        for b in range(2)
    ])
    torch.testing.assert_close(layer(x, q), expected, atol=1e-5, rtol=1e-4)


def test_groups_of_channels_do_not_see_each_other_in_the_last_layer():
    layer = GroupedLinear(8, 6, groups=2)
    x = torch.randn(1, 8, requires_grad=True)
    layer(x)[0, :3].sum().backward()
    assert x.grad[0, :4].all() and not x.grad[0, 4:].any()
    whole = GroupedLinear(8, 6)
    torch.testing.assert_close(
        whole(x), nn.functional.linear(x, whole.weight[0], whole.bias))


@pytest.mark.parametrize('groups', [1, 2, 3])
def test_groups_divide_the_size(groups):
    def size(module):
        return sum(p.numel() for p in module.parameters())

    layer, whole = make(groups), make()
    assert layer(torch.randn(2, 3, 5, 12), torch.randn(2, 3, 12)).shape == (
        2, 3, 12)
    saved = (1 - 1 / groups)
    expected = saved * (whole.channel.weight.numel() +
                        whole.channel.bias.numel() + whole.out.weight.numel())
    assert size(whole) - size(layer) == pytest.approx(expected)


def test_layer_of_the_paper_has_its_size():
    with torch.device('meta'):
        layer = ParallelMixing(512, 30)
    assert layer.channel.weight.numel() == 2 * 64 * 512 * 512  # 33.6 M
    assert layer.out.weight.numel() == 2 * 30 * 512 * 512  # 15.7 M


def test_groups_that_do_not_divide_are_an_error():
    with pytest.raises(ValueError, match='groups=5'):
        ParallelMixing(12, 5, dim_dynamic=6, groups=5)
