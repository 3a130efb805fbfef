import numpy as np
import pytest

from mmgesture.evaluation.functional import mean_class_accuracy
from mmgesture.evaluation.functional.forced_choice import forced_choice

LABELS = [0, 3, 1, 2, 3]
SCORES = np.array([
    [.3, .5, .0, .2],  # 0 against 3: right, although 1 is best of all
    [.4, .1, .2, .3],  # 3 against 0: wrong
    [.1, .2, .4, .3],  # 1 is in no pair
    [.0, .0, .9, .1],  # 2 is in no pair
    [.25, .25, .25, .25],  # equal
])


def test_choice_is_between_the_two_classes_of_the_pair():
    result = forced_choice(LABELS, SCORES, [(3, 0)])
    np.testing.assert_array_equal(result.rows, [0, 1, 4])
    np.testing.assert_array_equal(result.choices, [0, 0, 0])
    np.testing.assert_array_equal(result.hits, [1, 0, .5])


def test_order_within_a_pair_does_not_matter():
    for first, second in zip(
            forced_choice(LABELS, SCORES, [(3, 0), (1, 2)]),
            forced_choice(LABELS, SCORES, [(2, 1), (0, 3)])):
        np.testing.assert_array_equal(first, second)


def test_always_the_commoner_class_is_chance_when_averaged_by_class():
    labels = np.array([0] * 50 + [1] * 2)
    scores = np.tile([.9, .1], (52, 1))
    result = forced_choice(labels, scores, [(0, 1)])
    assert result.hits.mean() > 0.96
    assert mean_class_accuracy(labels[result.rows], result.choices) == 0.5


def test_no_clip_of_a_pair_gives_empty_arrays():
    result = forced_choice([1, 2], SCORES[:2], [(0, 3)])
    assert len(result.rows) == len(result.hits) == len(result.choices) == 0


@pytest.mark.parametrize('pairs', [[(0, 4)], [(-1, 0)], [(0, 1), (1, 2)],
                                   [(0, 0)], [(0, 1, 2)]])
def test_wrong_pairs_are_refused(pairs):
    with pytest.raises(ValueError, match='different classes from 0 to 3'):
        forced_choice(LABELS, SCORES, pairs)


def test_scores_need_a_row_per_label():
    with pytest.raises(ValueError, match=r'\(4, num_classes\), got \(5, 4\)'):
        forced_choice([0, 1, 2, 3], SCORES, [(0, 1)])
