import json

import pytest
import yaml

from mmgesture.apis.preflight import PreflightError
from mmgesture.apis.study import StudyError, check_runs, is_done, run_one
from mmgesture.apis.study_file import read_study_file, study_of_configs
from mmgesture.submission import read_scores
from mmgesture.testing import write_tiny_set, write_tiny_training


@pytest.fixture(scope='module')
def place(tmp_path_factory):
    """A tiny set, the config that trains on it, and a study of it."""
    folder = tmp_path_factory.mktemp('a study')
    write_tiny_set(folder / 'data')
    config = write_tiny_training(folder, folder / 'data')
    text = dict(
        config=config.split('/')[-1],
        data='make it',
        data_root=str(folder / 'data'),
        from_scratch=True,
        seeds=[0, 1],
        options={'train_cfg.max_epochs': 1},
        runs=[
            dict(name='with', what='central difference'),
            dict(
                name='without',
                seeds=[3],
                options={'model.necks.0.difference': 'none'})
        ],
        comparisons=[['with', 'without']])
    (folder / 'study.yaml').write_text(yaml.safe_dump(text))
    return folder


def changed(place, tmp_path, change):
    """A study file with something wrong, beside a copy of its config."""
    raw = yaml.safe_load((place / 'study.yaml').read_text())
    raw['config'] = str(place / raw['config'])
    change(raw)
    path = tmp_path / 'wrong.yaml'
    path.write_text(yaml.safe_dump(raw))
    return str(path)


def test_runs_share_the_options_and_have_their_own(place):
    study = read_study_file(str(place / 'study.yaml'))
    assert [run.seeds for run in study.runs] == [(0, 1), (3, )]
    assert study.run('without').options == {
        'train_cfg.max_epochs': 1,
        'model.necks.0.difference': 'none'
    }
    assert study.run('with').options == {'train_cfg.max_epochs': 1}
    assert study.comparisons == (('with', 'without'), )


@pytest.mark.parametrize('change, message', [
    (lambda s: s.update(rons=1), 'unknown rons'),
    (lambda s: s['runs'][0].pop('name'), 'needs a name'),
    (lambda s: s['runs'][0].update(name='a/b'), 'a/b'),
    (lambda s: s['runs'][0].update(name='without'), 'repeat: without'),
    (lambda s: s['runs'][0].update(option={}), 'unknown option'),
    (lambda s: s['runs'][0].update(config='gone.py'), 'gone.py'),
    (lambda s: s.update(seeds=[1, 1]), r'different seeds.*\[1, 1\]'),
    (lambda s: s.update(seeds=[-1]), 'at least 0'),
    (lambda s: s.update(comparisons=[['with', 'x']]), 'comparison.*x'),
    (lambda s: s.update(runs=[]), 'at least one run'),
    (lambda s: s.update(folds=['a']), 'folds expected names'),
    (lambda s: s.update(folds={'a': {}}), 'makes no comparisons'),
])
def test_wrong_study_is_refused_with_its_name(place, tmp_path, change,
                                              message):
    with pytest.raises(StudyError, match=f'wrong.yaml: .*{message}'):
        read_study_file(changed(place, tmp_path, change))


def test_folds_make_a_run_each_with_options_of_their_own(place, tmp_path):

    def change(raw):
        del raw['comparisons']
        raw['folds'] = {'a': {'ann_file': 'a.jsonl'},
                        'b': {'ann_file': 'b.jsonl'}}

    study = read_study_file(changed(place, tmp_path, change))
    assert [run.name for run in study.runs] == [
        'with@a', 'with@b', 'without@a', 'without@b']
    assert study.run('without@b').options == {
        'train_cfg.max_epochs': 1,
        'model.necks.0.difference': 'none',
        'ann_file': 'b.jsonl'
    }
    assert study.run('without@b').seeds == (3, )

    def chosen(*names):
        return [run.name for run in study.choose(names)]

    assert chosen('with') == ['with@a', 'with@b']
    assert chosen('without@b', 'with@a') == ['with@a', 'without@b']
    assert len(chosen()) == 4
    with pytest.raises(StudyError, match="no run 'with@c'"):
        study.choose(['with@c'])


@pytest.mark.parametrize('text', ['- a\n- b\n', 'a: [', ''])
def test_file_that_is_no_mapping_is_refused(tmp_path, text):
    (tmp_path / 'x.yaml').write_text(text)
    with pytest.raises(StudyError, match='x.yaml'):
        read_study_file(str(tmp_path / 'x.yaml'))


def test_unknown_run_is_named_with_the_known_ones(place):
    study = read_study_file(str(place / 'study.yaml'))
    with pytest.raises(StudyError, match="no run 'both'.*with, without"):
        study.run('both')


def test_configs_make_a_study_of_their_names(place, tmp_path):
    config = next(place.glob('*.py'))
    study = study_of_configs([str(config)], seeds=[4])
    assert study.runs[0].name == config.stem and study.runs[0].seeds == (4, )
    with pytest.raises(StudyError, match='two configs are called'):
        study_of_configs([str(config), str(config)])
    with pytest.raises(StudyError, match='no config gone.py'):
        study_of_configs(['gone.py'])


def test_missing_data_are_found_before_training(place, tmp_path):
    study = read_study_file(str(place / 'study.yaml'))
    check_runs(study, study.runs, None)
    with pytest.raises(PreflightError, match='annotation'):
        check_runs(study, study.runs, str(tmp_path))


def test_run_leaves_scores_and_figures_and_is_then_done(place, tmp_path):
    study = read_study_file(str(place / 'study.yaml'))
    assert len(list(study.tasks(tmp_path))) == 3
    result = run_one(study, 'without', 3, str(tmp_path))
    folder = tmp_path / 'without' / 'seed_3'
    assert is_done(tmp_path, 'without', 3)
    assert result == json.loads((folder / 'metrics.json').read_text())
    assert result['parameters'] > 0 and result['seed'] == 3
    scores = read_scores(str(folder / 'scores.jsonl'))
    right = (scores.scores.argmax(1) == scores.labels).mean()
    assert result['metrics']['gesture/top1'] == pytest.approx(right)
    left = [(run.name, seed) for run, seed in study.tasks(tmp_path)]
    assert left == [('with', 0), ('with', 1)]
