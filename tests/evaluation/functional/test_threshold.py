"""Tuning the threshold."""
import numpy as np
import pytest

from mmgesture.evaluation.functional import segment_f1, tune_threshold

from .detection_cases import build, random_videos


@pytest.mark.parametrize('seed', range(6))
@pytest.mark.parametrize('tiou', [0.1, 0.5])
def test_the_sweep_equals_scoring_at_every_threshold(seed, tiou):
    videos = random_videos(seed, number=4)
    tuned = tune_threshold(videos, 3, tiou)
    for cut, value in tuned.curve:
        again = segment_f1([v.above(cut) for v in videos], 3, tiou).f1
        assert value == pytest.approx(again)
    assert tuned.f1 == max(value for _, value in tuned.curve)
    assert segment_f1([v.above(tuned.threshold) for v in videos], 3,
                      tiou).f1 == pytest.approx(tuned.f1)


@pytest.mark.parametrize('matching', ['hungarian', 'starterkit'])
def test_other_matchings_are_swept_too(matching):
    videos = random_videos(1, number=4)
    tuned = tune_threshold(videos, 3, matching=matching)
    again = segment_f1([v.above(tuned.threshold) for v in videos], 3,
                       matching=matching).f1
    assert tuned.f1 == pytest.approx(again)
    assert tuned.f1 >= segment_f1(videos, 3, matching=matching).f1


def plateau():
    """Right at .9 and .6, wrong at .5 and below."""
    return [build('a', [[0, 0, 10], [0, 20, 30]],
                  [[0, 0, 10, .9], [0, 20, 30, .6], [0, 50, 60, .5],
                   [0, 70, 80, .4], [0, 90, 99, .3]])]


def test_the_middle_between_two_scores_is_taken():
    tuned = tune_threshold(plateau(), 1)
    assert tuned.threshold == pytest.approx(0.55) and tuned.f1 == 1


def test_a_tolerance_takes_the_middle_of_the_plateau():
    # F1 at 0.3: 4/7, 0.35: 2/3, 0.45: 4/5, 0.55: 1, 0.75: 2/3
    assert tune_threshold(plateau(), 1, tolerance=0.34).threshold == \
        pytest.approx(0.55)
    weak = [build('b', [], [[0, 0, 10, .58]])]  # now 0.565 and 0.59
    tuned = tune_threshold(plateau() + weak, 1, tolerance=0.45)
    assert 0.45 < tuned.threshold < 0.59 and tuned.f1 < 1


@pytest.mark.parametrize('seed', range(6))
def test_the_figure_is_that_of_the_threshold(seed):
    videos = random_videos(seed, number=5)
    tuned = tune_threshold(videos, 3, tolerance=0.05)
    assert segment_f1([v.above(tuned.threshold) for v in videos],
                      3).f1 == pytest.approx(tuned.f1)
    assert tuned.f1 >= max(f for _, f in tuned.curve) - 0.05 - 1e-9


def test_without_detections_there_is_nothing_to_tune():
    tuned = tune_threshold([build('a', [[0, 1, 2]], [])], 1)
    assert tuned.threshold == 0.5 and tuned.f1 == 0 and not tuned.curve


def test_the_curve_ascends():
    cuts = np.array(tune_threshold(random_videos(2), 3).curve)[:, 0]
    assert (np.diff(cuts) > 0).all()
