#!/usr/bin/env python
"""Kill the generation of a modality again and again, and resume it.

Checked after every kill: what was finished is not made again, no half-made
file has its final name. In the end: every file is there and is what its
checksum says, and its frames are those of a generation that was not killed.

Example:
    python tools/soak/kill_generation.py --files 1000 --kills 10
"""
import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from common import RESULTS, Child, console, report, wait
from faults import STAGES, die_in_write

from mmgesture.datasets.modalities import TaylorConverter, generate_modality
from mmgesture.datasets.video import open_video
from mmgesture.manifest import Manifest
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)
from mmgesture.testing import write_tiny_video


def write_set(root, number):
    """Write a set of short videos, which a few files share their pixels."""
    records = []
    for index in range(number):
        name = f'p{index % 10}/{index:04d}.mp4'
        path = root / name
        if index < 10:
            path.parent.mkdir(parents=True)
            write_tiny_video(path, num_frames=8, seed=index)
        else:
            path.write_bytes((root / f'p{index % 10}' /
                              f'{index % 10:04d}.mp4').read_bytes())
        records.append(GestureRecord(name, name, None, None, 0, '1', 'train'))
    write_annotations(str(root / 'a.jsonl'), make_header('x', ['y']), records)


def frames(path):
    """All frames of a video."""
    with open_video(str(path)) as reader:
        return reader.get_frames(range(len(reader)))


def finished(out):
    """Time stamps of the files that have their final names."""
    return {
        path.relative_to(out).as_posix(): path.stat().st_mtime_ns
        for path in out.rglob('*.mp4') if not path.name.startswith('.')
    }


class UnhurriedConverter(TaylorConverter):
    """Leaves a busy machine time to kill before all files are made."""

    def __call__(self, *args, **kwargs):
        time.sleep(0.02)
        return super().__call__(*args, **kwargs)


class Soak:
    """Kills, and counts broken promises."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.chance = random.Random(args.seed)
        self.root, self.out = folder / 'set', folder / 'taylor'
        write_set(self.root, args.files)
        self.problems, self.made_twice, self.counts = [], 0, []

    def begin(self, fault=None):
        """Start the generation."""

        def generate():
            if fault is not None:
                fault()
            generate_modality(
                str(self.root / 'a.jsonl'), str(self.root), str(self.out),
                UnhurriedConverter(), self.args.workers)

        return Child(generate, self.folder / 'log.txt')

    def run(self):
        """All kills, then to the end."""
        # more than a share is left at the last kill, which may be late
        share = self.args.files // (self.args.kills + 2)
        for number in range(self.args.kills):
            self.kill(number, share)
        before = finished(self.out)
        child = self.begin()
        if not wait([child], 3600) or child.code:
            log = (self.folder / 'log.txt').read_text(errors='replace')
            self.problems.append(f'the last run ended with {child.code}: '
                                 f'{log[-500:]}')
            return
        self.compare(before, 'the end')
        self.counts.append(len(finished(self.out)))
        if self.counts[-1] != self.args.files:
            self.problems.append(f'{self.counts[-1]} files were made, '
                                 f'expected {self.args.files}')
        self.problems += Manifest(self.out).problems()
        for index in range(10):
            whole = self.folder / 'whole.mp4'
            name = f'p{index}/{index:04d}.mp4'
            TaylorConverter()(str(self.root / name), str(whole))
            if not np.array_equal(frames(whole), frames(self.out / name)):
                self.problems.append(f'{name} has other frames')
        rest = [p.name for p in self.out.rglob('.*')]
        if rest:
            self.problems.append(f'temporary files are left: {rest}')

    def kill(self, number, share):
        """Let it die once, at a random moment or within a write."""
        before, fault = (finished(self.out) if self.out.exists() else {}), None
        if number % 2 and self.args.workers == 1:
            # a video is not written through ``open``, but it is renamed
            stage, write = self.chance.choice(STAGES[-2:]), share
            seed = self.chance.random()

            def fault():
                die_in_write(write, stage, random.Random(seed))
        child = self.begin(fault)
        target = len(before) + share
        while child.alive() and (fault is not None
                                 or len(finished(self.out)) < target):
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0, 0.05))
        child.send(9)
        child.end()
        if child.code == 0:
            self.problems.append(f'kill {number + 1} came too late')
        time.sleep(2.5 if self.args.workers > 1 else 0)  # orphans end
        self.compare(before, f'kill {number + 1}')
        self.counts.append(len(finished(self.out)))
        console.print(f'kill {number + 1}: {self.counts[-1]} files')

    def compare(self, before, when):
        """Check that nothing finished was made again or is half."""
        after = finished(self.out)
        again = [n for n, stamp in before.items() if after.get(n) != stamp]
        self.made_twice += len(again)
        if again:
            self.problems.append(f'{when}: {len(again)} finished files were '
                                 f'made again: {again[:3]}')
        for name in set(after) - set(before):
            if os.path.getsize(self.out / name) == 0 or \
                    len(frames(self.out / name)) != 8:
                self.problems.append(f'{when}: {name} is half-made')


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--files', type=int, default=1000)
    add('--kills', type=int, default=10)
    add('--workers', type=int, default=1)
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
        'files': args.files,
        'kills': args.kills,
        'files finished after each kill': ', '.join(map(str, soak.counts)),
        'finished files that were made again': soak.made_twice,
    }
    name = 'kill_generation' + (f'_{args.workers}'
                                if args.workers > 1 else '')
    return report(
        name, f'python tools/soak/kill_generation.py --files {args.files} '
        f'--kills {args.kills} --workers {args.workers} --seed {args.seed}',
        facts, soak.problems, args.out)


if __name__ == '__main__':
    sys.exit(main())
