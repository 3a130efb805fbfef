"""Reading what trained runs left behind: scores and metrics by seed.

A study is a folder ``<study>/<run>/seed_<n>/`` with a ``scores.jsonl``, and
optionally a ``metrics.json`` (``parameters, what``), in the folder of every
seed. Plain work directories are read as well; those of one config are one
run.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Union

from mmgesture.submission import ScoreFile, read_scores
from mmgesture.textio import read_json

SCORES, SEED_FOLDER = 'scores.jsonl', re.compile(r'seed_(\d+)$')


@dataclass
class TrainedRun:
    """One model trained with one or more seeds.

    Attributes:
        name (str): What tables call it.
        scores (dict[int, ScoreFile]): Scores by seed.
        metrics (dict[int, dict]): Metrics by seed of work directories that
            have no score file.
        parameters (int, optional): Parameters of the model.
        what (str): One line that explains it.
    """

    name: str
    scores: Dict[int, ScoreFile] = field(default_factory=dict)
    metrics: Dict[int, dict] = field(default_factory=dict)
    parameters: Optional[int] = None
    what: str = ''

    @property
    def config(self) -> Optional[str]:
        """str: Name of the config in the score files, without ``.py``."""
        for file in self.scores.values():
            if file.config:
                return Path(file.config).stem
        return None

    def add(self, seed: int, folder: Path) -> None:
        """Read the results of one seed.

        Args:
            seed (int): The seed.
            folder (Path): Folder of ``scores.jsonl`` or metrics.

        Raises:
            ValueError: If the seed is there already.
            FileNotFoundError: If there is neither file.
        """
        if seed in self.scores or seed in self.metrics:
            raise ValueError(f'{folder}: seed {seed} of {self.name!r} was '
                             'read already; name one of them by NAME=FOLDER')
        found = read_metrics(folder)
        if (folder / SCORES).is_file():
            self.scores[seed] = read_scores(folder / SCORES)
        elif found:
            self.metrics[seed] = found.get('metrics', found)
        else:
            raise FileNotFoundError(
                f'{folder}: neither {SCORES} nor test_metrics.json; write '
                f'them by tools/test.py CONFIG CHECKPOINT --work-dir {folder} '
                f'--dump {folder / SCORES}')
        if found.get('parameters') is not None:
            self.parameters = int(found['parameters'])
        self.what = str(found.get('what') or self.what)


def read_metrics(folder: Path) -> dict:
    """The metrics file of a folder, ``{}`` if it has none.

    Args:
        folder (Path): A work directory or the folder of a seed.

    Returns:
        dict: Content of ``metrics.json``, else of ``test_metrics.json``.

    Raises:
        ValueError: If the file is not a JSON object.
    """
    for name in ('metrics.json', 'test_metrics.json'):
        path = folder / name
        if not path.is_file():
            continue
        content = read_json(path)
        if not isinstance(content, dict):
            raise ValueError(f'{path}: expected a JSON object, got '
                             f'{type(content).__name__}')
        return content
    return {}


def seed_folders(folder: Path) -> Dict[int, Path]:
    """The finished seeds of a run.

    Args:
        folder (Path): Folder with ``seed_<n>`` folders.

    Returns:
        dict[int, Path]: Those with a score file, by ascending seed.
    """
    found = {}
    for path in folder.glob(f'seed_*/{SCORES}'):
        match = SEED_FOLDER.match(path.parent.name)
        if match:
            found[int(match.group(1))] = path.parent
    return dict(sorted(found.items()))


def read_study(folder: Union[str, Path]) -> List[TrainedRun]:
    """Read all runs of a study; seeds without scores are not finished.

    Args:
        folder (str | Path): Folder of ``<run>/seed_<n>/scores.jsonl``.

    Returns:
        list[TrainedRun]: Sorted by name.

    Raises:
        FileNotFoundError: If there is no finished run.
    """
    runs = []
    folder = Path(folder)
    for path in sorted(p for p in folder.glob('*') if p.is_dir()):
        seeds = seed_folders(path)
        if seeds:
            run = TrainedRun(path.name)
            for seed, place in seeds.items():
                run.add(seed, place)
            runs.append(run)
    if not runs:
        raise FileNotFoundError(
            f'{folder}: no <run>/seed_<n>/{SCORES} in it; expected a study '
            'of tools/analysis/study.py, or several work directories')
    return runs


def read_work_dirs(folders: Sequence[str]) -> List[TrainedRun]:
    """Read work directories; those of one config are seeds of one run.

    Args:
        folders (Sequence[str]): ``FOLDER`` or ``NAME=FOLDER``. A folder with
            ``seed_<n>`` folders is one run. Otherwise its name is that of
            the config in its scores or metrics, and its seed that of the
            run record of its training (0 without one).

    Returns:
        list[TrainedRun]: In the order given.

    Raises:
        FileNotFoundError: If a folder has no results.
        ValueError: If a seed of a run is given twice.
    """
    runs: Dict[str, TrainedRun] = {}
    for text in folders:
        name, _, place = text.partition('=')
        if not place or Path(text).is_dir():  # a folder's name may have a =
            name, place = '', text
        folder = Path(place)
        seeds = seed_folders(folder)
        if not seeds:
            seeds = {_recorded_seed(folder): folder}
            name = name or _config_name(folder)
        name = name or folder.resolve().name
        run = runs.setdefault(name, TrainedRun(name))
        for seed, seed_folder in seeds.items():
            run.add(seed, seed_folder)
    return list(runs.values())


def is_work_dir(folder: Union[str, Path]) -> bool:
    """Whether a folder holds the results of one run, rather than a study.

    Args:
        folder (str | Path): Any folder.

    Returns:
        bool: True with scores, metrics or finished seeds right in it.
    """
    folder = Path(folder)
    return ((folder / SCORES).is_file() or bool(read_metrics(folder))
            or bool(seed_folders(folder)))


def _recorded_seed(folder: Path) -> int:
    for path in sorted(folder.glob('run_record_*.json'), reverse=True):
        record = read_json(path)
        if record.get('task') == 'train' and record.get('seed') is not None:
            return int(record['seed'])
    return 0


def _config_name(folder: Path) -> str:
    config = read_metrics(folder).get('config')
    if config is None and (folder / SCORES).is_file():
        config = read_scores(folder / SCORES).config
    return Path(config).stem if config else ''
