import pytest
import torch
from torch import nn

from mmgesture.models.layers.masked import (ChannelNorm, MaskedConv1d,
                                            MaskedGroupNorm, halve_mask,
                                            masked_max_pool, masked_mean,
                                            step_mask)

LENGTHS = [1, 2, 5, 8]


def padded(length, total, channels=6, seed=0):
    """One sequence of negative values, alone and with padding."""
    generator = torch.Generator().manual_seed(seed)
    x = -torch.rand(1, channels, length, generator=generator) - .1
    long = torch.zeros(1, channels, total)
    long[..., :length] = x
    return x, long, step_mask(torch.tensor([length]), total)


def test_mask_is_true_for_the_first_steps():
    mask = step_mask(torch.tensor([1, 3]), 4)
    assert mask.tolist() == [[[True, False, False, False]],
                             [[True, True, True, False]]]
    assert halve_mask(mask).tolist() == [[[True, False]], [[True, True]]]
    assert halve_mask(mask, 1) is mask


@pytest.mark.parametrize('length', LENGTHS)
def test_mean_sees_the_valid_steps_alone(length):
    x, long, mask = padded(length, 11)
    torch.testing.assert_close(masked_mean(long, mask),
                               x.mean(-1, keepdim=True))


@pytest.mark.parametrize('length', LENGTHS)
def test_max_pool_of_negative_values_is_not_lifted_by_padding(length):
    x, long, mask = padded(length, 11)
    expected = nn.functional.max_pool1d(x, 3, 2, 1)
    pooled, half = masked_max_pool(long, mask)
    steps = expected.shape[-1]
    assert half.sum() == steps == (length + 1) // 2
    torch.testing.assert_close(pooled[..., :steps], expected)
    assert not pooled[..., steps:].any()


@pytest.mark.parametrize('length', LENGTHS)
def test_group_norm_equals_torch_on_the_valid_steps(length):
    x, long, mask = padded(length, 11)
    norm, plain = MaskedGroupNorm(3, 6), nn.GroupNorm(3, 6)
    with torch.no_grad():
        for a, b in zip(norm.parameters(), plain.parameters()):
            a.copy_(torch.randn(6))
            b.copy_(a)
    out = norm(long, mask)
    torch.testing.assert_close(out[..., :length], plain(x))
    assert not out[..., length:].any()


def test_channel_norm_equals_layer_norm_of_each_step():
    norm, plain = ChannelNorm(6), nn.LayerNorm(6)
    nn.init.normal_(norm.weight)
    plain.weight = norm.weight
    x = torch.randn(2, 6, 5)
    torch.testing.assert_close(norm(x), plain(x.mT).mT)


@pytest.mark.parametrize('length', LENGTHS)
@pytest.mark.parametrize('stride', [1, 2])
def test_convolution_of_padded_input_is_that_of_the_sequence(length, stride):
    x, long, mask = padded(length, 11)
    conv = MaskedConv1d(6, 4, stride=stride)
    expected, out = conv(x), conv(long, mask)
    steps = expected.shape[-1]
    torch.testing.assert_close(out[..., :steps], expected)
    assert not out[..., steps:].any()


@pytest.mark.parametrize('size', [1, 3, 7, 11])
@pytest.mark.parametrize('length', [1, 4, 20])
def test_depthwise_convolution_equals_torch_with_every_gradient(size, length):
    torch.manual_seed(0)
    conv = MaskedConv1d(6, 6, size, groups=6)
    x = torch.randn(2, 6, length, requires_grad=True)
    out, expected = conv(x), nn.Conv1d.forward(conv, x)
    torch.testing.assert_close(out, expected)
    weight = torch.randn_like(out)
    inputs = [x, *conv.parameters()]
    for a, b in zip(*(torch.autograd.grad((y * weight).sum(), inputs)
                      for y in (out, expected))):
        torch.testing.assert_close(a, b)


def test_impossible_sizes_are_an_error():
    with pytest.raises(ValueError, match='odd'):
        MaskedConv1d(4, 4, 2)
    with pytest.raises(ValueError, match='multiple'):
        MaskedGroupNorm(3, 4)
