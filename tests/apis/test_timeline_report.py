import json
import re

import numpy as np
import pytest

from mmgesture.apis.gesture_detector import DetectedVideo
from mmgesture.apis.timeline_report import (page_names,
                                            streamed_video,
                                            write_detection_report,
                                            write_timeline_of)
from mmgesture.structures import (GestureEvent, GestureSegment, UntrimmedVideo,
                                  VideoDetections)
from mmgesture.submission import DetectionFile
from mmgesture.testing import write_tiny_video
from mmgesture.visualization.timeline import ScoreTrack


def content_of(path):
    text = path.read_text(encoding='utf-8')
    return json.loads(re.search('id="content">(.*?)</script>', text)[1])


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp('data')
    write_tiny_video(folder / 'a.mp4', 40, fps=20)
    (folder / 'broken.mp4').write_text('no video')
    return folder


def detections(**options):
    def video(name, **more):
        return VideoDetections(name, [(0, 10), (20, 30)], [0, 1], [.9, .2],
                               **more)

    return DetectionFile(
        [video('a', gt_segments=[(0, 10)], gt_labels=[0], fps=10.),
         video('b/../b', num_frames=60, fps=30), video('c', fps=30)],
        ['x', 'y'], **options)


def test_every_video_has_a_page_and_the_index_leads_to_it(root, tmp_path):
    videos = [UntrimmedVideo('a', 'a.mp4'),
              UntrimmedVideo('b/../b', 'broken.mp4')]
    events = {'a': [GestureEvent(0, 1, .5, .1, None, 'provisional', .4)]}
    entries = write_detection_report(
        tmp_path, detections(threshold=.5), videos, root, events=events)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ['a.html', 'b_.._b.html', 'c.html', 'index.html']
    index = (tmp_path / 'index.html').read_text(encoding='utf-8')
    assert all(f'href="{name}"' in index for name in names[:3])
    first = content_of(tmp_path / 'a.html')
    assert first['media']['kind'] == 'video'
    # the rate of the file that is seen, not of the detection file
    assert first['fps'] == 20 and first['rows'][0]['found'] == [0, .5]
    assert [r['kind'] for r in first['rows']] == ['matched']
    assert first['events'][0]['emitted'] == .4
    assert 'broken.mp4' in entries[1].problem
    second = content_of(tmp_path / 'b_.._b.html')
    assert second['media']['kind'] == 'none' and second['duration'] == 2
    assert 'index.html' in (tmp_path / 'c.html').read_text(encoding='utf-8')


def test_without_a_threshold_all_count(tmp_path):
    entries = write_detection_report(tmp_path, detections(), media='none')
    assert [len(e.timeline.rows) for e in entries] == [2, 2, 2]
    assert not any(e.problem for e in entries)


def test_an_unknown_rate_must_be_given(tmp_path):
    unknown = DetectionFile([VideoDetections('a', [(0, 8)], [0], [.9])],
                            ['x'])
    with pytest.raises(ValueError, match='a: .*--fps'):
        write_detection_report(tmp_path, unknown)
    for wrong in (-5, 'many', [1]):
        bad = DetectionFile([VideoDetections('a', fps=wrong)], ['x'])
        with pytest.raises(ValueError, match="video 'a': expected fps"):
            write_detection_report(tmp_path, bad)
    entry, = write_detection_report(tmp_path, unknown, fps=4.)
    assert entry.timeline.rows[0].found == (0, 2)


def test_page_names_are_harmless_and_different():
    names = page_names(['a/b', 'a b', 'A B', '../../x', '', '..', 'index',
                        'x' * 300, '<script>'])
    assert len({name.lower() for name in names}) == 9
    assert 'index.html' not in names
    for name in names:
        assert re.fullmatch(r'[A-Za-z0-9][\w.-]{0,90}\.html', name), name


def test_a_detected_video_has_scores_and_notes(root, tmp_path):
    found = DetectedVideo(
        str(root / 'a.mp4'), [GestureSegment(5, 15, 1, .75)], ['x', 'y'], .5,
        40, 20., np.arange(40) / 20,
        ScoreTrack(np.array([.2, .8]), np.array([[.1, .9], [.4, .6]])))
    write_timeline_of(tmp_path / 't.html', found, notes=['drawn people only'])
    shown = content_of(tmp_path / 't.html')
    assert shown['title'] == 'a.mp4' and shown['lanes'] == ['y']
    assert shown['rows'][0]['found'] == [.25, .75] and not shown['known']
    assert shown['notes'] == ['drawn people only'] and shown['duration'] == 2
    assert shown['scores']['times'] == [.2, .8]
    assert shown['media']['kind'] == 'video'


def test_messages_of_a_stream_become_rows_and_signs(root, tmp_path):
    events = [GestureEvent(0, 1, .5, .5, None, 'provisional', .7),
              GestureEvent(0, 1, .6, .5, 1.5, 'closed', 1.8)]
    found = streamed_video(root / 'a.mp4', events, ['x', 'y'])
    write_timeline_of(tmp_path / 't.html', found)
    shown = content_of(tmp_path / 't.html')
    assert [row['found'] for row in shown['rows']] == [[.5, 1.5]]
    assert [e['emitted'] for e in shown['events']] == [.7, 1.8]
    assert shown['lanes'] == ['y'] and shown['threshold'] is None
