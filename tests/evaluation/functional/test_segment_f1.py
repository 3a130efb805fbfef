"""F1 of segments against the golden cases and hand-worked ones."""
import math

import numpy as np
import pytest

from mmgesture.evaluation.functional import (count_segments, segment_f1,
                                             segment_f1_interval)

from .detection_cases import build, golden_cases, random_videos


def test_the_starter_kit_counts_as_the_organisers_do(golden):
    above_one = 0
    for videos, _, expected in golden_cases(golden):
        found = segment_f1(videos, 8, matching='starterkit')
        assert (found.hits, found.predicted, found.annotated) == (
            expected['matched'], expected['predicted'], expected['annotated'])
        assert found.f1 == pytest.approx(expected['F1'], abs=1e-15)
        above_one += found.f1 > 1
    assert above_one == 0


def test_the_starter_kit_can_exceed_one():
    videos = [build('v', [[0, 0, 50], [0, 50, 100]], [[0, 0, 100, 1]])]
    found = segment_f1(videos, 1, matching='starterkit')
    assert found.f1 == pytest.approx(4 / 3, abs=1e-6)
    assert (found.precision, found.recall) == (2, 1)
    assert segment_f1(videos, 1).f1 == pytest.approx(2 / 3)


def worked():
    return [
        build('a', [[0, 0, 10], [0, 20, 30], [1, 40, 50]],
              [[0, 0, 10, .9], [1, 20, 30, .8], [1, 40, 50, .7]]),
        build('b', [[1, 0, 10]], [[2, 0, 10, .5]]),
        build('c', [], []),
    ]


def test_pooled_class_and_video_figures_of_a_worked_case():
    found = segment_f1(worked(), 4, classes=list('wxyz'))
    assert (found.hits, found.predicted, found.annotated) == (2, 4, 4)
    assert found.f1 == found.precision == found.recall == 0.5
    rows = {r.name: r for r in found.rows}
    assert (rows['w'].recall, rows['w'].precision) == (0.5, 1)
    assert rows['w'].f1 == pytest.approx(2 / 3)
    assert (rows['x'].support, rows['x'].predicted, rows['x'].f1) == (2, 2,
                                                                     .5)
    assert rows['y'].f1 == 0 and math.isnan(rows['y'].recall)
    assert math.isnan(rows['z'].f1)
    # over the two classes that are annotated
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found.by_video['a'] == pytest.approx(2 / 3)
    assert found.by_video['b'] == 0 and math.isnan(found.by_video['c'])


def test_a_class_can_be_left_out_on_both_sides():
    found = segment_f1([v.without(1) for v in worked()], 4)
    assert (found.hits, found.predicted, found.annotated) == (1, 2, 2)


def test_nothing_annotated_and_nothing_found_has_no_figure():
    found = segment_f1([build('a', [], [])], 2)
    assert math.isnan(found.f1) and math.isnan(found.macro_f1)
    assert (found.precision, found.recall) == (0, 0)
    kit = segment_f1([build('a', [[0, 1, 2]], [])], 2, matching='starterkit')
    assert kit.f1 == 0


@pytest.mark.parametrize('seed', range(5))
def test_hungarian_never_finds_fewer(seed):
    videos = random_videos(seed)
    assert segment_f1(videos, 3, matching='hungarian').hits >= segment_f1(
        videos, 3).hits


def test_the_interval_resamples_videos():
    videos = random_videos(3, number=9)
    counts = count_segments(videos, 3)
    found = segment_f1_interval(counts, num_resamples=500)
    assert found.value == pytest.approx(segment_f1(videos, 3).f1)
    assert found.low < found.value < found.high
    # the same videos again tell no more about other videos
    one = segment_f1_interval(counts[:1], num_resamples=50)
    assert one.low == one.value == one.high


def test_hidden_annotations_and_strange_classes_are_refused():
    from mmgesture.structures import VideoDetections
    with pytest.raises(ValueError, match='hidden'):
        segment_f1([VideoDetections('a')], 2)
    with pytest.raises(ValueError, match='classes from 0 to 1'):
        segment_f1([build('a', [[2, 0, 5]], [])], 2)
    with pytest.raises(ValueError, match='matching'):
        segment_f1([], 2, matching='x')
    with pytest.raises(ValueError, match='2 class names'):
        segment_f1([], 2, classes=['a'])


def test_counts_have_a_row_for_each_side():
    counts = count_segments(worked(), 3)
    assert counts.shape == (3, 3, 3)
    np.testing.assert_array_equal(counts.sum(0), [[1, 1, 0], [1, 2, 1],
                                                  [2, 2, 0]])
