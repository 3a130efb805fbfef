import pytest
import torch

from mmgesture.models.layers.dyn_e import DynE, wide_kernel
from mmgesture.models.layers.masked import step_mask
from mmgesture.models.layers.residual import ResidualBranch

DYNAMIC = ('instance', 'instance_gate', 'narrow', 'wide', 'local_gate')


def run(layer, x, length=None):
    length = x.shape[-1] if length is None else length
    mask = step_mask(torch.tensor([length] * len(x)), x.shape[-1])
    return layer(x * mask, mask)


def slow(layer, x):
    """The formula on one unpadded sequence (C, T), step by step."""
    channels, steps = x.shape

    def depthwise(conv, z):
        size = conv.kernel_size[0]
        out = torch.zeros_like(z)
        for t in range(z.shape[1]):
            for j in range(size):
                s = t + j - size // 2
                if 0 <= s < z.shape[1]:
                    out[:, t] += conv.weight[:, 0, j] * z[:, s]
        return out + conv.bias[:, None]

    z = torch.nn.functional.layer_norm(x.T, (channels, )).T
    phi = depthwise(layer.instance_gate, z.mean(1, keepdim=True)).relu()
    psi = depthwise(layer.local_gate, z)
    local = (depthwise(layer.narrow, z) + depthwise(layer.wide, z)).relu()
    x = x + depthwise(layer.instance, z) * phi + local * psi + z
    y = torch.nn.functional.group_norm(x[None], layer.norm2.groups)
    return x + layer.mlp(y)[0]


@pytest.mark.parametrize('kernel_size, expand, expected', [
    (1, 5, 11), (3, 1.5, 7), (15, 1.3, 21), (3, 5, 21), (1, 2, 5)
])
def test_wide_kernel_is_the_next_odd_size(kernel_size, expand, expected):
    assert wide_kernel(kernel_size, expand) == expected


@pytest.mark.parametrize('kernel_size', [1, 3])
@pytest.mark.parametrize('steps', [1, 2, 9])
def test_layer_equals_the_formula_written_out(kernel_size, steps):
    torch.manual_seed(0)
    layer = DynE(8, kernel_size, expand=2, groups=2, init_std=.5)
    x = torch.randn(2, 8, steps)
    with torch.no_grad():
        out, _ = run(layer, x)
        expected = torch.stack([slow(layer, row) for row in x])
    torch.testing.assert_close(out, expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize('stride', [1, 2])
@pytest.mark.parametrize('length', [1, 2, 7, 12])
def test_padding_changes_nothing(stride, length):
    torch.manual_seed(0)
    layer = DynE(8, stride=stride, groups=2, layer_scale=.5)
    x = torch.randn(2, 8, length)
    alone, _ = run(layer, x)
    longer = torch.cat((x, torch.randn(2, 8, 9)), -1)
    out, mask = run(layer, longer, length)
    steps = alone.shape[-1]
    assert mask.sum(-1).flatten().tolist() == [steps, steps]
    torch.testing.assert_close(out[..., :steps], alone)
    assert not out[..., steps:].any()


def gradients(init_std):
    torch.manual_seed(0)
    layer = DynE(8, groups=2, init_std=init_std)
    out, _ = run(layer, torch.randn(3, 8, 20))
    out.square().sum().backward()
    return {
        f'{name}.{kind}': getattr(getattr(layer, name), kind).grad
        for name in DYNAMIC for kind in ('weight', 'bias')
    }


def test_every_dynamic_branch_is_alive():
    for name, gradient in gradients(0.1).items():
        assert gradient.abs().max() > 0, name


def test_kernels_that_start_at_zero_stay_there():
    for name, gradient in gradients(0.).items():
        assert gradient.abs().max() == 0, name


def test_first_layer_scale_shrinks_the_branch():
    branch = ResidualBranch(4, 1e-4)
    x = torch.randn(2, 4, 3)
    torch.testing.assert_close(branch(x), x * 1e-4)
    assert ResidualBranch(4)(x) is x


def test_a_stride_of_three_is_an_error():
    with pytest.raises(ValueError, match='1 or 2'):
        DynE(16, stride=3)
