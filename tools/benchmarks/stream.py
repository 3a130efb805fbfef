#!/usr/bin/env python
"""Stream models: what waiting brings, how late they are, and how fast.

    python tools/analysis/study.py configs/studies/stream-sfinge3d.yaml
    python tools/benchmarks/stream.py configs/studies/stream-sfinge3d.yaml

Of every run, at every look-ahead: F1 of the events that the engine emits
(tIoU above 0.3, folds pooled), delays, false alarms, retractions. Thresholds
come from validation videos alone; missing ones are tuned first and stored in
the checkpoints. Then speed, frame by frame, and memory, on an idle machine:
of frames on drawn footage, of joints on the test recordings.
"""
import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from common import RESULTS, console, markdown_table, save
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from stream_speed import joint_source, measure_stream, video_source

from mmgesture.analysis.detection_study import (DetectionRun,
                                                find_detection_runs)
from mmgesture.analysis.stream_study import (stream_rows, streamed_run,
                                             training_config)
from mmgesture.apis.study import Study, checkpoint_of
from mmgesture.apis.study_file import read_study_file
from mmgesture.visualization import LookaheadPoint, draw_lookahead_curves


class StudiedRun(NamedTuple):
    """A run, what tables call it, and its study."""
    name: str
    study: Study
    run: DetectionRun


#: Height and width of drawn footage.
SIZES = ((120, 160), (480, 640), (1080, 1920))
#: Of a timing, what the table does not show.
HIDDEN = ('totals', 'closed', 'unlike the whole run')


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('studies', nargs='+', help='study files (.yaml)')
    add('--results', default='work_dirs/studies', metavar='FOLDER',
        help='where their results lie, each in a folder of its name')
    add('--only', choices=('accuracy', 'speed'))
    add('--lookaheads', type=float, nargs='+', metavar='SECONDS')
    add('--speed-at', type=float, default=0.5, metavar='SECONDS',
        help='look-ahead of the timings (default: 0.5)')
    add('--seconds', type=float, default=5., help='length of the footage')
    add('--fps', type=int, default=28, help='rate of the footage')
    add('--repeats', type=int, default=3)
    add('--threads', type=int, default=2)
    add('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def accuracy(runs: Sequence[StudiedRun],
             args: argparse.Namespace) -> List[Dict[str, Any]]:
    columns = (TextColumn('{task.description}'), BarColumn(),
               TimeElapsedColumn())
    rows = []
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task('reading', total=None)
        for name, study, run in runs:
            found = streamed_run(
                study, run, args.lookaheads,
                lambda text: progress.update(task, description=text))
            rows += stream_rows(found._replace(name=name))
    return rows


def cells(row: Dict[str, Any]) -> Dict[str, str]:
    """A row of figures as text."""
    def value(key: str, digits: int) -> str:
        figure = row[key]
        text = f'{figure["mean"]:.{digits}f}'
        return text if figure['sd'] is None else (
            f'{text} ± {figure["sd"]:.{digits}f}')

    def delay(key: str) -> str:
        return ' / '.join(f'{row[f"{key}_{part}"]["mean"]:.2f}'
                          for part in ('median', 'p90'))

    f1 = row['f1']
    return {
        'run': row['run'],
        'look-ahead, s': f'{row["lookahead"]:g}',
        'F1': value('f1', 3),
        '95 %': f'{f1["low"]:.3f}-{f1["high"]:.3f}',
        'precision': value('precision', 2),
        'recall': value('recall', 2),
        'macro F1': value('macro_f1', 3),
        'first word after onset, s': delay('first_word'),
        'confirmed after onset, s': delay('confirmed'),
        'last word after offset, s': delay('closed'),
        'false alarms / h': value('false_alarms_per_hour', 0),
        'retractions / h': value('retractions_per_hour', 0),
    }


def figure(rows: Sequence[Dict[str, Any]], path: Path) -> None:
    runs: Dict[str, List[LookaheadPoint]] = {}
    for row in rows:
        def pair(key: str, row=row) -> tuple:
            return tuple(row[f'{key}_{part}']['mean']
                         for part in ('median', 'p90'))
        f1 = row['f1']
        runs.setdefault(row['run'], []).append(
            LookaheadPoint(row['lookahead'], f1['mean'], f1['low'],
                           f1['high'], pair('first_word'), pair('closed')))
    draw_lookahead_curves(runs, path)


def speed(runs: Sequence[StudiedRun],
          args: argparse.Namespace) -> List[Dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, study, run in runs:
            fold, place = next(iter(next(iter(run.seeds.values())).items()))
            cfg = training_config(study, run.name, fold)
            config = str(Path(folder, f'{len(rows)}.py'))
            cfg.dump(config)
            if cfg.stream.type == 'frames':
                sources = [video_source(Path(folder), size, args.seconds,
                                        args.fps) for size in SIZES]
            else:
                sources = [joint_source(cfg)]
            rows += [
                dict(run=name, **measure_stream(
                    config, checkpoint_of(place), args.speed_at, source,
                    args.repeats, args.threads)) for source in sources
            ]
    return rows


def find_runs(args: argparse.Namespace) -> List[StudiedRun]:
    found = []
    for file in args.studies:
        stem, study = Path(file).stem, read_study_file(file)
        found += [
            StudiedRun(f'{stem.removeprefix("stream-")} {run.name}', study,
                       run)
            for run in find_detection_runs(Path(args.results) / stem)
        ]
    return found


def report_accuracy(runs: Sequence[StudiedRun],
                    args: argparse.Namespace) -> None:
    rows = accuracy(runs, args)
    sets = '; '.join(dict.fromkeys(
        f'{row["run"]}: {row["videos"]} streams, {row["gestures"]} gestures, '
        f'{row["hours"]:.2f} h, seeds {row["seeds"]}' for row in rows))
    figure(rows, args.out / 'stream.png')
    save('stream', rows, [cells(row) for row in rows], args.out, (
        f'{sets}. F1 of the closed events at tIoU above 0.3, the streams of '
        'all folds pooled, means over seeds with their deviation, 95 % '
        'bootstrap over streams; the decoder was tuned on validation '
        'streams. Delays are median / 90th percentile of the gestures that '
        'were found, in the time of the stream: they include the look-ahead, '
        'not the computing.\n\n![F1 and delays](stream.png)'))


def report_speed(runs: Sequence[StudiedRun],
                 args: argparse.Namespace) -> None:
    rows = speed(runs, args)
    closed, unlike = (sum(row[key] for row in rows) for key in HIDDEN[1:])
    shown = [{k: v for k, v in row.items() if k not in HIDDEN}
             for row in rows]
    save('stream_speed', rows, shown, args.out, (
        f'Frame by frame at a look-ahead of {args.speed_at:g} s, '
        f'on {args.threads} threads, the middle one of {args.repeats} runs. '
        '*Time / real time* below 1 is faster than real time; *CPU time* is '
        'that of all cores, and says more on a busy machine. Memory is what '
        'a process with the libraries loaded grew by while it loaded the '
        f'model and streamed. Of the {closed} gestures that these streams '
        f'closed, {unlike} differ from those of a run over the whole '
        'recording.'))


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        runs = find_runs(args)
        if args.only != 'speed':
            report_accuracy(runs, args)
        if args.only != 'accuracy':
            report_speed(runs, args)
    except (OSError, ValueError, RuntimeError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
