"""The detection file: what comes back, and what is refused."""
import json

import numpy as np
import pytest

from mmgesture.structures import VideoDetections
from mmgesture.submission import (DetectionFile, read_detections,
                                  write_detections)


@pytest.fixture
def content():
    return DetectionFile(
        [
            VideoDetections('a', [[1.25, 9], [20, 40]], [1, 0], [.9, .1],
                            [[0, 10]], [1], 100, 28.),
            VideoDetections('b b', [], [], []),
        ], ['x', 'y'], threshold=0.5, split='test', config='c.py',
        checkpoint='best.pth')


def test_what_was_written_comes_back(content, tmp_path):
    path = tmp_path / 'd.jsonl'
    write_detections(path, content)
    found = read_detections(path)
    assert found.classes == ['x', 'y'] and found.threshold == 0.5
    assert (found.split, found.config, found.checkpoint) == (
        'test', 'c.py', 'best.pth')
    a, b = found.videos
    assert a.segments.tolist() == [[1.25, 9], [20, 40]]
    assert a.scores.tolist() == [.9, .1] and a.labels.tolist() == [1, 0]
    assert a.gt_segments.tolist() == [[0, 10]] and a.gt_labels.tolist() == [1]
    assert (a.num_frames, a.fps) == (100, 28.)
    assert b.video_id == 'b b' and not b.known and len(b) == 0
    assert [v.video_id for v in found.known] == ['a']


def test_the_lines_are_as_documented(content, tmp_path):
    path = tmp_path / 'd.jsonl'
    write_detections(path, content)
    header, first, second = map(json.loads, path.read_text().splitlines())
    assert header['mmgesture_detections'] == 1
    assert first['detections'][0] == [1.25, 9, 1, 0.9]
    assert first['annotations'] == [[0, 10, 1]]
    assert second['annotations'] is None and second['fps'] is None


def test_single_precision_scores_survive(tmp_path):
    score = float(np.float32(0.1234567))
    write_detections(tmp_path / 'd', DetectionFile(
        [VideoDetections('a', [[0, 1]], [0], [score])], ['x']))
    found = read_detections(tmp_path / 'd').videos[0].scores[0]
    assert np.float32(found) == np.float32(score)


def test_only_what_reaches_the_threshold_counts(content):
    assert [len(v) for v in content.counting()] == [1, 0]
    assert [len(v) for v in content.counting(0.05)] == [2, 0]
    content.threshold = None
    with pytest.raises(ValueError, match='tune_threshold'):
        content.counting()


@pytest.mark.parametrize('videos, more, message', [
    ([VideoDetections('a'), VideoDetections('a')], {}, 'twice'),
    ([VideoDetections('')], {}, 'non-empty'),
    ([VideoDetections('a', [[0, 1]], [2], [1])], {}, 'classes from 0 to 1'),
    ([VideoDetections('a', gt_segments=[[0, 1]], gt_labels=[2])], {},
     'classes from 0 to 1'),
    ([], dict(threshold=float('nan')), 'finite threshold'),
])
def test_contradictions_are_refused(videos, more, message):
    with pytest.raises(ValueError, match=message):
        DetectionFile(videos, ['x', 'y'], **more)


HEADER = '{"mmgesture_detections": 1, "classes": ["x"]}\n'


@pytest.mark.parametrize('text, message', [
    ('', 'is empty'),
    ('{"mmgesture_scores": 1}', 'score file of trimmed clips'),
    ('{"mmgesture_detections": 1}', 'class names'),
    ('{"mmgesture_detections": 1, "classes": ["x"], "threshold": "a"}',
     'as threshold'),
    (HEADER + '{', 'line 2: not JSON'),
    (HEADER + '{"video_id": "a"}', "line 2: expected the key 'detections'"),
    (HEADER + '{"video_id": "a", "detections": [[1, 2, 0]]}',
     'start, end, class, score'),
    (HEADER + '{"video_id": "a", "detections": [[1, 2, 0.5, 1]]}',
     'whole numbers'),
    (HEADER + '{"video_id": "a", "detections": [[3, 2, 0, 1]]}',
     'line 2: a: segments, row 0'),
    (HEADER + '{"video_id": "a", "detections": [], "annotations": [[1]]}',
     '"annotations" as rows of start, end, class'),
])
def test_broken_files_name_file_and_line(tmp_path, text, message):
    path = tmp_path / 'd.jsonl'
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as error:
        read_detections(path)
    assert 'd.jsonl' in str(error.value)


def test_an_absent_file_says_how_to_make_one(tmp_path):
    with pytest.raises(FileNotFoundError, match='--dump'):
        read_detections(tmp_path / 'd.jsonl')
