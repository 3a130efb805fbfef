#!/usr/bin/env python
"""Lose one of two training processes, and time the end of the others.

One process gets SIGKILL (it dies), SIGSTOP (it hangs) or SIGUSR1 (it is asked
to stop), once it is process 0 and once process 1, under torchrun and without
a launcher that looks after it. Checked: all others end within the bound, what
they say names the lost process and its host, and after SIGUSR1 the run is
saved.

Example:
    python tools/soak/lost_process.py
    python tools/soak/lost_process.py --heartbeat 0 --limit 120
"""
import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import RESULTS, console, free_port, report

from mmgesture.engine import EXIT_CODE, find_resumable, read_meta
from mmgesture.testing import write_tiny_set, write_tiny_training

TOOLS = Path(__file__).resolve().parents[1]
SIGNALS = ('SIGKILL', 'SIGSTOP', 'SIGUSR1')
START = 180  # seconds in which a training must have begun


class Processes:
    """Two training processes, with torchrun above them or without."""

    def __init__(self, config, work_dir, launcher, heartbeat):
        words = [
            str(TOOLS / 'train.py'), str(config), '--work-dir', str(work_dir),
            '--launcher', 'pytorch', '--cfg-options',
            f'env_cfg.heartbeat_timeout={heartbeat}'
        ]
        self.log = work_dir.with_suffix('.log')
        self.environment = {
            **os.environ, 'OMP_NUM_THREADS': '1',
            'PYTHONPATH': str(TOOLS.parent)
        }
        port = str(free_port())
        if launcher == 'torchrun':
            self.started = [self._start([
                '-m', 'torch.distributed.run', '--nproc_per_node=2',
                f'--master_port={port}', *words])]
        else:
            self.started = [
                self._start(words, RANK=str(rank), LOCAL_RANK=str(rank),
                            WORLD_SIZE='2', MASTER_ADDR='127.0.0.1',
                            MASTER_PORT=port) for rank in range(2)
            ]

    def _start(self, words, **variables):
        with open(self.log, 'a') as log:
            return subprocess.Popen(
                [sys.executable, '-W', 'ignore', *words], stdout=log,
                stderr=log, env={**self.environment, **variables},
                start_new_session=True)

    def said(self):
        """All that they said."""
        return self.log.read_text(errors='replace')

    def wait_for_steps(self, number):
        """Wait until so many steps are made."""
        end = time.monotonic() + START
        while self.said().count('Epoch(train)') < number:
            if time.monotonic() > end or any(
                    p.poll() is not None for p in self.started):
                raise RuntimeError(f'no training: {self.said()[-2000:]}')
            time.sleep(0.05)

    def pids(self):
        """Process ids by rank."""
        if len(self.started) == 2:
            return [process.pid for process in self.started]
        agent, found = self.started[0].pid, {}
        children = Path(f'/proc/{agent}/task/{agent}/children').read_text()
        for pid in children.split():
            text = Path(f'/proc/{pid}/environ').read_bytes().decode()
            rank = re.search(r'(?:^|\0)RANK=(\d+)', text)
            if rank:
                found[int(rank[1])] = int(pid)
        return [found[0], found[1]]

    def end(self):
        """Kill what is left."""
        for process in self.started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def alive(pid):
    """Whether a process runs; a dead one that nobody has waited for not."""
    try:
        state = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1]
    except OSError:
        return False
    return state.split()[0] not in 'ZX'


def trial(config, folder, launcher, name, victim, args):
    """Lose a process; how long the end takes, and what is said."""
    work_dir = folder / f'{launcher}_{name}_{victim}'
    processes = Processes(config, work_dir, launcher, args.heartbeat)
    try:
        processes.wait_for_steps(3)
        pids = processes.pids()
        before = len(processes.said())
        began = time.monotonic()
        os.kill(pids[victim], getattr(signal, name))
        # The launcher's end is the job's; without one, the survivor's is.
        others = [p for p in processes.started if p.pid != pids[victim]]
        while any(p.poll() is None for p in others) and \
                time.monotonic() - began < args.limit:
            time.sleep(0.02)
        seconds = time.monotonic() - began
        ended = all(p.poll() is not None for p in others) and not alive(
            pids[1 - victim])
        return dict(
            seconds=seconds, ended=ended, text=processes.said()[before:],
            codes=[p.poll() for p in others], work_dir=work_dir,
            named=f'process {victim} on {socket.gethostname()}')
    finally:
        processes.end()


def judge(name, found, bound):
    """What is wrong with a trial's result."""
    if not found['ended']:
        return [f'the others did not end in {found["seconds"]:.0f} s']
    problems = []
    if found['seconds'] > bound:
        problems.append(f'{found["seconds"]:.1f} s exceed {bound:g} s')
    if name == 'SIGUSR1':
        checkpoint = find_resumable(found['work_dir'])
        if checkpoint is None or 'interrupted' not in checkpoint.name:
            problems.append(f'no interrupted run is saved: {checkpoint}')
        elif not read_meta(checkpoint)['iter'] or \
                'stopped by' not in found['text']:
            problems.append(f'not told: {found["text"][-500:]}')
        # torchrun turns every code but 0 into 1
        if not {EXIT_CODE, 1} & set(found['codes']):
            problems.append(f'exit codes {found["codes"]}')
    elif found['named'] not in found['text']:
        problems.append(f'{found["named"]!r} is not in what is said: '
                        f'{found["text"][-1500:]}')
    return problems


def message(found):
    """The line that tells, without time and level."""
    lines = [line for line in found['text'].splitlines()
             if 'no sign of life' in line or 'stopped by' in line]
    return re.sub(r'^.* - print_log - \d+ - ', '', lines[0]) if lines else '-'


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--heartbeat', type=float, default=20,
        help='env_cfg.heartbeat_timeout of the training; 0: no watch')
    add('--launchers', nargs='+', default=['none', 'torchrun'],
        choices=['none', 'torchrun'])
    add('--signals', nargs='+', default=list(SIGNALS), choices=SIGNALS)
    add('--limit', type=float, default=120,
        help='seconds after which a trial is given up')
    add('--out', type=Path, default=RESULTS, help='folder of the report')
    return parser.parse_args(argv)


def main(argv=None):
    """Lose processes, and report."""
    args = parse_args(argv)
    facts, problems = {'heartbeat_timeout': f'{args.heartbeat:g} s'}, []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_tiny_set(folder / 'set', numbers=(24, 4, 4))
        config = write_tiny_training(folder, folder / 'set', 10000, 2)
        for launcher in args.launchers:
            # torchrun kills what does not end by itself after 30 s
            bound = 1.1 * args.heartbeat + 5 + 35 * (launcher == 'torchrun')
            for name in args.signals:
                for victim in (0, 1):
                    what = f'{name} to process {victim}, launcher {launcher}'
                    found = trial(
                        config, folder, launcher, name, victim, args)
                    wrong = judge(name, found, bound)
                    problems += [f'{what}: {problem}' for problem in wrong]
                    facts[what] = (f'{found["seconds"]:.1f} s, exit codes '
                                   f'{found["codes"]}: {message(found)}')
                    console.print(f'{what}: {facts[what]}', markup=False)
    return report(
        'lost_process', 'python tools/soak/lost_process.py --heartbeat '
        f'{args.heartbeat:g}', facts, problems, args.out)


if __name__ == '__main__':
    sys.exit(main())
