import pytest
import torch

from mmgesture.models.localizers.point_decoder import (PointDecoderLayer,
                                                       points_to_segments)


def make(**options):
    torch.manual_seed(0)
    options = {**dict(num_points=6, feedforward=16, dim_dynamic=8,
                      num_heads=2, d_state=4), **options}
    return PointDecoderLayer(16, 3, **options).eval()


@pytest.mark.parametrize('number, spanning', [(30, 20), (25, 16), (4, 2),
                                              (31, 20), (35, 23)])
def test_last_third_of_the_points_spans_no_segment(number, spanning):
    points = torch.full((2, number), .5)
    points[:, spanning - 1] = .9
    points[:, 0] = .2
    points[:, spanning:] = torch.tensor([[0.], [1.]])
    segments = points_to_segments(points)
    torch.testing.assert_close(segments, torch.tensor([[.2, .9]] * 2))


def test_points_move_by_half_the_length():
    layer = make(num_mamba=0)
    torch.nn.init.zeros_(layer.reg[-1].weight)
    layer.reg[-1].bias.data = torch.tensor([-1., 1, 0, 0, 2, 0])
    points = torch.tensor([[[.4, .5, .6, .5, .1, .9]]])  # spans 0.2
    _, moved, _ = layer(
        torch.randn(1, 10, 16), points, torch.randn(1, 1, 16),
        torch.tensor([10]))
    torch.testing.assert_close(
        moved, torch.tensor([[[.3, .6, .6, .5, .3, .9]]]))


@pytest.mark.parametrize('compat', [False, True])
def test_points_at_one_place_part_unless_it_is_pointtad(compat):
    layer = make(compat=compat)
    points = torch.full((1, 2, 6), .5)
    _, moved, _ = layer(
        torch.randn(1, 10, 16), points, torch.randn(1, 2, 16),
        torch.tensor([10]))
    assert torch.equal(moved, points) == compat


def test_ends_of_the_window_are_edges_and_in_pointtad_centres():
    """A point at u = 1 lies behind the last step, or on its centre."""
    seen = []
    for compat in (False, True):
        layer = make(compat=compat)
        layer.deformation.forward = lambda f, points, *rest: seen.append(
            points) or f.new_zeros(1, 1, 6, 16)
        layer(torch.randn(1, 10, 16), torch.ones(1, 1, 6),
              torch.randn(1, 1, 16), torch.tensor([10]))
    assert seen[0].unique().tolist() == [10]
    assert seen[1].unique().tolist() == [9]


def test_every_parameter_gets_a_gradient():
    layer = make(num_mamba=1)
    logits, points, query = layer(
        torch.randn(2, 10, 16), torch.rand(2, 4, 6), torch.randn(2, 4, 16),
        torch.tensor([10, 7]))
    assert logits.shape == (2, 4, 4)
    weights = torch.randn_like(query)
    (logits.pow(2).sum() + points.pow(2).sum() +
     (query * weights).sum()).backward()
    for name, parameter in layer.named_parameters():
        assert parameter.grad.abs().max() > 0, name
