import json

import numpy as np
import pytest

from mmgesture.apis.trained_runs import (is_work_dir, read_study,
                                         read_work_dirs)
from mmgesture.submission import ScoreFile, write_scores


def put_scores(folder, config='a_smg.py'):
    write_scores(
        folder / 'scores.jsonl',
        ScoreFile(['x', 'y'], np.full((2, 2), .5), ['p', 'q'], [0, 1],
                  config=config))


def put_record(folder, task, seed, time='1'):
    (folder / f'run_record_{time}.json').write_text(
        json.dumps(dict(task=task, seed=seed)))


def test_study_is_read_by_run_and_seed_without_unfinished_seeds(tmp_path):
    put_scores(tmp_path / 'b' / 'seed_10')
    put_scores(tmp_path / 'b' / 'seed_2')
    put_scores(tmp_path / 'a' / 'seed_2')
    put_scores(tmp_path / 'a' / 'seed_2_old')
    (tmp_path / 'b' / 'seed_3').mkdir()
    (tmp_path / 'c' / 'seed_2').mkdir(parents=True)
    (tmp_path / 'b' / 'seed_2' / 'metrics.json').write_text(
        '{"parameters": 7, "what": "b runs"}')
    first, second = read_study(tmp_path)
    assert (first.name, list(first.scores)) == ('a', [2])
    assert (second.name, list(second.scores)) == ('b', [2, 10])
    assert (first.parameters, second.parameters) == (None, 7)
    assert (first.what, second.what) == ('', 'b runs')


def test_work_dirs_of_one_config_are_seeds_of_one_run(tmp_path):
    for name, seed in (('one', 0), ('two', 5)):
        put_scores(tmp_path / name)
        put_record(tmp_path / name, 'train', seed)
        put_record(tmp_path / name, 'test', 99, time='2')
    run, = read_work_dirs([str(tmp_path / 'two'), str(tmp_path / 'one')])
    assert (run.name, sorted(run.scores)) == ('a_smg', [0, 5])
    assert run.config == 'a_smg'


def test_metrics_alone_will_do_and_names_can_be_given(tmp_path):
    (tmp_path / 'test_metrics.json').write_text(
        json.dumps(dict(config='m.py', metrics={'gesture/top1': .25})))
    for text, name in ((f'{tmp_path}', 'm'), (f'mine={tmp_path}', 'mine')):
        run, = read_work_dirs([text])
        assert run.name == name and not run.scores
        assert run.metrics == {0: {'gesture/top1': .25}}


def test_folder_whose_name_has_an_equals_sign_is_a_folder(tmp_path):
    put_scores(tmp_path / 'lr=3')
    run, = read_work_dirs([str(tmp_path / 'lr=3')])
    assert run.name == 'a_smg'


def test_study_is_told_from_a_work_dir(tmp_path):
    put_scores(tmp_path / 'run' / 'seed_0')
    assert not is_work_dir(tmp_path)
    assert is_work_dir(tmp_path / 'run')
    assert is_work_dir(tmp_path / 'run' / 'seed_0')


def test_same_seed_twice_is_refused(tmp_path):
    put_scores(tmp_path / 'a')
    put_scores(tmp_path / 'b')
    with pytest.raises(ValueError, match="b: seed 0 of 'a_smg'.*NAME=FOLD"):
        read_work_dirs([str(tmp_path / 'a'), str(tmp_path / 'b')])


def test_absent_and_broken_results_name_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match='test.py CONFIG'):
        read_work_dirs([str(tmp_path / 'none')])
    with pytest.raises(FileNotFoundError, match='seed_<n>'):
        read_study(tmp_path)
    path = tmp_path / 'metrics.json'
    path.write_text('{')
    with pytest.raises(ValueError, match='metrics.json: not JSON'):
        read_work_dirs([str(tmp_path)])
    path.write_text('[]')
    with pytest.raises(ValueError, match='JSON object, got list'):
        read_work_dirs([str(tmp_path)])
