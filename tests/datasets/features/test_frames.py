"""Steps of sampled frames."""
import numpy as np
import pytest

from mmgesture.datasets.features import FrameGrid
from mmgesture.structures import UntrimmedVideo


def test_the_native_rate_is_one_frame_after_the_other():
    frames = FrameGrid(frames_per_step=4)
    grid = frames.grid(UntrimmedVideo('v', num_frames=21))
    assert (grid.stride, grid.offset, grid.num_steps) == (4, 2, 6)
    assert frames.frame_indices(grid, 0, 2, 21).tolist() == list(range(8))
    # the last step reaches beyond the video and repeats its last frame
    assert frames.frame_indices(grid, 5, 1, 21).tolist() == [20] * 4


def test_ten_of_28_frames_a_second():
    frames = FrameGrid(10, 4)
    video = UntrimmedVideo('v', num_frames=280, fps=28)
    grid = frames.grid(video)
    assert grid.num_steps == 25 and grid.stride == pytest.approx(11.2)
    chosen = frames.frame_indices(grid, 0, 25, 280)
    assert len(chosen) == 100
    # sampled frame i is shown at (i + 1/2) / 10 seconds
    times = (np.arange(100) + 0.5) / 10
    np.testing.assert_array_equal(chosen, np.floor(times * 28 + 1e-9))
    # the middle of step g is the frame that the grid calls so
    middle = grid.to_frames(np.arange(25))
    np.testing.assert_allclose(middle, (np.arange(25) + 0.5) * 11.2)


def test_a_faster_rate_repeats_frames():
    frames = FrameGrid(50)
    grid = frames.grid(UntrimmedVideo('v', num_frames=3, fps=25))
    assert frames.frame_indices(grid, 0, 6, 3).tolist() == [0, 0, 1, 1, 2, 2]


def test_what_is_not_known_is_asked_for():
    with pytest.raises(ValueError, match='num_frames and fps'):
        FrameGrid().grid(UntrimmedVideo('v'))
    with pytest.raises(ValueError, match='num_frames and fps'):
        FrameGrid(10).grid(UntrimmedVideo('v', num_frames=3))
    for wrong in (dict(fps=0), dict(frames_per_step=0)):
        with pytest.raises(ValueError, match='positive'):
            FrameGrid(**wrong)
