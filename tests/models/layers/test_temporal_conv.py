import pytest
import torch
from torch.nn import functional as F

from mmgesture.models.layers import (TILES, temporal_conv3d,
                                     temporal_transform)


@pytest.mark.parametrize('taps', sorted(TILES))
@pytest.mark.parametrize('frames', [1, 3, 8, 11, 16])
def test_it_is_the_convolution_at_every_frame(taps, frames):
    x = torch.randn(2, 3, frames, 5, 4, dtype=torch.float64)
    weight = torch.randn(4, 3, taps, taps, 3, dtype=torch.float64)
    y = temporal_conv3d(x, weight, temporal_transform(taps, x.dtype))
    expected = F.conv3d(x, weight, padding=(taps // 2, taps // 2, 1))
    assert y.shape == expected.shape
    assert torch.allclose(y, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize('taps', sorted(TILES))
def test_gradients_are_those_of_the_convolution(taps):
    x = torch.randn(1, 2, 9, 3, 3, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(
        2, 2, taps, 3, 3, dtype=torch.float64, requires_grad=True)
    upstream = torch.randn(1, 2, 9, 3, 3, dtype=torch.float64)
    transform = temporal_transform(taps, x.dtype)
    found = torch.autograd.grad(
        temporal_conv3d(x, weight, transform), (x, weight), upstream)
    expected = torch.autograd.grad(
        F.conv3d(x, weight, padding=(taps // 2, 1, 1)), (x, weight),
        upstream)
    for one, other in zip(found, expected):
        assert torch.allclose(one, other, rtol=0, atol=1e-11)


@pytest.mark.parametrize('taps', sorted(TILES))
def test_fp32_rounds_a_few_times_more_at_most(taps):
    torch.manual_seed(0)
    x = torch.randn(1, 128, 16, 5, 5)
    weight = torch.randn(16, 128, taps, 3, 3) / (128 * taps * 9)**.5
    exact = F.conv3d(x.double(), weight.double(), padding=(taps // 2, 1, 1))

    def error(y):
        return (y.double() - exact).square().mean().sqrt()

    # the same 2-D convolutions, one per tap: how a processor adds up within
    # one of them is then no part of the comparison
    padded = F.pad(x, (0, 0, 0, 0, taps // 2, taps // 2))[0].transpose(0, 1)
    plain = sum(
        F.conv2d(padded[k:k + 16], weight[:, :, k], padding=1)
        for k in range(taps)).transpose(0, 1)
    ours = error(temporal_conv3d(x, weight, temporal_transform(taps)))
    # of values around 1; 16 times the channels halve the factor
    assert ours < 6 * error(plain) and ours < 3e-6


def test_fewer_products_are_computed(monkeypatch):
    calls = []
    original = F.conv2d
    monkeypatch.setattr(
        F, 'conv2d', lambda x, w, padding: calls.append(len(x)) or original(
            x, w, padding=padding))
    x, weight = torch.randn(1, 2, 16, 3, 3), torch.randn(2, 2, 5, 3, 3)
    temporal_conv3d(x, weight, temporal_transform(5))
    # 8 points, 4 tiles of 4 frames: 32 products of maps instead of 5 * 16
    assert calls == [4] * 8
