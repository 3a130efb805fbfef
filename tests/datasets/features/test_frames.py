"""Steps that are sampled frames."""
import numpy as np
import pytest

from mmgesture.datasets.features import FrameGrid
from mmgesture.structures import UntrimmedVideo


def test_the_native_rate_is_one_frame_after_the_other():
    frames = FrameGrid()
    grid = frames.grid(UntrimmedVideo('v', num_frames=21))
    assert (grid.stride, grid.offset, grid.num_steps) == (1, 0.5, 21)
    assert frames.frame_indices(grid, 3, 8, 21).tolist() == list(range(3, 11))


def test_ten_of_28_frames_a_second():
    frames = FrameGrid(10)
    grid = frames.grid(UntrimmedVideo('v', num_frames=280, fps=28))
    assert grid.num_steps == 100 and grid.stride == pytest.approx(2.8)
    # step i is shown at (i + 1/2) / 10 seconds
    times = (np.arange(100) + 0.5) / 10
    np.testing.assert_array_equal(
        frames.frame_indices(grid, 0, 100, 280), np.floor(times * 28 + 1e-9))


def test_the_last_step_may_reach_beyond_the_video():
    frames = FrameGrid(10)
    grid = frames.grid(UntrimmedVideo('v', num_frames=21, fps=40))
    assert grid.num_steps == 6
    assert frames.frame_indices(grid, 4, 2, 21).tolist() == [18, 20]


def test_a_faster_rate_repeats_frames():
    frames = FrameGrid(50)
    grid = frames.grid(UntrimmedVideo('v', num_frames=3, fps=25))
    assert frames.frame_indices(grid, 0, 6, 3).tolist() == [0, 0, 1, 1, 2, 2]


def test_what_is_not_known_is_asked_for():
    with pytest.raises(ValueError, match='num_frames and fps'):
        FrameGrid().grid(UntrimmedVideo('v'))
    with pytest.raises(ValueError, match='num_frames and fps'):
        FrameGrid(10).grid(UntrimmedVideo('v', num_frames=3))
    with pytest.raises(ValueError, match='positive'):
        FrameGrid(0)
