"""tune_threshold.py and score_detections.py; threshold_curve draws."""
import json
import runpy

import pytest

from mmgesture.engine import read_meta
from mmgesture.evaluation.functional import segment_f1
from mmgesture.structures import VideoDetections
from mmgesture.submission import (DetectionFile, read_detections,
                                  write_detections)
from mmgesture.testing import write_tiny_model


@pytest.fixture
def tool(repository):
    def run(name, *arguments):
        main = runpy.run_path(
            str(repository / f'tools/analysis/{name}.py'))['main']
        return main([str(a) for a in arguments])

    return run


def write(path, names, split, **more):
    """A right detection at .9 and .6, a wrong one at .5."""
    videos = [
        VideoDetections(
            name, [[0, 10], [20, 30], [50, 60]], [0, 1, 0], [.9, .6, .5],
            [[0, 10], [20, 30]], [0, 1], 100, 20.) for name in names
    ]
    write_detections(path, DetectionFile(videos, ['x', 'y'], split=split,
                                         **more))
    return path


def test_the_threshold_goes_into_checkpoint_file_and_figure(
        tool, tmp_path, capsys):
    val = write(tmp_path / 'val.jsonl', 'ab', 'val')
    test = write(tmp_path / 'test.jsonl', 'cd', 'test')
    checkpoint = write_tiny_model(tmp_path)[1]
    figure = tmp_path / 'curve.png'
    assert tool('tune_threshold', val, '--store', checkpoint, '--apply', test,
                '--figure', figure) == 0
    assert 'threshold 0.55' in capsys.readouterr().out
    point = read_meta(checkpoint)['detection']
    assert point['threshold'] == pytest.approx(0.55)
    assert point['tiou'] == 0.3 and point['videos'] == 2
    assert read_detections(test).threshold == point['threshold']
    assert figure.read_bytes()[:4] == b'\x89PNG'


def test_tuning_on_a_test_is_refused(tool, tmp_path, capsys):
    test = write(tmp_path / 'test.jsonl', 'ab', 'test')
    assert tool('tune_threshold', test) == 2
    assert 'says nothing' in capsys.readouterr().out


def test_nothing_to_tune_on_is_an_error(tool, tmp_path, capsys):
    hidden = tmp_path / 'h.jsonl'
    write_detections(hidden, DetectionFile([VideoDetections('a')], ['x']))
    assert tool('tune_threshold', hidden) == 2
    assert tool('tune_threshold', tmp_path / 'absent') == 2
    other = tmp_path / 'o.jsonl'
    write_detections(other, DetectionFile([], ['z']))
    assert tool('tune_threshold', hidden, other) == 2
    text = capsys.readouterr().out
    for words in ('known annotation', 'no such detection file',
                  'different classes'):
        assert words in text


def test_scores_of_a_file_equal_the_functions(tool, tmp_path, capsys):
    path = write(tmp_path / 't.jsonl', 'abc', 'test', threshold=.55)
    assert tool('score_detections', path, '--json', '--non-gesture', 1) == 0
    row, = json.loads(capsys.readouterr().out).values()
    hard = read_detections(path).counting()
    assert row['f1'] == segment_f1(hard, 2).f1 == 1
    assert (row['videos'], row['annotated'], row['predicted']) == (3, 6, 6)
    assert row['f1_gestures'] == 1 and row['map'] == 1
    assert tool('score_detections', path, '--threshold', 0.1, '--json') == 0
    row, = json.loads(capsys.readouterr().out).values()
    assert row['f1'] == pytest.approx(0.8)


def test_folds_are_pooled_each_with_its_own_threshold(tool, tmp_path, capsys):
    a = write(tmp_path / 'a.jsonl', 'ab', 'test', threshold=.55)
    b = write(tmp_path / 'b.jsonl', 'cd', 'test', threshold=.8)
    assert tool('score_detections', '--pool', a, b, '--json') == 0
    row, = json.loads(capsys.readouterr().out).values()
    assert (row['videos'], row['predicted'], row['annotated']) == (4, 6, 8)
    assert tool('score_detections', a, b, '--classes') == 0
    text = capsys.readouterr().out
    assert 'per class' in text and 'a.jsonl' in text


def test_what_cannot_be_scored_is_told(tool, tmp_path, capsys):
    a = write(tmp_path / 'a.jsonl', 'ab', 'test')
    assert tool('score_detections', a) == 2
    assert 'tune one' in capsys.readouterr().out
    b = write(tmp_path / 'b.jsonl', 'b', 'test', threshold=.8)
    assert tool('score_detections', '--pool', b, b) == 2
    assert 'in another file' in capsys.readouterr().out
