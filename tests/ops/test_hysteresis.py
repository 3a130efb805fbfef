import numpy as np
import pytest

from mmgesture.ops.hysteresis import hysteresis_runs


def column(*values):
    return np.array(values, float)[:, None]


def test_a_run_is_where_the_lower_threshold_is_reached():
    steps, labels, peaks = hysteresis_runs(
        column(0, .3, .6, .9, .3, .2, .5), .3)
    assert steps.tolist() == [[1, 5], [6, 7]]
    assert labels.tolist() == [0, 0]
    assert peaks.tolist() == [.9, .5]


@pytest.mark.parametrize('patience, expected', [
    (0, [[0, 1], [2, 3], [5, 6]]), (1, [[0, 3], [5, 6]]), (2, [[0, 6]])])
def test_a_dip_of_at_most_patience_is_bridged(patience, expected):
    scores = column(1, 0, 1, 0, 0, 1)
    assert hysteresis_runs(scores, .5, patience)[0].tolist() == expected


def test_short_runs_are_dropped():
    scores = column(1, 0, 1, 1, 0, 1, 1, 1)
    steps, _, _ = hysteresis_runs(scores, .5, min_length=3)
    assert steps.tolist() == [[5, 8]]


def test_every_class_has_its_own_threshold_and_runs():
    scores = np.array([[.4, .4], [.6, .6], [.6, .3]])
    steps, labels, peaks = hysteresis_runs(scores, np.array([.3, .5]))
    assert steps.tolist() == [[0, 3], [1, 2]]
    assert labels.tolist() == [0, 1]
    assert peaks.tolist() == [.6, .6]


def test_nothing_above_gives_empty_arrays():
    steps, labels, peaks = hysteresis_runs(np.zeros((5, 2)), .5)
    assert steps.shape == (0, 2) and not len(labels) and not len(peaks)
    assert hysteresis_runs(np.zeros((0, 2)), .5)[0].shape == (0, 2)


@pytest.mark.parametrize('scores', [np.zeros(3), np.full((2, 2), np.nan)])
def test_what_is_no_table_of_scores_is_refused(scores):
    with pytest.raises(ValueError, match='finite scores of shape'):
        hysteresis_runs(scores, .5)
