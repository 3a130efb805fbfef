import base64

import numpy as np
import pytest

from mmgesture.evaluation.functional import segment_f1
from mmgesture.structures import FrameClock, VideoDetections
from mmgesture.visualization.timeline import ScoreTrack, make_timeline
from mmgesture.visualization.timeline.content import MAX_POINTS


def test_rows_are_seconds_and_lanes_the_classes_that_occur(timeline):
    shown = timeline.to_dict()
    assert shown['duration'] == 20 and shown['fps'] == 10
    assert len(shown['lanes']) == 3
    first = shown['rows'][0]
    assert first['truth'] == [1, 3] and first['found'] == [1.2, 3]
    assert (first['lane'], first['truthLane'], first['score']) == (0, 0, .9)
    assert {k['name']: k['count'] for k in shown['kinds']} == {
        'matched': 1, 'missed': 3, 'false alarm': 2, 'wrong class': 1,
        'badly placed': 1}
    assert [e['state'] for e in shown['events']].count('provisional') == 2


def test_lanes_leave_out_classes_that_do_not_occur():
    video = VideoDetections('a', [(0, 10), (20, 30)], [4, 2], [.5, .6])
    names = [f'class {k}' for k in range(6)]
    shown = make_timeline(video, names, FrameClock(10.)).to_dict()
    assert shown['lanes'] == ['class 2', 'class 4']
    assert [row['lane'] for row in shown['rows']] == [1, 0]
    assert shown['f1'] is None and not shown['known']
    assert [k['name'] for k in shown['kinds']] == ['found']


def test_f1_is_the_one_of_the_evaluation(video, timeline):
    wanted = segment_f1([video.above(.3)], 3).f1
    assert timeline.f1() == wanted == pytest.approx(2 / 9)


def test_an_empty_video_has_a_page_to_show():
    empty = make_timeline(VideoDetections('a', num_frames=50), ['x'],
                          FrameClock(25.))
    shown = empty.to_dict()
    assert shown['duration'] == 2 and shown['rows'] == shown['lanes'] == []
    assert make_timeline(VideoDetections('a'), ['x'],
                         FrameClock(25.)).duration > 0


def unpacked(timeline):
    scores = timeline.to_dict()['scores']
    raw = np.frombuffer(base64.b64decode(scores['values']), np.uint8)
    return scores['times'], raw.reshape(-1, len(scores['times']))


def test_scores_are_bytes_of_the_lanes_alone():
    video = VideoDetections('a', [(0, 10)], [1], [.5])
    track = ScoreTrack(np.array([.1, .2]), np.array([[1, 0], [.5, 1.]]))
    times, values = unpacked(
        make_timeline(video, ['x', 'y'], FrameClock(10.), scores=track))
    assert times == [.1, .2] and values.tolist() == [[0, 255]]


def test_long_score_curves_keep_their_peaks_within_the_bound():
    values = np.zeros((36000, 1))
    values[17777] = 1
    video = VideoDetections('a', [(0, 10)], [0], [.5])
    times, packed = unpacked(make_timeline(
        video, ['x'], FrameClock(10.),
        scores=ScoreTrack(np.arange(36000) / 10, values)))
    assert len(times) <= MAX_POINTS and packed.shape == (1, len(times))
    peak = times[int(packed[0].argmax())]
    assert packed.max() == 255 and 0 <= 1777.7 - peak < 2
