"""The error analysis from detections to files."""
import csv
import json
import runpy

import pytest

from mmgesture.analysis.detection_errors import (analyse_detections,
                                                 write_analysis)
from mmgesture.evaluation.functional import segment_f1
from mmgesture.structures import (GestureRecord, VideoDetections,
                                  make_header, write_annotations)
from mmgesture.submission import DetectionFile, write_detections
from mmgesture.testing import write_tiny_video


def video(name='a'):
    return VideoDetections(
        name, [[0, 20], [30, 50], [60, 80]], [0, 1, 0], [.9, .8, .2],
        [[0, 20], [30, 50], [90, 99]], [0, 0, 1], 100, 20.)


def test_figures_agree_with_each_other_and_with_f1():
    found = analyse_detections([video(), video('b')], ['x', 'y'], .5)
    assert found['annotated'] == 6
    assert found['false_negatives']['overall'] == pytest.approx(2 / 3)
    point = found['operating_point']
    hard = [v.above(.5) for v in (video(), video('b'))]
    score = segment_f1(hard, 2)
    assert point['detections']['true positive'] == score.hits == 2
    assert sum(point['misses'].values()) == score.annotated - score.hits
    assert sum(e['annotated'] for e in found['bins']['length'].values()) == 6


def test_files_are_plain_and_complete(tmp_path):
    write_analysis(analyse_detections([video()], ['x', 'y'], .5), tmp_path)
    content = json.loads((tmp_path / 'errors.json').read_text())
    # nan is null, not the word that JSON does not know
    assert content['false_negatives']['by_bin']['length']['XL'] is None
    with open(tmp_path / 'by_bin.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert rows[0]['characteristic'] == 'length' and rows[0]['range'] == \
        '[0, 2]'
    assert {r['missed'] for r in rows if r['annotated'] == '0'} == {''}
    with open(tmp_path / 'examples.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert rows[0]['kind'] == 'wrong label' and rows[0]['gt_label'] == '0'
    for name in ('detad', 'operating_point', 'confusion'):
        assert (tmp_path / f'{name}.png').stat().st_size > 1000


@pytest.fixture
def tool(repository):
    main = runpy.run_path(
        str(repository / 'tools/analysis/detection_errors.py'))['main']
    return lambda *words: main([str(w) for w in words])


@pytest.fixture
def files(tmp_path):
    write_tiny_video(tmp_path / 'a.mp4', 100, fps=20)
    path = tmp_path / 'd.jsonl'
    write_detections(path, DetectionFile([video()], ['x', 'y'], .5))
    ann = tmp_path / 'ann.jsonl'
    write_annotations(str(ann), make_header('t', ['x', 'y']), [
        GestureRecord('r', 'a.mp4', start=0, end=20, label=0, split='test',
                      extra=dict(video_id='a'))])
    return path, ann


def test_the_tool_draws_typical_errors(tool, files, tmp_path, capsys):
    path, ann = files
    assert tool(path, '--out', tmp_path / 'out', '--bins', 'quantiles',
                '--gallery', 3, '--annotations', ann, '--root',
                tmp_path) == 0
    assert (tmp_path / 'out' / 'gallery.png').is_file()
    text = capsys.readouterr().out
    assert '1 wrong label' in text and '0 merges' in text


def test_the_tool_says_what_it_needs(tool, files, tmp_path, capsys):
    path, ann = files
    out = ('--out', tmp_path / 'out')
    assert tool(path, *out, '--gallery', 3) == 2
    assert 'needs --annotations' in capsys.readouterr().out
    assert tool(tmp_path / 'absent', *out) == 2
    write_detections(path, DetectionFile([video()], ['x', 'y']))
    assert tool(path, *out) == 2
    assert 'no threshold' in capsys.readouterr().out


def test_counts_of_classes_are_drawn_with_a_table(repository, tmp_path,
                                                  capsys):
    main = runpy.run_path(
        str(repository / 'tools/analysis/class_counts.py'))['main']
    ann = str(tmp_path / 'ann.jsonl')
    write_annotations(ann, make_header('t', ['x', 'y']), [
        GestureRecord(f'r{k}', 'a.mp4', start=k, end=k + 1,
                      label=int(k > 20), split='train') for k in range(26)])
    out = tmp_path / 'c.png'
    assert main([ann, '--out', str(out), '--alpha', '20']) == 0
    assert '26 instances become 36' in capsys.readouterr().out
    with open(tmp_path / 'c.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    # 5 < 20: ceil(log2(4)) + 1 = 3
    assert [r['with_copies'] for r in rows] == ['21', '15']
    assert main([ann, '--out', str(out), '--split', 'val']) == 2
