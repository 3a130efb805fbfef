import numpy as np
import pytest

from mmgesture.evaluation.functional import (StreamedVideo, as_detections,
                                             stream_scores)
from mmgesture.structures import GestureEvent


def story(number, label, onset, offset, first, confirmed, closed, score=.8):
    """The messages of a gesture that was closed."""
    common = dict(id=number, label=label, score=score, onset=onset)
    return [
        GestureEvent(**common, offset=None, state='provisional',
                     emitted=first),
        GestureEvent(**common, offset=None, state='confirmed',
                     emitted=confirmed),
        GestureEvent(**common, offset=offset, state='closed',
                     emitted=closed),
    ]


def taken_back(number, onset, emitted):
    return [
        GestureEvent(number, 0, .5, onset, None, state, emitted + k)
        for k, state in enumerate(('provisional', 'retracted'))
    ]


def video(events, name='v', seconds=1800., times=((10, 14), (20, 24)),
          labels=(0, 1)):
    return StreamedVideo(name, events, seconds, np.array(times, float),
                         np.array(labels))


def test_delays_count_from_the_annotation_to_the_word():
    events = story(0, 0, 10.5, 14, 11, 12, 15) + story(
        1, 1, 19, 23, 19.5, 21, 23.5)
    score = stream_scores([video(events)], 2)
    assert score.f1 == 1 and score.found == 2
    assert score.first_word[0] == pytest.approx(np.median([1, -.5]))
    assert score.confirmed[0] == pytest.approx(np.median([2, 1]))
    assert score.closed == pytest.approx(
        tuple(np.percentile([1, -.5], [50, 90])))


def test_gestures_of_the_wrong_class_or_place_are_false_alarms():
    events = story(0, 1, 10, 14, 11, 12, 15) + story(
        1, 0, 100, 104, 101, 102, 105) + story(2, 1, 20, 24, 21, 22, 25)
    score = stream_scores([video(events), video([], 'w')], 2)
    assert score.hours == 1
    assert score.false_alarms_per_hour == 2
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == pytest.approx(1 / 4)
    assert score.first_word[0] == 1  # of the right one alone


def test_what_was_taken_back_is_counted_but_is_no_false_alarm():
    events = taken_back(0, 50, 51) + story(1, 0, 10, 14, 11, 12, 15)
    score = stream_scores([video(events)], 2)
    assert score.retracted == 1 and score.retractions_per_hour == 2
    assert score.false_alarms_per_hour == 0


def test_one_that_was_confirmed_at_once_has_no_earlier_word():
    events = story(0, 0, 10, 14, 11, 11, 15)[1:]
    score = stream_scores([video(events)], 2)
    assert score.first_word == score.confirmed == (1, 1)


def test_a_gesture_counts_once():
    events = story(0, 0, 10, 12, 11, 11.5, 13) + story(
        1, 0, 12, 14, 12.5, 13, 15)
    score = stream_scores([video(events)], 2, tiou=.3)
    assert score.found == 1 and score.false_alarms_per_hour == 2


def test_nothing_said_has_no_delays():
    score = stream_scores([video([])], 2)
    assert score.f1 == 0 and np.isnan(score.confirmed).all()


def test_messages_become_detections_in_seconds():
    found = as_detections(video(story(0, 1, 10, 14, 11, 12, 15)))
    assert found.segments.tolist() == [[10, 14]]
    assert found.labels.tolist() == [1] and found.known


def test_videos_without_a_length_are_refused():
    for videos in ([], [video([], seconds=0)]):
        with pytest.raises(ValueError, match='videos with a length'):
            stream_scores(videos, 2)
