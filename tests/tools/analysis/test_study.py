import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mmgesture.testing import write_tiny_set, write_tiny_training

REPOSITORY = Path(__file__).resolve().parents[3]


def call(*arguments, cwd):
    return subprocess.run(
        [sys.executable, str(REPOSITORY / 'tools/analysis/study.py'),
         *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, timeout=300)


@pytest.fixture
def study(tmp_path):
    write_tiny_set(tmp_path / 'data')
    config = write_tiny_training(tmp_path, tmp_path / 'data')
    path = tmp_path / 'tiny study.yaml'
    path.write_text(yaml.safe_dump(dict(
        config=Path(config).name,
        data='python make.py',
        data_root=str(tmp_path / 'data'),
        from_scratch=True,
        options={'train_cfg.max_epochs': 1},
        runs=[dict(name='good'),
              dict(name='bad', options={'model.necks.0.in_channels': 8})],
        comparisons=[['good', 'bad']])))
    return path


def test_failed_training_is_reported_and_the_others_are_made(study):
    done = call(study, '--jobs', 2, cwd=study.parent)
    folder = study.parent / 'work_dirs' / 'studies' / 'tiny study'
    assert done.returncode == 1, done.stdout + done.stderr
    assert 'failed with 1: bad seed 0' in done.stdout
    assert (folder / 'good' / 'seed_0' / 'scores.jsonl').is_file()
    assert not (folder / 'bad' / 'seed_0' / 'scores.jsonl').exists()
    assert 'channels' in (folder / 'bad' / 'seed_0' / 'study.log').read_text()
    left = call(study, '--list', cwd=study.parent)
    assert '1 trainings are missing' in left.stdout
    assert 'bad seed 0' in left.stdout and 'good' not in left.stdout


def test_missing_data_stop_the_study_with_the_command_for_them(study):
    done = call(study, '--data-root', 'nowhere', cwd=study.parent)
    assert done.returncode == 2
    assert 'nowhere' in done.stdout and 'python make.py' in done.stdout
    assert not (study.parent / 'work_dirs').exists()


def test_options_of_configs_do_not_go_with_a_study_file(study):
    done = call(study, '--amp', cwd=study.parent)
    assert done.returncode == 2 and 'says amp' in done.stdout


def test_seeds_of_a_study_file_can_be_chosen_among_its_own(study):
    some = call(study, '--seeds', 0, '--list', cwd=study.parent)
    assert '2 trainings are missing' in some.stdout, some.stdout
    none = call(study, '--seeds', 7, '--list', cwd=study.parent)
    assert none.returncode == 2 and '[0], got [7]' in none.stdout


def test_shipped_study_can_be_read():
    from mmgesture.apis.study_file import read_study_file
    shipped = sorted((REPOSITORY / 'configs' / 'studies').glob('*.yaml'))
    assert shipped
    for path in shipped:
        assert read_study_file(str(path)).runs
