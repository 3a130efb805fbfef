import pytest
import torch

from mmgesture.models.layers.mmn_fusion import ScaleFusion


def scales(num=4, batch=2, frames=16, points=3):
    torch.manual_seed(0)
    return [torch.randn(batch, 8, frames >> k, points) for k in range(num)]


def slow(module, xs):
    """Stage by stage, the softmax written out."""
    num = len(xs)
    even = []
    for k, x in enumerate(xs[:-1], 1):
        conv, bn, _ = module.get_submodule(f'down{k}')
        s = 2**(num - k)
        # (N, C, T, V) -> (N, C, T', s, V): blocks of s frames
        blocks = x.unflatten(2, (-1, s))
        y = torch.einsum('ncfsv,ocs->nofv', blocks, conv.weight[..., 0])
        y = y + conv.bias[None, :, None, None]
        even.append(bn(y).clamp(min=0))
    bn, _ = module.get_submodule(f'f{num}_proc')
    even.append(bn(xs[-1]).clamp(min=0))
    power = module.gate_conv(torch.cat(even, 1)).exp()
    gate = power / power.sum(1, keepdim=True)
    out = module.res_conv(even[-1])
    for k, x in enumerate(even):
        out = out + gate[:, k, None] * x
    return out


@pytest.mark.parametrize('num', [2, 3, 4])
def test_values_and_gradients_are_those_of_the_slow_one(num):
    module = ScaleFusion(8, num).double().eval()
    xs = [x.double().requires_grad_() for x in scales(num)]
    fast, plain = module(xs), slow(module, xs)
    assert fast.shape == xs[-1].shape
    torch.testing.assert_close(fast, plain)
    inputs = xs + list(module.parameters())
    weight = torch.randn_like(fast)
    for a, b in zip(torch.autograd.grad(fast, inputs, weight),
                    torch.autograd.grad(plain, inputs, weight)):
        torch.testing.assert_close(a, b)


def test_size_is_the_published_one():
    assert sum(p.numel() for p in ScaleFusion(96).parameters()) == 176932


def test_wrong_number_of_scales_is_told():
    with pytest.raises(ValueError, match='expected 4 scales, got 3'):
        ScaleFusion(8)(scales(3))
    with pytest.raises(ValueError, match='two scales'):
        ScaleFusion(8, 1)
