import csv
import json
import runpy
import sys

import numpy as np
import pytest

from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.submission import ScoreFile, write_scores

CLASSES = ['x', 'y', 'z']
LABELS = np.arange(60) % 3


@pytest.fixture
def compare(repository, monkeypatch, capsys):
    main = runpy.run_path(
        str(repository / 'tools/analysis/compare.py'))['main']

    def run(*arguments):
        monkeypatch.setattr(sys, 'argv', ['compare', *map(str, arguments)])
        code = main()
        return code, capsys.readouterr()

    return run


def put(folder, wrong, config='m.py', classes=CLASSES, labels=LABELS):
    """Scores of which the first `wrong` clips are wrong."""
    best = np.where(np.arange(len(labels)) < wrong, (labels + 1) % 3, labels)
    scores = np.full((len(labels), len(classes)), .1 / (len(classes) - 1))
    scores[np.arange(len(labels)), best] = .9
    write_scores(
        folder / 'scores.jsonl',
        ScoreFile([f'c{i}' for i in range(len(labels))], scores, classes,
                  [int(label) for label in labels], config=config))


@pytest.fixture
def study(tmp_path):
    for seed, (good, poor) in enumerate([(6, 33), (9, 36), (6, 30)]):
        put(tmp_path / 'study' / 'good' / f'seed_{seed}', good)
        put(tmp_path / 'study' / 'poor' / f'seed_{seed}', poor)
    (tmp_path / 'study/good/seed_0/metrics.json').write_text(
        '{"parameters": 1500000}')
    (tmp_path / 'study/new/seed_0').mkdir(parents=True)
    return tmp_path / 'study'


def test_table_has_mean_spread_and_verdict(compare, study, tmp_path):
    code, out = compare(study, '--baseline', 'poor', '--out',
                        tmp_path / 't.md', '--figure', tmp_path / 'f.png')
    assert code == 0 and 'ahead' in out.out
    text = (tmp_path / 't.md').read_text()
    lines = text.splitlines()
    # wrong are 6, 9 and 6 of 60: 90, 85 and 90 %
    assert ('| good | 3 | 88.3 ± 2.9 | 100.0 ± 0.0 | 88.3 ± 2.9 | '
            '1.50 M |') in lines
    assert any(line.startswith('| good − poor | top-1 | +45.0, +45.0, +40.0 '
                               '| +43.3 |') for line in lines)
    # the baseline comes first
    assert text.index('| poor |') < text.index('| good |')
    assert '95% interval' in text and 'not adjusted' in text
    assert 'two or three seeds' in text
    assert (tmp_path / 'f.png').read_bytes().startswith(b'\x89PNG')


def test_json_has_the_numbers_of_every_seed(compare, study, tmp_path):
    code, _ = compare(study, '--pairs', 'good:poor', '--out',
                      tmp_path / 't.json')
    table = json.loads((tmp_path / 't.json').read_text())
    assert code == 0
    assert table['runs'][0]['run'] == 'good'
    assert table['runs'][0]['top1']['by_seed'] == pytest.approx([.9, .85, .9])
    row = table['differences'][0]
    assert (row['a'], row['b'], row['seeds']) == ('good', 'poor', [0, 1, 2])
    assert row['wins'] == [[27, 0], [27, 0], [24, 0]]
    assert row['mcnemar_p'][2] == pytest.approx(2 * .5**24)
    assert row['verdict'] == 'ahead' and 0 < row['low'] < row['mean']


def test_json_is_an_accuracy_file_of_the_tradeoff_figure(compare, tmp_path):
    from mmgesture.analysis.accuracy import read_results
    put(tmp_path / 'a' / 'seed_0', 6, 'a_smg.py')
    put(tmp_path / 'a' / 'seed_1', 12, 'a_smg.py')
    put(tmp_path / 'b' / 'seed_0', 6, 'b_smg.py')
    compare(tmp_path, '--out', tmp_path / 't.json')
    result, other = read_results(tmp_path / 't.json')
    assert (result.name, result.config, result.dataset, result.source) == (
        'a', 'a_smg', 'smg', 'measured here')
    assert result.top1 == pytest.approx(85)
    assert result.spread == pytest.approx(100 * np.std([.9, .8], ddof=1))
    assert other.spread is None


def test_runs_are_chosen_and_ordered(compare, study, tmp_path):
    _, out = compare(study, '--runs', 'poor', 'good')
    assert out.out.index('poor') < out.out.index('good')
    _, out = compare(study, '--runs', 'poor')
    assert 'good' not in out.out
    _, out = compare(study, '--runs', 'good', '--baseline', 'poor')
    assert out.out.index('poor') < out.out.index('good')


def test_csv_has_one_file_of_runs_and_one_of_differences(
        compare, study, tmp_path):
    code, _ = compare(study, '--baseline', 'poor', '--out',
                      tmp_path / 't.csv')
    assert code == 0
    with open(tmp_path / 't.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [row['run'] for row in rows] == ['poor', 'good']
    assert rows[1]['seeds'] == '0 1 2'
    assert float(rows[1]['top1_mean']) == pytest.approx(53 / 60)
    with open(tmp_path / 't_pairs.csv', newline='') as file:
        assert next(csv.DictReader(file))['verdict'] == 'ahead'


def test_motion_pairs_are_named_by_option(compare, study):
    code, out = compare(study, '--motion-pairs', 'x:z')
    assert code == 0
    assert 'x / z' in out.out and 'chance 50' in out.out
    code, out = compare(study)
    assert code == 0 and 'chance 50' not in out.out


def test_mini_smg_gets_its_pairs_and_smg_does_not(compare, tmp_path):
    classes, labels = SMG_CLASSES, np.arange(34) % 17
    put(tmp_path / 'a', 3, 'm_mini-smg.py', classes, labels)
    code, out = compare(tmp_path / 'a')
    assert code == 0 and 'Pulling shirt collar' in out.out
    code, out = compare(tmp_path / 'a', '--motion-pairs', 'none')
    assert code == 0 and 'chance 50' not in out.out
    put(tmp_path / 'b', 3, 'm_smg.py', classes, labels)
    code, out = compare(tmp_path / 'b')
    assert code == 0 and 'chance 50' not in out.out


def test_work_dirs_with_metrics_alone_are_listed(compare, study, tmp_path):
    folder = tmp_path / 'w'
    folder.mkdir()
    (folder / 'test_metrics.json').write_text(
        json.dumps(dict(config='old.py', metrics={'gesture/top1': .123})))
    code, out = compare(folder, f'good={study / "good"}')
    assert code == 0
    assert '12.3' in out.out and '88.3 ± 2.9' in out.out
    code, out = compare(folder, '--figure', tmp_path / 'f.png')
    assert code == 1 and 'scores.jsonl' in out.err


def test_people_come_from_the_annotations(compare, study, tmp_path):
    from mmgesture.structures.annotation import (GestureRecord, make_header,
                                                 write_annotations)
    path = tmp_path / 'annotations.jsonl'
    write_annotations(path, make_header('d', CLASSES), [
        GestureRecord(f'c{i}', 'v.mp4', 0, 9, int(LABELS[i]), str(i // 20),
                      'test') for i in range(60)
    ])
    code, out = compare(study, '--pairs', 'good:poor', '--annotations', path)
    assert code == 0 and 'seeds and people' in ' '.join(out.out.split())


@pytest.mark.parametrize('arguments, words', [
    (('--baseline', 'nobody'), "of ['good', 'poor'], got 'nobody'"),
    (('--runs', 'good', 'new'), "of ['good', 'poor'], got 'new'"),
    (('--pairs', 'good'), "A:B, got 'good'"),
    (('--pairs', 'good:new'), "no run 'new'"),
    (('--motion-pairs', 'x:w'), "no class 'w'"),
])
def test_wrong_names_are_errors_that_say_what_there_is(
        compare, study, arguments, words):
    code, out = compare(study, *arguments)
    assert code == 1 and words in out.err


def test_empty_folder_is_an_error(compare, tmp_path):
    code, out = compare(tmp_path)
    assert code == 1 and str(tmp_path) in out.err


def test_unknown_table_format_is_refused(compare, study):
    with pytest.raises(SystemExit):
        compare(study, '--out', 'table.docx')
