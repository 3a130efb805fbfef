import pytest
import torch

from mmgesture.models.layers import (fit_spatial, resize_spatial,
                                     resize_temporal, square_grid)


def test_same_size_is_returned_as_it_is():
    embedding = torch.randn(1, 6, 4)
    assert resize_spatial(embedding, (2, 3), (2, 3)) is embedding
    assert resize_temporal(embedding, 6) is embedding


def test_temporal_resizing_is_linear():
    ramp = torch.tensor([0., 2.]).reshape(1, 2, 1)
    out = resize_temporal(ramp, 4).flatten()
    assert torch.allclose(out, torch.tensor([0., .5, 1.5, 2.]))


def test_spatial_resizing_keeps_the_axes_apart():
    # the value is the row, so it must not vary along a row
    rows = torch.arange(4.).repeat_interleave(4).reshape(1, 16, 1)
    out = resize_spatial(rows, (4, 4), (8, 6)).reshape(8, 6)
    assert torch.allclose(out, out[:, :1].expand(8, 6), atol=1e-5)
    assert (out[1:, 0] > out[:-1, 0]).all()


def test_constant_stays_constant():
    out = resize_spatial(torch.full((1, 9, 2), 3.), (3, 3), (5, 4))
    assert torch.allclose(out, torch.full((1, 20, 2), 3.))


def test_square_grid_knows_squares():
    assert square_grid(196) == (14, 14)
    assert square_grid(197) is None


def test_class_slot_is_kept_in_front_and_the_rest_resized():
    embedding = torch.randn(1, 17, 3)
    out, change = fit_spatial(embedding, (2, 6), class_slot=True)
    assert torch.equal(out[:, :1], embedding[:, :1])
    assert torch.equal(out[:, 1:],
                       resize_spatial(embedding[:, 1:], (4, 4), (2, 6)))
    assert change == 'grid (4, 4) -> (2, 6)'


def test_class_slot_is_dropped_only_on_purpose():
    embedding = torch.randn(1, 5, 3)
    with pytest.raises(ValueError, match='convert_videomamba'):
        fit_spatial(embedding, (2, 2), class_slot=False)
    out, change = fit_spatial(embedding, (2, 2), False, drop_slot=True)
    assert torch.equal(out, embedding[:, 1:])
    assert change == 'class slot dropped'


def test_positions_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match='got 7 positions'):
        fit_spatial(torch.zeros(1, 7, 3), (2, 2), False)
    with pytest.raises(ValueError, match='has a class token'):
        fit_spatial(torch.zeros(1, 4, 3), (2, 2), class_slot=True)
