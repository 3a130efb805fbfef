import numpy as np
import pytest

from mmgesture.evaluation.functional import (leave_one_group_out,
                                             search_weights)
from mmgesture.evaluation.functional.fusion_search import (MEASURES,
                                                           judge_many,
                                                           predict)

# Stream 0 is right by a little where stream 1 is wrong by much, on clip 0.
CASE = np.array([[[.6, .4], [.7, .3]], [[.2, .8], [.1, .9]]])


def noise(streams=6, clips=60, classes=4, seed=0):
    """Streams that know nothing, so whatever a search finds is chance."""
    rng = np.random.default_rng(seed)
    stack = rng.dirichlet(np.ones(classes), (streams, clips))
    return stack, rng.integers(0, classes, clips)


def test_weight_is_found_as_worked_by_hand():
    # clip 0 is of class 0: .6 w + .2 (1 - w) >= .5 from w = 3/4 on
    # clip 1 is of class 1: .7 w + .1 (1 - w) < .5 below w = 2/3
    # so at most one is right; equal weights have clip 1, nothing is better
    found = search_weights(CASE, [0, 1])
    assert found.start == found.value == .5 and found.sweeps == 1
    assert found.weights.tolist() == [.5, .5]
    # both of class 0: from 3/4 on, where the tie goes to the lower class;
    # of the weights that do it, this is the nearest to .5
    found = search_weights(CASE, [0, 0])
    assert found.start == 0 and found.value == 1
    np.testing.assert_allclose(found.weights, [.75, .25])


def test_exact_tie_of_classes_goes_to_the_lowest_index():
    # w = 3/4: .6 * .75 + .2 * .25 = .5, to the last digit or not
    assert predict(CASE, np.array([.75, .25])).tolist() == [0, 0]
    assert predict(np.full((2, 3, 4), .25), np.array([.3, .7])).tolist() == [
        0, 0, 0]


def test_nearer_weight_wins_and_then_the_lower():
    # the stream alone decides nothing: it keeps its weight
    same = np.stack([CASE[0], CASE[0]])
    assert search_weights(same, [0, 0]).weights.tolist() == [.5, .5]
    # with thirds at the start, the others keep their proportions
    stack = np.concatenate([CASE, CASE[1:]])
    found = search_weights(stack, [0, 0])
    np.testing.assert_allclose(found.weights, [.75, .125, .125])


def test_search_never_ends_below_equal_weights_and_is_repeatable():
    for seed in range(3):
        stack, labels = noise(4, 30, 3, seed)
        first = search_weights(stack, labels)
        again = search_weights(stack.copy(), labels.tolist())
        assert first.value >= first.start
        assert first.weights.tolist() == again.weights.tolist()
        assert first.weights.sum() == pytest.approx(1)
        assert (first.weights >= 0).all()


def test_useless_stream_loses_its_weight():
    labels = np.arange(40) % 4
    good = np.full((40, 4), .2)
    good[np.arange(40), labels] = .4
    bad = np.full((40, 4), .02)
    bad[np.arange(40), (labels + 1) % 4] = .94
    found = search_weights(np.stack([good, bad]), labels)
    assert found.start == 0 and found.value == 1
    assert found.weights[1] < .25


def test_one_stream_has_nothing_to_search():
    found = search_weights(CASE[:1], [0, 1])
    assert found.weights.tolist() == [1] and found.value == .5


def test_overfitting_shows_on_the_videos_left_out():
    groups = np.arange(60) // 6
    inside, outside = [], []
    for seed in range(5):
        stack, labels = noise(seed=seed)
        found = search_weights(stack, labels)
        held = leave_one_group_out(stack, labels, groups)
        inside.append(found.value)
        outside.append(held.searched)
        assert held.fold_weights.shape == (10, 6)
        np.testing.assert_allclose(held.fold_weights.sum(1), 1)
        assert held.gain.mean == pytest.approx(held.searched - held.uniform)
    # knowing nothing is worth 1/4; the search makes itself believe more
    assert np.mean(inside) > .33 and np.mean(outside) < .29


def test_left_out_video_never_chooses_its_own_weights():
    # two videos whose best streams are opposite: each gets the other's
    right, wrong = [.9, .1], [.2, .8]
    stack = np.array([[right, right, wrong, wrong],
                      [wrong, wrong, right, right]])
    held = leave_one_group_out(stack, [0] * 4, ['a', 'a', 'b', 'b'])
    assert held.best_single == 0
    assert held.searched == held.uniform == 1  # .55 against .45
    assert held.groups == ('a', 'b')
    assert held.to_dict()['num_groups'] == 2


@pytest.mark.parametrize('measure', MEASURES)
def test_many_predictions_are_judged_as_one_by_one(measure):
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 4, 30)
    predictions = rng.integers(0, 6, (5, 30))
    np.testing.assert_allclose(
        judge_many(labels, predictions, measure),
        [MEASURES[measure](labels, row) for row in predictions])


@pytest.mark.parametrize('measure', ['macro_f1', 'mean_class_acc'])
def test_other_measures_can_be_raised(measure):
    stack, labels = noise(3, 30, 3)
    found = search_weights(stack, labels, measure, step=.25)
    assert found.value >= found.start


def test_wrong_requests_are_errors():
    with pytest.raises(ValueError, match='a measure of'):
        search_weights(CASE, [0, 0], 'top9')
    for step in (0, .3, 2, -.5):
        with pytest.raises(ValueError, match='1 is a multiple'):
            search_weights(CASE, [0, 0], step=step)
    with pytest.raises(ValueError, match='a label for each of 2'):
        search_weights(CASE, [0])
    with pytest.raises(ValueError, match='num_streams, num_clips'):
        search_weights(CASE[0], [0, 0])
    with pytest.raises(ValueError, match='at least 2 videos'):
        leave_one_group_out(CASE, [0, 0], ['a', 'a'])
    with pytest.raises(ValueError, match='a group for each'):
        leave_one_group_out(CASE, [0, 0], ['a'])
