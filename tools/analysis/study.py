#!/usr/bin/env python
"""Make the trainings of a study, as many as are still missing.

    python tools/analysis/study.py configs/studies/mini-smg.yaml
    python tools/analysis/study.py configs/ablations/*.py --seeds 0 1 2
    python tools/analysis/compare.py work_dirs/studies/mini-smg

A study is a file that describes it, or a list of configs. Stop it at will:
the same command goes on where it was. Each training is a process of its own;
one that fails is reported at the end with its log, and the others go on.
"""
import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           TextColumn, TimeElapsedColumn)

from mmgesture.apis.preflight import PreflightError
from mmgesture.apis.study import StudyError, check_runs, run_one
from mmgesture.apis.study_file import read_study_file, study_of_configs


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('study', nargs='+', help='study file (.yaml), or configs')
    add('--work-dir', help='results; default: work_dirs/studies/<name of '
        'the study file>, for configs work_dirs/studies/configs')
    add('--data-root', help='folder of the data, instead of the study\'s')
    add('--runs', nargs='+', metavar='NAME', default=(),
        help='only these runs; all folds, unless a name has one (NAME@FOLD)')
    add('--seeds', nargs='+', type=int,
        help='of configs (default: 0 1 2); of a study file only these')
    add('--amp', action='store_true', help='train configs in bf16')
    add('--from-scratch', action='store_true',
        help='train configs without the pretrained weights they name')
    add('--jobs', type=int, default=1, help='trainings side by side')
    add('--threads', type=int, help='threads of each; default: cores / jobs')
    add('--list', action='store_true', help='only say what is missing')
    # what each process is told: one training
    add('--one', nargs=2, metavar=('NAME', 'SEED'), help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.jobs = max(args.jobs, 1)
    args.threads = args.threads or max((os.cpu_count() or 1) // args.jobs, 1)
    return args


def start(args, folder, run, seed):
    """Start one training with its output in a log."""
    place = folder / run.name / f'seed_{seed}'
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, *args.study, '--work-dir',
               str(folder), '--one', run.name, str(seed)]
    command += ['--data-root', args.data_root] if args.data_root else []
    command += ['--amp'] if args.amp else []
    command += ['--from-scratch'] if args.from_scratch else []
    environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads))
    with open(place / 'study.log', 'ab') as log:
        return subprocess.Popen(command, stdout=log, stderr=log,
                                env=environment)


def work(args, folder, tasks, progress):
    """Keep the jobs busy; return the trainings that failed."""
    bar = progress.add_task('', total=len(tasks))
    waiting, running, failed = list(tasks), {}, []
    try:
        while waiting or running:
            while waiting and len(running) < args.jobs:
                task = waiting.pop(0)
                running[start(args, folder, *task)] = task
            for process in [p for p in running if p.poll() is not None]:
                run, seed = running.pop(process)
                if process.returncode:
                    failed.append((run, seed, process.returncode))
                progress.advance(bar)
            names = ', '.join(f'{r.name} {s}' for r, s in running.values())
            progress.update(bar, description=names)
            time.sleep(0.5)
    finally:
        for process in running:
            process.terminate()
    return failed


def read_study(args):
    """The study that the arguments name, and the folder of its results."""
    first = Path(args.study[0])
    if first.suffix == '.py':
        study = study_of_configs(args.study, args.seeds or (0, 1, 2),
                                 args.amp, args.from_scratch)
        name = 'configs'
    elif len(args.study) > 1 or args.amp or args.from_scratch:
        raise StudyError('expected one study file, which says amp and '
                         'from_scratch itself, or configs (.py)')
    else:
        study, name = read_study_file(str(first)), first.stem
    return study, Path(args.work_dir or Path('work_dirs/studies') / name)


def main():
    args = parse_args()
    console = Console()
    try:
        study, folder = read_study(args)
        if args.one:
            name, seed = args.one
            run_one(study, name, int(seed), str(folder), args.data_root)
            return
        chosen = study.choose(args.runs)
        known = {seed for run in chosen for seed in run.seeds}
        if not known.issuperset(args.seeds or ()):
            raise StudyError(f'{study.title}: these runs have the seeds '
                             f'{sorted(known)}, got {args.seeds}')
        tasks = [(run, seed) for run, seed in study.tasks(folder)
                 if run in chosen and seed in (args.seeds or run.seeds)]
        check_runs(study, [run for run, _ in tasks], args.data_root)
    except StudyError as error:
        console.print(f'study.py: {error}', soft_wrap=True, markup=False)
        sys.exit(2)
    except PreflightError as error:
        make = f'\nthe data of the study: {study.data}' if study.data else ''
        console.print(f'study.py: {error}{make}', soft_wrap=True,
                      markup=False)
        sys.exit(2)
    console.print(f'{study.title}: {len(tasks)} trainings are missing in '
                  f'{folder}', markup=False)
    if args.list:
        for run, seed in tasks:
            console.print(f'{run.name} seed {seed}: {run.what}', markup=False)
        return
    columns = (TextColumn('{task.description}'), BarColumn(),
               MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        failed = work(args, folder, tasks, progress)
    for run, seed, code in failed:
        console.print(f'failed with {code}: {run.name} seed {seed}, see '
                      f'{folder / run.name / f"seed_{seed}" / "study.log"}',
                      markup=False, soft_wrap=True)
    pairs = ''.join(f' {a}:{b}' for a, b in study.comparisons)
    console.print(f'compare: python tools/analysis/compare.py {folder}'
                  f'{" --pairs" if pairs else ""}{pairs}',
                  markup=False, soft_wrap=True)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
