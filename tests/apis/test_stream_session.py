import json

import numpy as np
import pytest

from mmgesture.apis.event_log import EventLog
from mmgesture.apis.stream import load_stream_detector
from mmgesture.apis.stream_session import StreamSession, at_rate
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.online import (DecoderSettings, SourceLostError, TimedFrame,
                              camera_frames, file_frames)
from mmgesture.testing import write_tiny_video
from mmgesture.testing_stream import write_cut_video, write_tiny_stream

LOW = DecoderSettings.uniform(3, .4, min_length=.2)


@pytest.fixture(scope='module')
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp('session')
    write_tiny_video(folder / 'v.mp4', 70, fps=10)
    write_cut_video(folder / 'v.mp4', folder / 'cut.mp4')
    return folder, load_stream_detector(*write_tiny_stream(folder), .25, LOW)


def events_of(detector, path):
    """All messages, pushed by hand."""
    detector.reset()
    events = []
    try:
        for image, time in file_frames(path):
            events += detector.push(image, time)
    except UnreadableMediaError:
        pass
    return events + detector.flush()


def read(path):
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [(r['id'], r['state'], r['label'], r['onset'], r['emitted'])
            for r in rows]


def facts(events):
    return [(e.id, e.state, e.label, round(e.onset, 4), round(e.emitted, 4))
            for e in events]


@pytest.mark.parametrize('name', ['v.mp4', 'cut.mp4'])
def test_a_file_is_drawn_and_told_to_its_last_frame(material, tmp_path,
                                                    name):
    folder, detector = material
    with EventLog(tmp_path / 'e.jsonl', detector.classes) as log:
        session = StreamSession(detector, [log])
        shown = list(session.run(file_frames(folder / name)))
    expected = events_of(detector, folder / name)
    assert read(tmp_path / 'e.jsonl') == facts(expected) != []
    assert len(shown) == session.count
    assert session.closed == sum(e.state == 'closed' for e in expected) > 0
    # nothing that was announced is left open
    last = {e.id: e for e in expected}
    assert all(e.final for e in last.values())
    if name == 'v.mp4':
        assert session.error is None and session.count == 70
    else:
        assert f'after {session.count} frames' in str(session.error)


class Camera:
    """Ten pictures a size, and then nothing."""

    def __init__(self, *sizes):
        rng = np.random.default_rng(0)
        self.pictures = [
            rng.integers(0, 255, (*size, 3), dtype=np.uint8)
            for size in sizes for _ in range(10)]

    def __call__(self, number):
        return self

    def isOpened(self):
        return True

    def read(self):
        if self.pictures:
            return True, self.pictures.pop(0)
        return False, None

    def release(self):
        pass


def test_a_lost_camera_whose_pictures_change_size_keeps_what_was_said(
        material, tmp_path):
    _, detector = material
    with EventLog(tmp_path / 'e.jsonl', detector.classes) as log:
        session = StreamSession(detector, [log])
        shown = list(session.run(
            camera_frames(0, .05, Camera((40, 52), (80, 30), (16, 16)))))
    assert {frame.image.shape for frame in shown} == {shown[0].image.shape}
    assert session.count == len(shown) == 30
    assert isinstance(session.error, SourceLostError)
    # what was announced has an end
    last = {row[0]: row[1] for row in read(tmp_path / 'e.jsonl')}
    assert set(last.values()) <= {'closed', 'retracted'}


def test_a_source_without_a_frame_is_an_error_and_leaves_no_log(
        material, tmp_path):
    _, detector = material
    with pytest.raises(SourceLostError, match='from the beginning'):
        with EventLog(tmp_path / 'e.jsonl', detector.classes) as log:
            list(StreamSession(detector, [log]).run(
                camera_frames(0, .05, Camera())))
    assert not (tmp_path / 'e.jsonl').exists()


def test_time_that_goes_back_ends_the_session_and_is_told(material):
    _, detector = material
    image = np.zeros((16, 16, 3), np.uint8)
    session = StreamSession(detector)
    shown = session.run(TimedFrame(image, t) for t in (0., 5., .1, .2))
    assert [frame.time for frame in shown] == [0, 5]
    assert 'go back by 4.900 s' in str(session.error)


def test_it_may_be_stopped_and_gestures_are_closed(material, tmp_path):
    folder, detector = material
    with EventLog(tmp_path / 'e.jsonl', detector.classes) as log:
        session = StreamSession(detector, [log])
        list(session.run(file_frames(folder / 'v.mp4'),
                         lambda: session.seconds >= 3))
    assert session.count == 31
    last = {row[0]: row[1] for row in read(tmp_path / 'e.jsonl')}
    assert last and set(last.values()) <= {'closed', 'retracted'}


def test_it_keeps_no_more_of_the_past_than_is_shown(material):
    _, detector = material
    rng = np.random.default_rng(1)
    images = rng.integers(0, 255, (64, 16, 16, 3), dtype=np.uint8)
    session = StreamSession(detector)
    source = (TimedFrame(images[k % 64], k / 10) for k in range(600))
    most = 0
    for _ in session.run(source):
        most = max(most, len(session._events))
    assert session.closed > 2 * most > 0


def test_an_even_rate_keeps_the_time_and_cuts_pauses():
    def frames(*times):
        return (TimedFrame(k, t) for k, t in enumerate(times))

    even = [k / 25 for k in range(8)]
    assert list(at_rate(frames(*even), 25)) == list(range(8))
    # twice as many and half as many as are wanted
    assert len(list(at_rate(frames(*even), 12.5))) == 4 + 1
    assert list(at_rate(frames(0, .2, .4), 10)) == [0, 0, 1, 1, 2]
    # ten seconds of a pause of an hour; what comes late changes nothing
    assert len(list(at_rate(frames(0, 3600.), 2))) == 20 + 1
    assert len(list(at_rate(frames(0, 1., .5, 1.5), 2))) == 4
    assert list(at_rate([], 25)) == []
