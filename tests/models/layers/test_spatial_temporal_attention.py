import pytest
import torch
from torch import nn

from mmgesture.models.layers.masked import step_mask
from mmgesture.models.layers.spatial_temporal_attention import \
    SpatialTemporalAttention


def full(x):
    return step_mask(torch.tensor([x.shape[-1]] * len(x)), x.shape[-1])


def test_it_is_what_cbam_computes_on_a_map_of_width_one():
    """CBAM with its 7 x 7 kernel on (B, C, T, 1)."""
    torch.manual_seed(0)
    layer = SpatialTemporalAttention(16, reduction=4)
    kernel = torch.randn(1, 2, 7, 7)
    layer.conv.weight.data = kernel[..., 3]
    x = torch.randn(2, 16, 9, 1)

    def mlp(pooled):
        return layer.mlp(pooled.flatten(2))[..., None]

    weights = mlp(nn.functional.adaptive_avg_pool2d(x, 1)) + mlp(
        nn.functional.adaptive_max_pool2d(x, 1))
    y = x * weights.sigmoid()
    pooled = torch.cat((y.mean(1, True), y.amax(1, True)), 1)
    weights = nn.functional.conv2d(pooled, kernel, layer.conv.bias, padding=3)
    y = y * weights.sigmoid()
    torch.testing.assert_close(layer(x[..., 0], full(x[..., 0])), y[..., 0])


@pytest.mark.parametrize('length', [1, 4, 12])
def test_padding_changes_nothing(length):
    torch.manual_seed(0)
    layer = SpatialTemporalAttention(8, reduction=2)
    x = -torch.rand(2, 8, length)  # zeros would be the maximum
    longer = torch.cat((x, torch.zeros(2, 8, 5)), -1)
    mask = step_mask(torch.tensor([length, length]), length + 5)
    out = layer(longer, mask)
    torch.testing.assert_close(out[..., :length], layer(x, full(x)))
    assert not out[..., length:].any()


def test_narrow_features_keep_four_hidden_channels():
    assert SpatialTemporalAttention(8).mlp[0].out_channels == 4
    assert SpatialTemporalAttention(512).mlp[0].out_channels == 32
