import pytest
import torch

from mmgesture.models.layers.masked import step_mask
from mmgesture.models.layers.temporal_attention import (
    TemporalAttentionBlock, attention_pattern)


def run(layer, x, length):
    mask = step_mask(torch.tensor([length] * len(x)), x.shape[-1])
    return layer(x * mask, mask)


def test_pattern_is_a_band_of_valid_keys():
    mask = step_mask(torch.tensor([4]), 5)
    assert attention_pattern(mask, 3)[0, 0].int().tolist() == [
        [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 0],
        [0, 0, 0, 0, 1]
    ]
    assert attention_pattern(mask, None)[0, 0, :4, :4].all()


@pytest.mark.parametrize('window', [None, 3])
@pytest.mark.parametrize('stride', [1, 2])
@pytest.mark.parametrize('length', [1, 2, 7, 12])
def test_padding_changes_nothing(window, stride, length):
    torch.manual_seed(0)
    layer = TemporalAttentionBlock(8, 2, window, stride, layer_scale=.5)
    x = torch.randn(2, 8, length)
    alone, _ = run(layer, x, length)
    longer = torch.cat((x, torch.randn(2, 8, 9)), -1)
    out, mask = run(layer, longer, length)
    steps = alone.shape[-1]
    assert steps == -(-length // stride) == mask[0].sum()
    torch.testing.assert_close(out[..., :steps], alone, atol=1e-5, rtol=1e-4)
    assert not out[..., steps:].any()


def test_a_step_sees_as_far_as_the_window():
    torch.manual_seed(0)
    layer = TemporalAttentionBlock(8, 2, window=5)
    x = torch.randn(1, 8, 20, requires_grad=True)
    run(layer, x, 20)[0][0, :, 10].sum().backward()
    seen = x.grad[0].abs().sum(0).nonzero().flatten().tolist()
    # two steps of attention, one more through the convolution
    assert seen == list(range(7, 14))


@pytest.mark.parametrize('options, message', [
    (dict(window=4), 'odd'), (dict(num_heads=3), 'multiple'),
    (dict(stride=4), '1 or 2')
])
def test_impossible_options_are_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        TemporalAttentionBlock(8, **options)
