"""Reads a study: a file that describes trainings, or a list of configs.

The file (YAML) names a config, options that all runs share, and the runs: a
name, what it is, options of its own, its seeds, and a config of its own where
it is another model. With ``folds`` (a name and options each) every run is made
once for each fold, as ``<run>@<fold>``.
"""
from pathlib import Path
from typing import Any, Sequence, Tuple

import yaml

from mmgesture.textio import expecting, shown
from .study import FOLD, Study, StudyError, StudyRun

__all__ = ['read_study_file', 'study_of_configs']

STUDY_KEYS = {
    'title', 'config', 'data', 'data_root', 'seeds', 'amp', 'from_scratch',
    'options', 'runs', 'comparisons', 'folds'
}
RUN_KEYS = {'name', 'what', 'config', 'seeds', 'options'}


def _known(path: Path, where: str, value: Any, keys: set) -> dict:
    if not isinstance(value, dict):
        raise StudyError(f'{path}: {where} expected a mapping, got '
                         f'{shown(value)}')
    unknown = sorted(set(value) - keys)
    if unknown:
        raise StudyError(f'{path}: {where} has unknown '
                         f'{", ".join(map(str, unknown))}; known are '
                         f'{", ".join(sorted(keys))}')
    return value


def _read_run(path: Path, raw: dict, study: dict) -> StudyRun:
    raw = _known(path, 'a run', raw, RUN_KEYS)
    name = raw.get('name')
    if not isinstance(name, str) or not name or '/' in name:
        raise StudyError(f'{path}: a run needs a name that can be a folder, '
                         f'got {name!r}')
    config = raw.get('config', study.get('config'))
    if not config or not (path.parent / config).is_file():
        raise StudyError(f'{path}: run {name}: expected a config, relative '
                         f'to the study, got {config!r}')
    seeds = raw.get('seeds', study.get('seeds', [0]))
    if not seeds or any(not isinstance(s, int) or s < 0 for s in seeds) or \
            len(set(seeds)) < len(seeds):
        raise StudyError(f'{path}: run {name}: expected different seeds of '
                         f'at least 0, got {seeds!r}')
    options = {**(study.get('options') or {}), **(raw.get('options') or {})}
    return StudyRun(name, raw.get('what', ''),
                    str((path.parent / config).resolve()), tuple(seeds),
                    options)


def _over_folds(path: Path, runs: Sequence[StudyRun],
                study: dict) -> Tuple[StudyRun, ...]:
    """Each run once for each fold; as they are without folds."""
    folds = study.get('folds')
    if folds is None:
        return tuple(runs)
    if not isinstance(folds, dict) or not folds or any(
            '/' in str(name) or not isinstance(options, dict)
            for name, options in folds.items()):
        raise StudyError(f'{path}: folds expected names with options each, '
                         f'got {folds!r}')
    if study.get('comparisons'):
        raise StudyError(f'{path}: folds are pooled by '
                         'tools/analysis/detection_table.py, which makes no '
                         'comparisons')
    return tuple(
        run._replace(name=f'{run.name}{FOLD}{name}',
                     options={**run.options, **options})
        for run in runs for name, options in folds.items())


def read_study_file(path: str) -> Study:
    """Read and check a study file.

    Args:
        path (str): The YAML file; configs are relative to it.

    Returns:
        Study: The study.

    Raises:
        StudyError: If the file is not a study: unknown keys, no config,
            names that repeat, comparisons of runs that do not exist.
    """
    file = Path(path)
    try:
        raw = yaml.safe_load(file.read_text(encoding='utf-8'))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise StudyError(f'{path}: cannot be read: '
                         f'{str(error)[:300]}') from error
    try:
        with expecting(path, 'a study'):
            return _read_study(file, raw)
    except StudyError:
        raise
    except ValueError as error:
        raise StudyError(str(error)) from error


def _read_study(file: Path, raw: Any) -> Study:
    path = str(file)
    raw = _known(file, 'a study', raw, STUDY_KEYS)
    if not raw.get('runs'):
        raise StudyError(f'{path}: expected at least one run')
    runs = tuple(_read_run(file, run, raw) for run in raw['runs'])
    runs = _over_folds(file, runs, raw)
    names = [run.name for run in runs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f'{path}: names of runs repeat: {", ".join(twice)}')
    comparisons = tuple(tuple(pair) for pair in raw.get('comparisons') or ())
    for pair in comparisons:
        if len(pair) != 2 or not set(pair) <= set(names):
            raise StudyError(f'{path}: a comparison expected two names of '
                             f'runs, got {list(pair)}')
    return Study(
        raw.get('title', file.stem), raw.get('data', ''), raw.get('data_root'),
        bool(raw.get('amp')), bool(raw.get('from_scratch')), runs,
        comparisons)


def study_of_configs(configs: Sequence[str],
                     seeds: Sequence[int] = (0, 1, 2),
                     amp: bool = False,
                     from_scratch: bool = False) -> Study:
    """Make a study of configs, each one a run with the name of its file.

    Args:
        configs (Sequence[str]): Paths of the configs.
        seeds (Sequence[int]): Seeds of each. Defaults to (0, 1, 2).
        amp (bool): Whether to train in bf16. Defaults to False.
        from_scratch (bool): Whether to train without the pretrained weights
            that the configs name. Defaults to False.

    Returns:
        Study: The study, on the configs' data.

    Raises:
        StudyError: If a file is absent, or two have the same name.
    """
    names = [Path(config).stem for config in configs]
    for config in configs:
        if not Path(config).is_file():
            raise StudyError(f'no config {config}')
        if names.count(Path(config).stem) > 1:
            raise StudyError(f'two configs are called {Path(config).stem}; '
                             'give them to two studies')
    runs = tuple(
        StudyRun(name, '', str(Path(config).resolve()), tuple(seeds), {})
        for name, config in zip(names, configs))
    return Study('these configs', '', None, amp, from_scratch, runs, ())
