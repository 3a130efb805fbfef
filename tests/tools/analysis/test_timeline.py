import runpy

import pytest

from mmgesture.apis.event_log import EventLog
from mmgesture.structures import (GestureEvent, VideoDetections,
                                  read_annotations, untrimmed_videos)
from mmgesture.submission import DetectionFile, write_detections
from mmgesture.testing_stream import write_tiny_stream_set


@pytest.fixture
def tool(repository, capsys):
    main = runpy.run_path(
        str(repository / 'tools/analysis/timeline.py'))['main']

    def run(*arguments):
        code = main([str(a) for a in arguments])
        return code, ' '.join(capsys.readouterr().out.split())

    return run


@pytest.fixture
def found(tmp_path):
    ann = write_tiny_stream_set(tmp_path / 'set')
    classes = read_annotations(ann).classes
    videos = [
        VideoDetections(v.video_id, [(6, 20)], [v.segments[0].label], [.9],
                        [(s.start, s.end) for s in v.segments],
                        [s.label for s in v.segments], v.num_frames, v.fps)
        for v in untrimmed_videos(read_annotations(ann), 'test')
    ]
    path = tmp_path / 'test.jsonl'
    write_detections(path, DetectionFile(videos, classes, .5, 'test'))
    return path, ann


def test_pages_are_written_with_the_videos_inside(tool, tmp_path, found):
    path, ann = found
    code, text = tool(path, '--annotations', ann, '--root', tmp_path / 'set',
                      '--out', tmp_path / 'out')
    assert code == 0 and 'wrote 2 timelines' in text, text
    assert 'without pictures' not in text
    pages = sorted(p.name for p in (tmp_path / 'out').iterdir())
    assert pages == ['index.html', 'test_2.html', 'test_3.html']
    index = (tmp_path / 'out' / 'index.html').read_text()
    assert '<title>test.jsonl</title>' in index and '0.667' in index
    assert '"kind":"video"' in (tmp_path / 'out' / 'test_2.html').read_text()


def test_a_missing_video_is_told_and_costs_no_page(tool, tmp_path, found):
    path, ann = found
    (tmp_path / 'set' / 'test_2.mp4').unlink()
    code, text = tool(path, '--annotations', ann, '--root', tmp_path / 'set',
                      '--out', tmp_path / 'out', '--media', 'pictures')
    assert code == 0 and 'test_2: without pictures' in text, text
    assert (tmp_path / 'out' / 'test_2.html').is_file()


def test_a_page_of_a_stream(tool, tmp_path, found):
    said = tmp_path / 'said.jsonl'
    with EventLog(said, ['nod']) as log:
        log.write([GestureEvent(0, 0, .6, .5, 1.5, 'closed', 1.8)])
    video, page = tmp_path / 'set' / 'test_2.mp4', tmp_path / 'page.html'
    code, text = tool(said, '--stream-of', video, '--out', page)
    assert code == 0 and '1 gestures' in text, text
    assert '"state":"closed"' in page.read_text()
    with pytest.raises(SystemExit):
        tool(said, '--stream-of', video, '--out', tmp_path / 'folder')
    code, text = tool(said, '--stream-of', said, '--out', page)
    assert code == 2 and 'said.jsonl' in text


def test_a_wrong_file_is_an_error(tool, tmp_path, found):
    code, text = tool(found[1], '--out', tmp_path / 'out')
    assert code == 2 and 'mmgesture_detections' in text
    code, text = tool(tmp_path / 'absent', '--out', tmp_path / 'out')
    assert code == 2 and 'absent' in text
