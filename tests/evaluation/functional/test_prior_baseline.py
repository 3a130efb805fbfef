"""Baselines that see no video."""
import numpy as np
import pytest

from mmgesture.evaluation.functional import (all_background, prior_segments,
                                             segment_f1)

from .detection_cases import build


def train():
    """Class 1 lasts 2 s and comes every 4 s, class 0 comes once."""
    rows = [[1, s, s + 40] for s in range(0, 400, 80)] + [[0, 45, 75]]
    return [build('t', rows, [], num_frames=400, fps=20.)]


def test_nothing_is_found():
    videos = [build('a', [[0, 1, 5]], [[0, 1, 5, 1]])]
    found, = all_background(videos)
    assert len(found) == 0 and len(found.gt_labels) == 1


def test_the_prior_is_what_training_suggests():
    prior = prior_segments(train(), 2)
    assert (prior.label, prior.length, prior.in_seconds) == (1, 2., True)
    assert prior.distance == pytest.approx(4.)
    # a test at half the rate: lengths are in seconds
    test = [build('x', [[1, 0, 20], [1, 40, 60]], [], num_frames=70,
                  fps=10.)]
    found = prior(test)
    np.testing.assert_allclose(found[0].segments, [[0, 20], [40, 60]])
    assert segment_f1(found, 2).f1 == 1


def test_without_rates_lengths_are_frames():
    videos = [build('t', [[0, 0, 10], [0, 20, 30]], [], num_frames=40)]
    prior = prior_segments(videos, 1)
    assert not prior.in_seconds and prior.length == 10
    assert prior(videos)[0].segments.max() <= 40


def test_training_without_gestures_has_no_prior():
    with pytest.raises(ValueError, match='annotated training videos'):
        prior_segments([build('a', [], [], num_frames=9)], 2)
