import json
import runpy

import numpy as np
import pytest

from mmgesture.apis.gesture_detector import GestureDetector
from mmgesture.apis.stream import detect_video, load_stream_detector
from mmgesture.apis.stream_detection import closed_gestures
from mmgesture.structures import FrameClock, GestureEvent
from mmgesture.testing import write_tiny_video
from mmgesture.testing_stream import write_tiny_stream


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    root = tmp_path_factory.mktemp('stream')
    write_tiny_video(root / 'a.mp4', 90, (48, 64), fps=20)
    return str(root / 'a.mp4'), write_tiny_stream(root)


def test_what_the_stream_closes_is_what_is_found(world):
    video, model = world
    events, track = detect_video(load_stream_detector(*model), video)
    closed = sorted((e.onset, e.offset, e.label, e.score) for e in events
                    if e.state == 'closed')
    detect = GestureDetector(*model)
    assert detect.streams and detect.tuned
    found = detect(video)
    assert len(closed) > 0 and found.events == events
    assert sorted((found.seconds(g.start), found.seconds(g.end), g.label,
                   g.score) for g in found.gestures) == [
        pytest.approx(row) for row in closed]
    assert found.scores.values.tolist() == track.classes.tolist()
    assert found.scores.times == pytest.approx(track.times + .05)
    strict = GestureDetector(*model, threshold=1.1)(video)
    assert not strict.gestures and strict.events == events


def test_times_become_frames_of_uneven_videos():
    def closed(onset, offset, number):
        return GestureEvent(number, 0, .5, onset, offset, 'closed', 9.)

    clock = FrameClock(2., np.array([0, 1., 1.2]))
    found = closed_gestures(
        [closed(.5, 1.1, 0), closed(1.2, 1.6, 1), closed(3, 4, 2),
         GestureEvent(3, 0, .5, 0., None, 'provisional', 1.)], clock)
    assert found.segments == pytest.approx(
        np.array([[.5, 1.5], [2, 2.8]]))
    assert len(closed_gestures([], clock)) == 0


def test_a_timeline_of_a_stream_says_when_it_spoke(world, tmp_path,
                                                   repository):
    video, (config, checkpoint) = world
    main = runpy.run_path(str(repository / 'tools/detect.py'))['main']
    page = tmp_path / 't.html'
    assert main([video, '--config', config, '--checkpoint', checkpoint,
                 '--report', str(page)]) == 0
    text = page.read_text(encoding='utf-8').split('id="content">')[1]
    shown = json.loads(text.split('</script>')[0])
    states = {event['state'] for event in shown['events']}
    assert {'provisional', 'confirmed', 'closed'} <= states
    assert len(shown['rows']) == sum(
        event['state'] == 'closed' for event in shown['events'])
    assert all(event['emitted'] <= shown['duration'] + 1e-6
               for event in shown['events'])
