import csv
import runpy

import numpy as np
import pytest

from mmgesture.submission import ScoreFile, write_scores


@pytest.fixture
def main(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/confusion_pair.py'))['main']


def write(path, best, ids='abcd', labels=(0, 0, 1, 2)):
    rows = np.full((len(best), 3), 0.1)
    rows[range(len(best)), best] = 0.8
    write_scores(
        path,
        ScoreFile(list(ids), rows, ['x', 'y', 'z'], list(labels),
                  config=f'{path.stem}.py'))
    return str(path)


def test_figure_and_csv_are_written_and_changes_shown(main, tmp_path, capsys):
    a = write(tmp_path / 'a.jsonl', [1, 1, 1, 2])
    b = write(tmp_path / 'b.jsonl', [0, 0, 1, 2])
    out = tmp_path / 'new' / 'pair.png'
    assert main([a, b, '--names', 'old', 'new', '--out', str(out)]) == 0
    assert out.read_bytes().startswith(b'\x89PNG')
    with open(out.with_suffix('.csv'), newline='') as file:
        rows = list(csv.DictReader(file))
    assert [(r['true_name'], r['predicted_name'], r['count old'],
             r['count new'], r['difference']) for r in rows
            ] == [('x', 'y', '2', '0', '-2')]
    assert '-2' in capsys.readouterr().out


def test_equal_models_make_a_figure_without_changes(main, tmp_path, capsys):
    a = write(tmp_path / 'a.jsonl', [0, 1, 1, 2])
    out = str(tmp_path / 'p.png')
    assert main([a, a, '--out', out]) == 0
    assert 'equally often' in capsys.readouterr().out


def test_bad_input_is_named_and_nothing_is_written(main, tmp_path, capsys):
    a = write(tmp_path / 'a.jsonl', [1, 1, 1, 2])
    b = write(tmp_path / 'b.jsonl', [0, 0, 1, 2], 'abcx')
    out = tmp_path / 'p.png'
    assert main([a, b, '--out', str(out)]) == 1
    error = capsys.readouterr().err
    assert "e.g. ['d']" in error and "e.g. ['x']" in error and b in error
    assert main([a, str(tmp_path / 'no.jsonl'), '--out', str(out)]) == 1
    assert 'no such score file' in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([a, b, '--out', 'figure.doc'])
    assert not out.exists()
