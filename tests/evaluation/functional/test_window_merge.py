"""Merging windows of a video."""
import numpy as np
import pytest

from mmgesture.evaluation.functional import WindowMerge


def windows():
    """The same gesture in two windows, another beyond the video's end."""
    return ([np.array([[10, 30], [90, 120]]), np.array([[11, 30]])],
            [np.array([.8, .6]), np.array([.9])],
            [np.array([1, 0]), np.array([1])])


def test_duplicates_go_and_ends_are_clipped():
    segments, scores, labels = WindowMerge()(*windows(), 100)
    assert segments.tolist() == [[11, 30], [90, 100]]
    assert scores.tolist() == [.9, .6] and labels.tolist() == [1, 0]


def test_soft_nms_lowers_and_none_keeps():
    segments, scores, _ = WindowMerge('soft_nms', sigma=0.5)(*windows())
    assert len(segments) == 3 and scores[2] < 0.2
    segments, scores, _ = WindowMerge('none')(*windows())
    assert len(segments) == 3 and scores.tolist() == [.9, .8, .6]


def test_short_weak_and_superfluous_ones_are_dropped():
    assert len(WindowMerge(min_score=0.7)(*windows())[0]) == 1
    assert len(WindowMerge(min_length=20)(*windows())[0]) == 2
    assert len(WindowMerge(max_num=1)(*windows())[0]) == 1
    # entirely beyond the video: nothing is left of it
    assert len(WindowMerge()(*windows(), 80)[0]) == 1


def test_no_window_gives_nothing():
    segments, scores, labels = WindowMerge()([], [], [], 10)
    assert segments.shape == (0, 2) and len(scores) == len(labels) == 0


def test_unknown_methods_are_refused():
    with pytest.raises(ValueError, match='expected a method'):
        WindowMerge('best')
