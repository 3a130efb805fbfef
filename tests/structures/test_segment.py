"""Segments and the grid of steps."""
import math

import numpy as np
import pytest

from mmgesture.structures import GestureSegment, TimeGrid


def test_a_segment_knows_its_length():
    assert GestureSegment(3, 10.5, 2).length == 7.5


@pytest.mark.parametrize('values', [
    dict(start=5, end=5, label=0),
    dict(start=6, end=5, label=0),
    dict(start=math.nan, end=5, label=0),
    dict(start=0, end=math.inf, label=0),
    dict(start=0, end=5, label=-1),
    dict(start=0, end=5, label=0, score=math.nan),
])
def test_an_impossible_segment_is_refused(values):
    with pytest.raises(ValueError, match='expected'):
        GestureSegment(**values)


def test_steps_of_16_frames_every_4_lie_as_the_paper_has_it():
    # paper 001's recipe: g = (t * fps - 0.5 * 16) / 4
    grid = TimeGrid(4, 8, 100)
    assert grid.to_steps([8, 12, 100]).tolist() == [0, 1, 23]
    assert grid.to_frames([0, 1, 23]).tolist() == [8, 12, 100]


def test_a_value_per_frame_has_its_centre_in_the_frame():
    grid = TimeGrid(1, 0.5, 10)
    # frame 3 is [3, 4): steps 2.5 to 3.5
    assert grid.to_steps([3, 4]).tolist() == [2.5, 3.5]


@pytest.mark.parametrize('grid', [(4, 8, 7), (0.7, 0.35, 3), (2.5, 20, 40)])
def test_frames_and_steps_are_inverse(grid):
    grid = TimeGrid(*grid)
    frames = np.linspace(-5, 500, 31).reshape(-1, 1)
    np.testing.assert_allclose(
        grid.to_frames(grid.to_steps(frames)), frames, atol=1e-9)


@pytest.mark.parametrize('numbers', [(0, 0, 5), (-1, 0, 5), (1, 0, 0)])
def test_a_grid_needs_a_stride_and_a_step(numbers):
    with pytest.raises(ValueError, match='positive stride'):
        TimeGrid(*numbers)
