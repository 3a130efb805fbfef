"""What the trainings of a study of localizers found, folds pooled.

A study leaves ``<run>@<fold>/seed_<n>/detections.jsonl`` and
``metrics.json`` (without folds ``<run>/seed_<n>/``). The test videos of all
folds together are one test; each fold keeps the threshold that was tuned on
its own validation videos.
"""
import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

import numpy as np

from mmgesture.apis.study import DETECTIONS, FOLD
from mmgesture.evaluation.functional import (count_segments,
                                             detection_scores, map_scores,
                                             segment_f1_interval)
from mmgesture.structures import VideoDetections
from mmgesture.submission import DetectionFile, read_detections
from mmgesture.textio import read_json

__all__ = ['DetectionRun', 'detection_row', 'find_detection_runs']

METRICS = 'metrics.json'
SEED = re.compile(r'seed_(\d+)$')
#: What is averaged over seeds.
MEASURES = ('f1', 'precision', 'recall', 'macro_f1', 'f1_at_0.1',
            'f1_at_0.5', 'f1_at_0.7', 'map')


class DetectionRun(NamedTuple):
    """The trainings of one row.

    Attributes:
        name (str): The run.
        folds (tuple[str, ...]): Folds of the study; one empty name without.
        seeds (dict[int, dict[str, Path]]): Folder of each training, by seed
            and fold; seeds with all folds alone.
        missing (list[str]): Trainings without detections, as
            ``run@fold/seed_n``.
    """
    name: str
    folds: tuple
    seeds: Dict[int, Dict[str, Path]]
    missing: List[str]


def find_detection_runs(folder: Union[str, Path],
                        names: Optional[Sequence[str]] = None
                        ) -> List[DetectionRun]:
    """Find the trainings of a study.

    Args:
        folder (str | Path): Folder of its results.
        names (Sequence[str], optional): These runs, in this order; None:
            all, by name. Defaults to None.

    Returns:
        list[DetectionRun]: One for each run that has a folder.

    Raises:
        ValueError: If there is nothing, or a run that is asked for is not
            there.
    """
    places: Dict[str, Dict[int, Dict[str, Path]]] = {}
    folds: Dict[str, set] = {}
    for place in sorted(Path(folder).glob('*/seed_*')):
        found = SEED.fullmatch(place.name)
        if not found or not place.is_dir():
            continue
        run, _, fold = place.parent.name.partition(FOLD)
        places.setdefault(run, {}).setdefault(int(found[1]), {})[fold] = place
        folds.setdefault(run, set()).add(fold)
    unknown = sorted(set(names or ()) - set(places))
    if not places or unknown:
        raise ValueError(
            f'{folder}: no {f"run {unknown[0]!r}" if unknown else "runs"}; '
            f'expected <run>{FOLD}<fold>/seed_<n>/{DETECTIONS}, there are '
            f'the runs {", ".join(sorted(places)) or "none"}')
    runs = []
    for run in names or sorted(places):
        complete, missing = {}, []
        for seed, by_fold in sorted(places[run].items()):
            done = {
                fold: place for fold, place in by_fold.items()
                if (place / DETECTIONS).is_file()
            }
            absent = sorted(folds[run] - set(done))
            missing += [
                f'{run}{FOLD if fold else ""}{fold}/seed_{seed}'
                for fold in absent
            ]
            if not absent:
                complete[seed] = done
        runs.append(
            DetectionRun(run, tuple(sorted(folds[run])), complete, missing))
    return runs


def _pooled(files: Sequence[DetectionFile]) -> List[VideoDetections]:
    """The videos of all folds with the detections that count."""
    videos = [v for file in files for v in file.counting() if v.known]
    seen = [video.video_id for video in videos]
    twice = sorted({name for name in seen if seen.count(name) > 1})
    if twice:
        raise ValueError(f'{files[0].source}: the video {twice[0]!r} is in '
                         'the test of two folds')
    return sorted(videos, key=lambda video: video.video_id)


def detection_row(run: DetectionRun) -> Dict[str, Any]:
    """Figures of a run: mean over seeds, spread, interval over videos.

    mAP is the mean over folds, whose scores come from different models. The
    interval resamples videos with the counts of all seeds together.

    Args:
        run (DetectionRun): The run.

    Returns:
        dict: ``run, seeds, videos, parameters, cpu_seconds`` (of a seed, all
        its folds), ``missing``, and by :data:`MEASURES` dicts of ``mean``,
        ``sd`` (None for one seed) and ``by_seed``; ``f1`` has ``low`` and
        ``high`` too. Without a complete seed the measures are absent.

    Raises:
        ValueError: If a file is broken, names no threshold, or folds share a
            video.
    """
    values: Dict[str, List[float]] = {}
    counts, seconds, parameters = [], [], None
    for by_fold in run.seeds.values():
        files = [read_detections(place / DETECTIONS)
                 for place in by_fold.values()]
        hard, number = _pooled(files), files[0].num_classes
        scores = detection_scores(hard, number)
        scores['map'] = float(np.mean(
            [map_scores(file.known, number)['map'] for file in files]))
        for key in MEASURES:
            values.setdefault(key, []).append(scores[key])
        counts.append(count_segments(hard, number))
        found = [read_json(place / METRICS)
                 for place in by_fold.values()
                 if (place / METRICS).is_file()]
        if found:
            parameters = found[0]['parameters']
            seconds.append(sum(x.get('cpu_seconds', 0.) for x in found))
    row: Dict[str, Any] = dict(
        run=run.name, folds=len(run.folds), seeds=sorted(run.seeds),
        missing=run.missing, parameters=parameters,
        cpu_seconds=float(np.mean(seconds)) if seconds else None,
        videos=len(counts[0]) if counts else 0)
    for key, numbers in values.items():
        row[key] = dict(
            mean=float(np.mean(numbers)),
            sd=float(np.std(numbers, ddof=1)) if len(numbers) > 1 else None,
            by_seed=numbers)
    if counts:
        interval = segment_f1_interval(np.sum(counts, 0))
        row['f1'].update(low=interval.low, high=interval.high)
    return row
