import math

import pytest
import torch

from mmgesture.models.layers.mmn_embedding import (SkeletonProjection,
                                                   TemporalReduction,
                                                   time_features)


def test_time_features_by_hand():
    times = torch.tensor([[-1., 0., .5]])
    out = time_features(times, 4)
    assert out.shape == (1, 4, 3)
    for j, t in enumerate(times[0].tolist()):
        expected = [math.sin(t), math.cos(t), math.sin(t / 100),
                    math.cos(t / 100)]  # 10000^(-2/4) = 1/100
        assert out[0, :, j].tolist() == pytest.approx(expected, abs=1e-6)


def test_odd_number_of_channels_is_refused():
    with pytest.raises(ValueError, match='even'):
        time_features(torch.zeros(1, 2), 5)


@pytest.mark.parametrize('frames, halved', [(8, 4), (7, 4), (1, 1)])
def test_reduction_halves_and_repeats_the_border(frames, halved):
    module = TemporalReduction(4).eval()
    out = module(torch.ones(1, 4, frames, 3))
    assert out.shape == (1, 4, halved, 3)
    # a body at rest stays at rest, also at the first and the last frame
    torch.testing.assert_close(out, out[:, :, :1].expand_as(out))


def test_projection_has_the_published_size():
    assert sum(p.numel() for p in SkeletonProjection(2, 96).parameters()) \
        == 714
