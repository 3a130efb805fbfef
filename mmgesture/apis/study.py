"""A study: many trainings, made one by one and compared.

Results lie in ``<study>/<run>/seed_<n>``; a training that has its scores (a
localizer: its detections) is done, so that a study may be stopped and taken
up.
"""
import json
import time
from pathlib import Path
from typing import (Any, Dict, Iterator, NamedTuple, Optional, Sequence,
                    Tuple)

from mmgesture.fileio import atomic_write
from .preflight import check, load_config

__all__ = [
    'FOLD', 'Study', 'StudyError', 'StudyRun', 'check_runs',
    'checkpoint_of', 'run_one'
]


#: Between the names of a run and of a fold.
FOLD = '@'
#: What a test leaves of a classifier, and of a localizer.
SCORES, DETECTIONS = 'scores.jsonl', 'detections.jsonl'


class StudyError(ValueError):
    """A study file that cannot be run."""


class StudyRun(NamedTuple):
    """One row of a study.

    Attributes:
        name (str): Folder of its results.
        what (str): One line that explains it.
        config (str): Path of the config.
        seeds (tuple[int, ...]): Its trainings.
        options (dict): Values to change in the config, the study's too.
    """
    name: str
    what: str
    config: str
    seeds: Tuple[int, ...]
    options: Dict[str, Any]


class Study(NamedTuple):
    """A study file.

    Attributes:
        title (str): What it studies.
        data (str): Command that makes the data, empty if none.
        data_root (str | None): Folder of the data; None: the configs'.
        amp (bool): Whether to train in bf16.
        from_scratch (bool): Whether to train without the pretrained weights
            that the configs name.
        runs (tuple[StudyRun, ...]): The rows, in the order of the file.
        comparisons (tuple[tuple[str, str], ...]): Rows to compare.
    """
    title: str
    data: str
    data_root: Optional[str]
    amp: bool
    from_scratch: bool
    runs: Tuple[StudyRun, ...]
    comparisons: Tuple[Tuple[str, str], ...]

    def run(self, name: str) -> StudyRun:
        """Find a run.

        Args:
            name (str): Its name.

        Returns:
            StudyRun: The run.

        Raises:
            StudyError: If there is none of this name.
        """
        for run in self.runs:
            if run.name == name:
                return run
        known = ', '.join(run.name for run in self.runs)
        raise StudyError(f'{self.title}: no run {name!r}; there are {known}')

    def choose(self, names: Sequence[str]) -> Tuple[StudyRun, ...]:
        """Find the runs of some names.

        Args:
            names (Sequence[str]): Names; without that of a fold, those of
                all its folds. None at all: every run.

        Returns:
            tuple[StudyRun, ...]: The runs, in the order of the file.

        Raises:
            StudyError: If there is none of a name.
        """
        folds = {run.name.partition(FOLD)[0] for run in self.runs}
        for name in names:
            if name not in folds:
                self.run(name)
        return tuple(
            run for run in self.runs if not names or run.name in names
            or run.name.partition(FOLD)[0] in names)

    def tasks(self, folder: Path) -> Iterator[Tuple[StudyRun, int]]:
        """Find the trainings that are still to be made.

        Args:
            folder (Path): Folder of the results.

        Yields:
            tuple[StudyRun, int]: Run and seed, in the order of the file.
        """
        for run in self.runs:
            for seed in run.seeds:
                if not is_done(folder, run.name, seed):
                    yield run, seed


def is_done(folder: Path, name: str, seed: int) -> bool:
    """Whether a training has left its scores and figures.

    Args:
        folder (Path): Folder of the study's results.
        name (str): Name of the run.
        seed (int): Its seed.

    Returns:
        bool: Whether both files are there.
    """
    place = folder / name / f'seed_{seed}'
    return (place / 'metrics.json').is_file() and any(
        (place / file).is_file() for file in (SCORES, DETECTIONS))


def check_runs(study: Study, runs: Sequence[StudyRun],
               data_root: Optional[str]) -> None:
    """Look for what is missing before hours of training, not after.

    Args:
        study (Study): The study.
        runs (Sequence[StudyRun]): The runs to be made.
        data_root (str, optional): Folder of the data, instead of the
            study's.

    Raises:
        PreflightError: If data or pretrained weights are missing.
    """
    for run in runs:
        cfg = load_config(run.config, run.options, data_root
                          or study.data_root)
        check(cfg, ('train', 'test'), weights=not study.from_scratch)


def checkpoint_of(place: Path) -> str:
    """The checkpoint of a training that is tested.

    Args:
        place (Path): Folder of the training.

    Returns:
        str: The best one on the validation split, else the last.

    Raises:
        FileNotFoundError: If there is none.
    """
    best = sorted(place.glob('best_*.pth'), key=lambda p: p.stat().st_mtime)
    return str(best[-1]) if best else (place /
                                       'last_checkpoint').read_text().strip()


def _dump_name(run: StudyRun) -> str:
    """Name of the file that the test of a run leaves."""
    evaluators = load_config(run.config, run.options).get('test_evaluator')
    if isinstance(evaluators, dict):
        evaluators = [evaluators]
    online = any(x.get('type') == 'MicroGestureF1' for x in evaluators or ())
    return DETECTIONS if online else SCORES


def run_one(study: Study,
            name: str,
            seed: int,
            folder: str,
            data_root: Optional[str] = None) -> Dict[str, Any]:
    """Train and test one run with one seed in this process.

    An interrupted training goes on from its newest checkpoint. The best
    checkpoint on the validation split is tested, or the last one where the
    options keep no best.

    Args:
        study (Study): The study.
        name (str): Name of the run.
        seed (int): Seed of the training.
        folder (str): Folder of the study's results.
        data_root (str, optional): Folder of the data, instead of the
            study's. Defaults to None.

    Returns:
        dict: What ``metrics.json`` holds: the metrics, the number of
        parameters, the seconds that this call took by the clock and of the
        processor, threads and seed.
    """
    import torch

    from .launch import test, train
    run = study.run(name)
    place = Path(folder) / name / f'seed_{seed}'
    root = data_root or study.data_root
    started, used = time.monotonic(), time.process_time()
    runner = train(
        run.config,
        work_dir=str(place),
        data_root=root,
        cfg_options=run.options,
        resume='auto',
        from_scratch=study.from_scratch,
        amp=study.amp,
        seed=seed)
    parameters = sum(p.numel() for p in runner.model.parameters())
    metrics = test(
        run.config,
        checkpoint_of(place),
        work_dir=str(place),
        data_root=root,
        cfg_options=run.options,
        dump=str(place / _dump_name(run)))
    result = dict(
        run=name,
        what=run.what,
        seed=seed,
        parameters=parameters,
        seconds=round(time.monotonic() - started, 1),
        cpu_seconds=round(time.process_time() - used, 1),
        threads=torch.get_num_threads(),
        metrics=metrics)
    with atomic_write(place / 'metrics.json') as out:
        json.dump(result, out, indent=2)
    return result
