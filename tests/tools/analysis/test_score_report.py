import json
import runpy
import sys

import numpy as np
import pytest

from mmgesture.submission import ScoreFile, write_scores


@pytest.fixture
def report(repository, monkeypatch, capsys):
    main = runpy.run_path(
        str(repository / 'tools/analysis/score_report.py'))['main']

    def run(*arguments):
        monkeypatch.setattr(sys, 'argv', ['score_report', *map(str, arguments)])
        code = main()
        return code, capsys.readouterr()

    return run


def write(path, labels, ids='abcd'):
    # best classes: 0, 0, 1, 2
    scores = np.full((4, 3), 0.1)
    scores[[0, 1, 2, 3], [0, 0, 1, 2]] = 0.8
    write_scores(
        path,
        ScoreFile(
            sample_ids=list(ids),
            labels=labels,
            scores=scores,
            unreadable=[False] * 4,
            classes=['x', 'y', 'z']))


def test_figures_are_those_worked_by_hand(report, tmp_path):
    path = tmp_path / 's.jsonl'
    write(path, [0, 0, 0, 2])
    code, out = report(path, '--json')
    row = json.loads(out.out)[str(path)]
    assert code == 0
    assert row['clips'] == 4 and row['classes_present'] == 2
    assert row['top1'] == 0.75
    # class 0: P 1, R 2/3, F1 0.8; class 2: F1 1
    assert row['macro_f1'] == pytest.approx(0.9)
    assert row['majority_top1'] == 0.75
    # always 0: P 3/4, R 1, F1 6/7; class 2: 0
    assert row['majority_macro_f1'] == pytest.approx(3 / 7)
    assert not row['above_majority']


def test_hidden_labels_are_an_error_that_names_the_file(report, tmp_path):
    path = tmp_path / 's.jsonl'
    write(path, [None] * 4)
    code, out = report(path)
    assert code == 1
    assert str(path) in out.err and 'hidden' in out.err


def test_missing_file_is_an_error(report, tmp_path):
    code, out = report(tmp_path / 'no.jsonl')
    assert code == 1 and 'no.jsonl' in out.err


def test_table_shows_the_interval(report, tmp_path):
    path = tmp_path / 's.jsonl'
    write(path, [0, 0, 1, 2])
    code, out = report(path)
    assert code == 0 and '1.000' in out.out


def test_parts_of_a_cross_validation_are_pooled(report, tmp_path):
    paths = [tmp_path / 'one.jsonl', tmp_path / 'two.jsonl']
    write(paths[0], [0, 0, 0, 2])
    write(paths[1], [1, 1, 1, 2], 'efgh')
    code, out = report('--pool', *paths, '--json')
    row = json.loads(out.out)['2 files']
    assert code == 0
    # 3 right of 4 and 2 right of 4; three of eight are the commonest class
    assert (row['clips'], row['top1'], row['majority_top1']) == (8, 5 / 8,
                                                                 3 / 8)


def test_pooling_the_same_clips_twice_is_refused(report, tmp_path):
    path = tmp_path / 's.jsonl'
    write(path, [0, 0, 0, 2])
    code, out = report('--pool', path, path)
    assert code == 1 and 'a is in more than one score file' in out.err
