"""Segments out of probabilities over time."""
import numpy as np
import pytest

from mmgesture.evaluation.functional import (FrameMerge, StepScores,
                                             choose_merge, merge_steps,
                                             segment_f1)
from mmgesture.structures import TimeGrid

from .detection_cases import build


def one_hot(labels, number=3, value=0.9):
    rows = np.full((len(labels), number), (1 - value) / (number - 1))
    rows[np.arange(len(labels)), labels] = value
    return rows


def test_runs_become_segments_in_frames():
    grid = TimeGrid(4, 8, 6)  # windows of 16 frames every 4
    segments, scores, labels = FrameMerge()(
        one_hot([0, 0, 2, 2, 2, 1]), grid, background=0)
    # steps 2 to 4 are the centres 16 to 24: from 14 to 26
    assert segments.tolist() == [[14, 26], [26, 30]]
    assert labels.tolist() == [1, 0]  # numbers without the background
    np.testing.assert_allclose(scores, 0.9)


def test_without_a_background_everything_is_a_gesture():
    segments, _, labels = FrameMerge()(
        one_hot([1, 1, 0]), TimeGrid(1, 0.5, 3))
    assert segments.tolist() == [[0, 2], [2, 3]] and labels.tolist() == [1, 0]


def test_smoothing_removes_a_flicker():
    rows = one_hot([1, 1, 1, 0, 1, 1, 1], 2)
    grid = TimeGrid(1, 0.5, 7)
    assert len(FrameMerge()(rows, grid, 0)[0]) == 2
    assert FrameMerge(smooth=3)(rows, grid, 0)[0].tolist() == [[0, 7]]


def test_gaps_are_closed_within_a_class_and_short_runs_dropped():
    rows = one_hot([1, 1, 0, 1, 1, 0, 0, 2, 1], 3)
    grid = TimeGrid(1, 0.5, 9)
    segments, _, labels = FrameMerge(max_gap=1, min_steps=2)(rows, grid, 0)
    assert segments.tolist() == [[0, 5]] and labels.tolist() == [0]


def test_segments_end_with_the_video():
    segments, _, _ = FrameMerge()(
        one_hot([1, 1], 2), TimeGrid(4, 8, 2), 0, num_frames=13)
    assert segments.tolist() == [[6, 13]]


def test_all_background_gives_nothing():
    segments, scores, labels = FrameMerge()(
        one_hot([0, 0, 0]), TimeGrid(1, 0.5, 3), 0)
    assert segments.shape == (0, 2) and not len(scores) and not len(labels)


@pytest.mark.parametrize('wrong', [dict(smooth=0), dict(min_steps=0),
                                   dict(max_gap=-1)])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match='expected smooth'):
        FrameMerge(**wrong)


def noisy(name, labels, seed):
    """A video at 10 frames/s whose steps are right, but for a flicker."""
    rows = one_hot(labels, 3, 0.8)
    rng = np.random.default_rng(seed)
    flicker = rng.choice(len(labels), len(labels) // 8, replace=False)
    rows[flicker] = 1 / 3
    rows[flicker, rng.integers(0, 3, len(flicker))] += 0.1
    edges = np.flatnonzero(np.diff(labels)) + 1
    runs = np.split(np.arange(len(labels)), edges)
    truth = [(labels[r[0]] - 1, r[0], r[-1] + 1) for r in runs
             if labels[r[0]]]
    return StepScores(
        build(name, truth, [], num_frames=len(labels), fps=10.), rows,
        TimeGrid(1, 0.5, len(labels)))


def test_the_chosen_merge_smooths_what_flickers():
    labels = np.repeat([0, 1, 0, 2, 0, 1, 0], 20)
    steps = [noisy('a', labels, 0), noisy('b', np.roll(labels, 7), 1)]
    merge, tuned = choose_merge(steps, 2, background=0)
    assert merge.smooth > 1 and tuned.f1 == 1
    found = merge_steps(steps, merge, 0)
    assert segment_f1([v.above(tuned.threshold) for v in found], 2).f1 == 1
    assert segment_f1(merge_steps(steps, FrameMerge(), 0), 2).f1 < 1
