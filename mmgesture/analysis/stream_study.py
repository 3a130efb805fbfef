"""What the trainings of a study of stream models tell, at each look-ahead.

The events that the engine emits are scored, with a decoder that was tuned on
each fold's own validation videos; the test videos of all folds together are
one test.
"""
from dataclasses import asdict
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

import numpy as np
from mmengine.config import Config

from mmgesture.apis.preflight import load_config
from mmgesture.apis.stream import (detector_of, store_stream_settings,
                                   stored_stream_settings)
from mmgesture.apis.stream_data import recordings
from mmgesture.apis.stream_evaluation import (stream_recordings,
                                              tune_lookahead)
from mmgesture.apis.study import FOLD, Study, checkpoint_of
from mmgesture.apis.trained_model import load_model
from mmgesture.evaluation.functional import (StreamedVideo, as_detections,
                                             count_segments,
                                             segment_f1_interval,
                                             stream_scores)
from .detection_study import DetectionRun

__all__ = ['StreamedRun', 'stream_rows', 'streamed_run', 'training_config']

#: What is averaged over seeds, beside the delays.
MEASURES = ('f1', 'precision', 'recall', 'macro_f1', 'false_alarms_per_hour',
            'retractions_per_hour')
#: Delays, in seconds; each as its median and 90th percentile.
DELAYS = ('first_word', 'confirmed', 'closed')


class StreamedRun(NamedTuple):
    """All that the trainings of a run told of their test videos.

    Attributes:
        name (str): The run.
        num_classes (int): K.
        told (dict[float, dict[int, list[StreamedVideo]]]): By look-ahead and
            seed, the videos of all folds by name.
    """
    name: str
    num_classes: int
    told: Dict[float, Dict[int, List[StreamedVideo]]]


def training_config(study: Study,
                    run: str,
                    fold: str = '') -> Config:
    """The config that a training of a study was made with.

    Args:
        study (Study): The study.
        run (str): Name of the run, without the fold.
        fold (str): Name of the fold. Defaults to ''.

    Returns:
        Config: With the options of study, run and fold.

    Raises:
        StudyError: If the study has no such run.
    """
    one = study.run(f'{run}{FOLD}{fold}' if fold else run)
    return load_config(one.config, one.options, study.data_root)


def streamed_run(study: Study,
                 run: DetectionRun,
                 lookaheads: Optional[Sequence[float]] = None,
                 advance: Optional[Callable[[str], None]] = None
                 ) -> StreamedRun:
    """Let every training of a run tell of its test videos.

    Look-aheads without settings in the checkpoint are tuned on the
    validation videos first, and the settings stored there, as
    ``tools/analysis/tune_stream.py`` does.

    Args:
        study (Study): The study that they belong to.
        run (DetectionRun): The trainings.
        lookaheads (Sequence[float], optional): Seconds; None: all of the
            model. Defaults to None.
        advance (Callable, optional): Called with what was done last, often.
            Defaults to None.

    Returns:
        StreamedRun: Seeds with all folds alone.

    Raises:
        ValueError: If no seed is complete, or two folds test on the same
            video.
        FileNotFoundError: If a checkpoint or annotation file is absent.
    """
    if not run.seeds:
        raise ValueError(f'{run.name}: no seed is complete; missing are '
                         f'{", ".join(run.missing)}')
    told: Dict[float, Dict[int, List[StreamedVideo]]] = {}
    number = 0
    for seed, places in run.seeds.items():
        for fold, place in sorted(places.items()):
            what = f'{run.name} {fold} seed {seed}'.replace('  ', ' ')
            number, found = _one_training(
                training_config(study, run.name, fold), checkpoint_of(place),
                lookaheads, what, advance)
            for lookahead, videos in found.items():
                told.setdefault(lookahead, {}).setdefault(
                    seed, []).extend(videos)
    for seeds in told.values():
        for seed, videos in seeds.items():
            names = sorted(video.video_id for video in videos)
            twice = {a for a, b in zip(names, names[1:]) if a == b}
            if twice:
                raise ValueError(f'{run.name}: the video {min(twice)!r} is '
                                 'in the test of two folds')
            seeds[seed] = sorted(videos, key=lambda v: v.video_id)
    return StreamedRun(run.name, number, told)


def _one_training(cfg: Config, checkpoint: str,
                  lookaheads: Optional[Sequence[float]], what: str,
                  advance: Optional[Callable[[str], None]]) -> tuple:
    """(K, look-ahead to what was told of the test videos)."""
    def step(text: str) -> Optional[Callable[[], None]]:
        return None if advance is None else lambda: advance(text)

    trained = load_model(cfg, checkpoint)
    network = trained.model.network
    settings = stored_stream_settings(trained.meta)
    lookaheads = lookaheads or network.lookaheads
    missing = [x for x in lookaheads if x not in settings]
    if missing:
        videos = recordings(cfg, 'val')
        for lookahead in missing:
            settings[lookahead] = tune_lookahead(
                trained, checkpoint, videos, lookahead,
                step(f'{what}: tuning {lookahead:g} s')).settings
        store_stream_settings(checkpoint, settings)
    videos = recordings(cfg, 'test')
    return network.num_classes, {
        lookahead: stream_recordings(
            detector_of(trained, checkpoint, lookahead, settings[lookahead]),
            videos, step(f'{what}: streaming {lookahead:g} s'))
        for lookahead in lookaheads
    }


def stream_rows(run: StreamedRun, tiou: float = 0.3) -> List[Dict[str, Any]]:
    """Figures of a run, one row for each look-ahead.

    Each figure is pooled over the videos of a seed; then means over seeds
    with their deviation. The interval of F1 resamples videos with the counts
    of all seeds together.

    Args:
        run (StreamedRun): What was told.
        tiou (float): Overlap that a hit must exceed. Defaults to 0.3.

    Returns:
        list[dict]: ``run, lookahead, seeds, videos, gestures, hours``; by
        :data:`MEASURES`, and by :data:`DELAYS` with ``_median`` and
        ``_p90``, dicts of ``mean``, ``sd`` (None for one seed) and
        ``by_seed``; ``f1`` has ``low`` and ``high`` too.
    """
    rows = []
    for lookahead, seeds in sorted(run.told.items()):
        values: Dict[str, List[float]] = {}
        counts = []
        for videos in seeds.values():
            score = asdict(stream_scores(videos, run.num_classes, tiou))
            for key in MEASURES:
                values.setdefault(key, []).append(score[key])
            for key in DELAYS:
                for part, value in zip(('median', 'p90'), score[key]):
                    values.setdefault(f'{key}_{part}', []).append(value)
            counts.append(
                count_segments([as_detections(v) for v in videos],
                               run.num_classes, tiou))
        row: Dict[str, Any] = dict(
            run=run.name, lookahead=lookahead, seeds=sorted(seeds),
            videos=len(videos), hours=score['hours'],
            gestures=sum(len(v.gt_labels) for v in videos))
        for key, numbers in values.items():
            row[key] = dict(
                mean=float(np.mean(numbers)),
                sd=float(np.std(numbers, ddof=1)) if len(numbers) > 1 else
                None,
                by_seed=[float(x) for x in numbers])
        interval = segment_f1_interval(np.sum(counts, 0))
        row['f1'].update(low=interval.low, high=interval.high)
        rows.append(row)
    return rows
