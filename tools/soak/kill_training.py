#!/usr/bin/env python
"""Kill a training run again and again, and resume it every time.

The run dies of SIGKILL at random moments and inside of its writes, is
stopped by SIGTERM and SIGUSR1, and now and then its newest checkpoint is
damaged before it is resumed. Checked: a resumption never fails, never loses
more than the interval between checkpoints (one more where one was damaged),
and a run that was killed many times ends with the losses, weights, EMA
weights and validation results of one that was not, bit for bit.

Example:
    python tools/soak/kill_training.py --kills 60
    python tools/soak/kill_training.py --kills 20 --processes 2
"""
import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import Value
from pathlib import Path

import torch
from common import (RESULTS, Child, console, damage, free_port, quiet, report,
                    wait)
from faults import STAGES, die_in_write
from mmengine.config import Config
from mmengine.hooks import Hook

from mmgesture.apis import launch
from mmgesture.engine import (EXIT_CODE, RunInterrupted, find_resumable,
                              read_meta)
from mmgesture.registry import HOOKS
from mmgesture.testing import write_tiny_set, write_tiny_training

STEP = Value('i', 0)
HANG = 120  # seconds after which a process counts as hung


@HOOKS.register_module()
class StepCounterHook(Hook):
    """Tells the parent how far this run is."""

    priority = 'HIGHEST'

    def before_train(self, runner):
        STEP.value = runner.iter

    def after_train_iter(self, runner, **_):
        STEP.value = runner.iter + 1


def write_config(folder, args):
    """A training of few steps with everything that a resumption restores."""
    root = folder / 'set'
    write_tiny_set(root, numbers=(4 * args.steps, 4, 4))
    path = write_tiny_training(folder, root, args.epochs,
                               4 // args.processes)
    cfg = Config.fromfile(path)
    cfg.custom_hooks = [
        dict(type='EMAHook', momentum=0.1), dict(type='StepCounterHook')
    ]
    cfg.default_hooks.checkpoint.max_keep_ckpts = 2
    cfg.train_dataloader.num_workers = args.workers
    cfg.train_dataloader.persistent_workers = args.workers > 0
    cfg.env_cfg = dict(dist_cfg=dict(timeout=30))
    cfg.dump(path)
    return path


def reached(work_dir):
    """Iteration of the checkpoint that would be resumed."""
    found = find_resumable(work_dir)
    return 0 if found is None else read_meta(found)['iter']


def result_of(work_dir, epochs):
    """What must not depend on how often a run was killed."""
    state = torch.load(work_dir / f'epoch_{epochs}.pth', weights_only=True)
    hub = state['message_hub']
    found = {f'{part} {name}': tensor
             for part in ('state_dict', 'ema_state_dict')
             for name, tensor in state[part].items()}
    found.update({
        name: scalar['values']
        for name, scalar in hub['log_scalars'].items() if 'time' not in name
    })
    found['best score'] = torch.tensor(hub['runtime_info']['best_score'])
    return found


class Soak:
    """Kills, and counts broken promises."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.config = write_config(folder, args)
        self.chance = random.Random(args.seed)
        self.kinds, self.problems = Counter(), []
        self.kills = self.rounds = self.resumed = self.most_lost = 0
        self.longest_end = 0.0

    def begin(self, work_dir, fault=None):
        """Start the processes; ``fault`` is called in the first one."""
        port = free_port()
        several = self.args.processes > 1

        def train(rank):
            quiet()
            if fault is not None and rank == 0:
                fault()
            try:
                launch.train(
                    self.config, work_dir=str(work_dir), resume='auto',
                    launcher='pytorch' if several else 'none')
            except RunInterrupted:
                return EXIT_CODE

        return [
            Child(lambda rank=rank: train(rank), self.folder / 'log.txt',
                  RANK=rank, WORLD_SIZE=self.args.processes, LOCAL_RANK=rank,
                  MASTER_ADDR='127.0.0.1', MASTER_PORT=port)
            for rank in range(self.args.processes)
        ]

    def complete(self, work_dir):
        """Train to the end; raises if that fails."""
        children = self.begin(work_dir)
        wait(children, HANG)
        codes = [child.code for child in children]
        if set(codes) != {0}:
            log = (self.folder / 'log.txt').read_text(errors='replace')
            raise RuntimeError(f'a run ended with {codes}: {log[-3000:]}')

    def run(self):
        """All rounds."""
        whole, began = self.folder / 'whole', time.monotonic()
        self.complete(whole)
        self.duration = time.monotonic() - began
        self.expected = result_of(whole, self.args.epochs)
        while self.kills < self.args.kills:
            work_dir = self.folder / f'round_{self.rounds}'
            while self.kills < self.args.kills and self.attempt(work_dir):
                pass
            self.complete(work_dir)  # finds nothing to do if it is
            self.compare(work_dir)
            shutil.rmtree(work_dir)
            self.rounds += 1

    def compare(self, work_dir):
        """Compare a finished run with the unbroken one."""
        found = result_of(work_dir, self.args.epochs)
        for name, value in self.expected.items():
            if name not in found or not torch.equal(value, found[name]):
                self.blame(f'{name} differs from the unbroken run')
        rest = [p.name for p in work_dir.rglob('*') if '.part-' in p.name]
        if rest:
            self.blame(f'temporary files are left: {rest}')
        kept = sorted(p.name for p in work_dir.glob('*.pth')
                      if not p.name.startswith('best'))
        best = sorted(p.name for p in work_dir.glob('best_*.pth'))
        if len(kept) > 2 or len(best) != 1:
            self.blame(f'{kept} and {best} are kept, expected two and one')

    def attempt(self, work_dir):
        """Start, and kill; False if it was complete before."""
        had = reached(work_dir) if work_dir.exists() else 0
        self.resumed += had > 0
        STEP.value = had
        kind, fault = self.chance.choices(
            ['kill', 'write', 'SIGTERM', 'SIGUSR1'], [4, 4, 1, 1])[0], None
        name = kind
        if kind == 'write':
            stage, seed = self.chance.choice(STAGES), self.chance.random()
            number = self.chance.randrange(8)
            name = f'in a write: {stage}'

            def fault():
                die_in_write(number, stage, random.Random(seed))
        children = self.begin(work_dir, fault)
        if kind != 'write':
            self.hit(kind, children, had)
        began = time.monotonic()
        if not wait(children, HANG):
            self.blame(f'after {name} a process did not end in {HANG} s')
        if kind != 'write':
            self.longest_end = max(self.longest_end,
                                   time.monotonic() - began)
        codes = [child.code for child in children]
        for child in children:
            child.end()
        if set(codes) == {0}:
            return False
        self.kills += 1
        self.kinds[name] += 1
        self.check(work_dir, name, had, codes)
        console.print(f'kill {self.kills} ({name}) at step {STEP.value}')
        return True

    def hit(self, kind, children, had):
        """Send a signal to a process at a random moment."""
        step = had + self.chance.randint(-1, 2 * self.args.steps)
        while STEP.value < step and all(c.alive() for c in children):
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0, self.duration / 20))
        self.chance.choice(children).send(
            signal.SIGKILL if kind == 'kill' else getattr(signal, kind))

    def check(self, work_dir, name, had, codes):
        """Check what a resumption will find; maybe damage it."""
        stopped = name.startswith('SIG')
        allowed = {EXIT_CODE, -getattr(signal, name)} if stopped else {
            -signal.SIGKILL}
        if not any(code in allowed for code in codes):
            self.blame(f'after {name} the run ended with {codes}')
        if not work_dir.exists():
            return
        has = reached(work_dir)
        lost = STEP.value - has
        self.most_lost = max(self.most_lost, lost)
        if stopped and EXIT_CODE in codes and lost:
            self.blame(f'{lost} steps are lost after {name}')
        if has < had or lost > self.args.steps:
            self.blame(f'{lost} steps are lost after {name}: it was at '
                       f'{STEP.value}, the checkpoint before was {had}, now '
                       f'{has} is found')
        files = sorted([*work_dir.glob('epoch_*.pth'),
                        *work_dir.glob('interrupted_*.pth')],
                       key=lambda path: path.stat().st_mtime_ns)
        if len(files) > 1 and self.chance.random() < 0.25:
            how = damage(files[-1], self.chance)
            self.kinds[f'newest checkpoint damaged: {how}'] += 1
            if has - reached(work_dir) > 2 * self.args.steps:
                self.blame(f'after damage {reached(work_dir)} is found, '
                           f'{has} before')

    def blame(self, problem):
        """Note a broken promise."""
        self.problems.append(f'round {self.rounds}: {problem}')
        console.print(self.problems[-1], style='red')


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--kills', type=int, default=60)
    add('--epochs', type=int, default=6)
    add('--steps', type=int, default=6, help='steps of an epoch')
    add('--processes', type=int, default=1, choices=[1, 2])
    add('--workers', type=int, default=1, help='loading processes')
    add('--seed', type=int, default=0)
    add('--out', type=Path, default=RESULTS, help='folder of the report')
    return parser.parse_args(argv)


def main(argv=None):
    """Soak, and report."""
    args = parse_args(argv)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(args, Path(folder))
        soak.run()
    facts = {
        'training': f'{args.epochs} epochs of {args.steps} steps, '
        f'{args.processes} processes, EMA, {args.workers} loading processes',
        'kills': soak.kills,
        **{f'- {kind}': n for kind, n in sorted(soak.kinds.items())},
        'resumptions from a checkpoint': soak.resumed,
        'runs brought to their end and compared bit for bit': soak.rounds,
        'numbers and tensors compared in each': len(soak.expected),
        'most steps lost': f'{soak.most_lost} (interval: {args.steps})',
        'longest wait for all processes to end':
        f'{soak.longest_end:.1f} s',
    }
    suffix = '' if args.processes == 1 else f'_{args.processes}'
    return report(
        f'kill_training{suffix}', 'python tools/soak/kill_training.py '
        f'--kills {args.kills} --processes {args.processes} '
        f'--workers {args.workers} --seed {args.seed}', facts, soak.problems,
        args.out)


if __name__ == '__main__':
    sys.exit(main())
