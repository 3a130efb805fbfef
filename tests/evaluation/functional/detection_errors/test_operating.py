"""Errors at the operating point."""
import numpy as np
import pytest

from mmgesture.evaluation.functional.detection_errors import operating_errors

from ..detection_cases import build, random_videos


def worked():
    return build('a', [
        [0, 0, 20], [0, 30, 50], [1, 100, 120], [1, 200, 220], [0, 300, 320],
        [1, 400, 420]
    ], [
        [0, 2, 24, .9],  # hit, 2 late and 4 too long
        [0, 100, 120, .8],  # wrong label of the third
        [1, 216, 236, .7],  # badly localised: 4 of 36
        [0, 300, 320, .2],  # below the threshold
        [1, 500, 520, .6],  # background
    ], num_frames=600, fps=20.)


def test_detections_and_misses_have_their_kinds():
    found = operating_errors([worked()], 2, 0.5)
    assert found.detections == {
        'true positive': 1, 'double detection': 0, 'wrong label': 1,
        'localisation': 1, 'confusion': 0, 'background': 1}
    assert found.misses == {
        'below the threshold': 1, 'taken by a neighbour': 0,
        'wrong label': 1, 'localisation': 1, 'nothing there': 2}
    assert found.in_seconds
    np.testing.assert_allclose(found.onset, [0.1])
    np.testing.assert_allclose(found.offset, [0.2])


def test_the_confusion_has_a_row_and_a_column_for_nothing():
    found = operating_errors([worked()], 2, 0.5).confusion
    assert found.tolist() == [
        [1, 0, 2],  # class 0: a hit, two missed
        [1, 0, 2],  # class 1: one taken for class 0
        [0, 2, 0],  # nothing: two false alarms
    ]


def test_merges_and_splits():
    merged = build('a', [[0, 0, 20], [0, 22, 40]], [[0, 0, 40, .9]])
    found = operating_errors([merged], 1, 0.5)
    assert (found.merges, found.splits) == (1, 0)
    assert found.misses['taken by a neighbour'] == 1
    torn = build('a', [[0, 0, 40]], [[0, 0, 18, .9], [0, 20, 40, .8]])
    found = operating_errors([torn], 1, 0.5)
    assert (found.merges, found.splits) == (0, 1)
    assert found.detections['double detection'] == 1


def test_examples_name_both_sides_and_come_by_score():
    found = operating_errors([worked()], 2, 0.5).examples
    assert found[0] == dict(
        video_id='a', kind='wrong label', label=0, start=100, end=120,
        score=.8, gt_label=1, gt_start=100, gt_end=120)
    assert [e['kind'] for e in found] == [
        'wrong label', 'localisation', 'missed: nothing there',
        'missed: wrong label', 'missed: localisation',
        'missed: below the threshold', 'missed: nothing there']


@pytest.mark.parametrize('seed', range(5))
def test_everything_is_counted_once(seed):
    videos = random_videos(seed, number=4)
    found = operating_errors(videos, 3, 0.4)
    predicted = sum(len(v.above(0.4)) for v in videos)
    annotated = sum(len(v.gt_labels) for v in videos)
    hits = found.detections['true positive']
    assert sum(found.detections.values()) == predicted
    assert sum(found.misses.values()) + hits == annotated == \
        found.confusion[:3].sum()
    assert found.confusion[:, :3].sum() == predicted
    assert len(found.onset) == hits == np.trace(found.confusion)


def test_without_rates_errors_are_frames():
    video = build('a', [[0, 0, 20]], [[0, 2, 20, 1]])
    found = operating_errors([video], 1, 0)
    assert not found.in_seconds and found.onset.tolist() == [2]
