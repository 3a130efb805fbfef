import pytest
import torch

from mmgesture.models.localizers.point_sampling import (PointDeformation,
                                                        sample_steps)


def one(features, position, steps):
    """Linear interpolation, written out."""
    position = min(max(position, 0), steps - 1)
    lower = min(int(position), max(steps - 2, 0))
    upper = min(lower + 1, steps - 1)
    share = position - lower
    return (1 - share) * features[lower] + share * features[upper]


@pytest.mark.parametrize('steps', [1, 2, 5, 9])
def test_sampling_interpolates_between_valid_steps(steps):
    torch.manual_seed(0)
    features = torch.randn(2, 9, 3)
    positions = torch.rand(2, 7, 4) * 14 - 3
    positions[0, 0] = torch.tensor([0., 4., 8., 8.5])
    weights = torch.rand(2, 7, 4)
    found = sample_steps(features, positions, weights,
                         torch.tensor([steps, steps]))
    for b in range(2):
        for n in range(7):
            expected = sum(
                w * one(features[b], float(p), steps)
                for p, w in zip(positions[b, n], weights[b, n]))
            torch.testing.assert_close(found[b, n], expected)


def test_sampling_equals_grid_sample_with_aligned_corners():
    torch.manual_seed(0)
    features = torch.randn(2, 9, 3)
    u = torch.rand(2, 7, 1)  # PointTAD's positions
    ones = torch.ones_like(u)
    found = sample_steps(features, u * 8, ones, torch.tensor([9, 9]))
    grid = torch.stack((u * 2 - 1, torch.zeros_like(u)), -1)
    expected = torch.nn.functional.grid_sample(
        features.mT[:, :, None], grid, align_corners=True)
    torch.testing.assert_close(found, expected[..., 0].mT)


def test_positions_get_the_slope_as_gradient_on_whole_steps_too():
    features = torch.tensor([[[0.], [2.], [5.], [5.5]]])
    positions = torch.tensor([[[0.], [1.], [1.5], [3.]]], requires_grad=True)
    sample_steps(features, positions, torch.ones(1, 4, 1),
                 torch.tensor([4])).sum().backward()
    assert positions.grad.flatten().tolist() == [2., 3., 3., .5]


def test_boundary_points_and_others_have_offsets_of_their_own():
    torch.manual_seed(0)
    layer = PointDeformation(8)
    torch.nn.init.normal_(layer.offsets.weight)
    torch.nn.init.normal_(layer.weights.weight)
    features, query = torch.randn(1, 12, 8), torch.randn(1, 3, 8)
    points = torch.rand(1, 3, 6) * 11
    found = layer(features, points, query, torch.tensor([12]))
    offsets = layer.offsets(query).view(1, 3, 2, 4)
    weights = layer.weights(query).view(1, 3, 2, 4).softmax(-1)
    for n in range(3):
        for i in range(6):
            group = 0 if i < 4 else 1
            expected = sum(
                weights[0, n, group, j] *
                one(features[0], float(points[0, n, i] +
                                       offsets[0, n, group, j]), 12)
                for j in range(4))
            torch.testing.assert_close(found[0, n, i], expected)


@pytest.mark.parametrize('compat, first', [(False, [-1.5, -.5, .5, 1.5]),
                                           (True, [1., 2., 3., 4.])])
def test_sub_points_start_around_the_point_or_ahead_of_it(compat, first):
    layer = PointDeformation(8, compat)
    assert layer.offsets.bias.tolist() == first * 2
    assert bool(layer.offsets.weight.any()) == compat
    assert not layer.weights.bias.any()
