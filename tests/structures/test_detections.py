"""Detections of a video beside its annotation."""
import numpy as np
import pytest

from mmgesture.structures import GestureSegment, VideoDetections


@pytest.fixture
def video():
    return VideoDetections(
        'v', [[5, 9], [0, 4], [5, 7]], [1, 0, 2], [.9, .2, .5],
        [[1, 3], [6, 8]], [0, 2])


def test_lists_become_arrays(video):
    assert video.segments.shape == (3, 2) and video.labels.dtype == np.int64
    empty = VideoDetections('e', gt_segments=[], gt_labels=[])
    assert len(empty) == 0 and empty.known
    assert empty.segments.shape == empty.gt_segments.shape == (0, 2)
    assert not VideoDetections('h').known


def test_thresholds_for_all_or_by_class(video):
    assert video.above(0.5).labels.tolist() == [1, 2]
    assert video.above([0.1, 1., 0.5]).labels.tolist() == [0, 2]
    assert video.above(0.5).gt_labels.tolist() == [0, 2]


def test_leaving_a_class_out(video):
    rest = video.without(2)
    assert rest.labels.tolist() == [1, 0] and rest.gt_labels.tolist() == [0]
    assert VideoDetections('h').without(0).gt_labels is None


def test_gestures_come_by_start_and_score(video):
    assert video.gestures() == [
        GestureSegment(0, 4, 0, .2), GestureSegment(5, 9, 1, .9),
        GestureSegment(5, 7, 2, .5)]


def test_rounded_detections_have_a_frame_at_least():
    video = VideoDetections('v', [[1.4, 1.5], [2.6, 7.2]], [0, 1], [.5, .6])
    assert video.rounded().segments.tolist() == [[1, 2], [3, 7]]
    assert VideoDetections('e').rounded().segments.shape == (0, 2)


@pytest.mark.parametrize('wrong', [
    dict(segments=[[5, 5]], labels=[0], scores=[1]),
    dict(segments=[[5, 4]], labels=[0], scores=[1]),
    dict(segments=[[np.nan, 4]], labels=[0], scores=[1]),
    dict(segments=[[0, 4]], labels=[-1], scores=[1]),
    dict(segments=[[0, 4]], labels=[.5], scores=[1]),
    dict(segments=[[0, 4]], labels=[0], scores=[np.nan]),
    dict(segments=[[0, 4]], labels=[0, 1], scores=[1]),
    dict(segments=[0, 4], labels=[0], scores=[1]),
    dict(gt_segments=[[0, 4]]),
    dict(gt_segments=[[4, 0]], gt_labels=[0]),
])
def test_impossible_detections_are_refused_by_name(wrong):
    with pytest.raises(ValueError, match='bad: '):
        VideoDetections('bad', **wrong)
