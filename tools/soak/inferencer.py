#!/usr/bin/env python
"""Classify thousands of clips in one process: nothing may pile up.

Videos in several containers go through MicroGestureInferencer with the model
that travels with the package, as files, as segments of files and as frames in
memory; every tenth is a damaged file, whose error must leave nothing behind
either. Checked: open files, threads and memory of the last tenth of the calls
are those of the second tenth.

Example:
    python tools/soak/inferencer.py --clips 2000
"""
import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import torch
from common import RESULTS, report
from flat import Flat
from rich.progress import track

from mmgesture.apis import MicroGestureInferencer
from mmgesture.apis.bundled import bundled_model
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.testing import write_tiny_model, write_tiny_video


def write_clips(folder, number=12):
    """Videos of several lengths, one without its end, and frames."""
    files, frames = [], []
    for index in range(number):
        path = folder / f'{index}.mp4'
        frames.append(
            write_tiny_video(path, 18 + 3 * index, (64, 80), seed=index))
        files.append(path)
    damaged = folder / 'damaged.mp4'
    damaged.write_bytes(files[0].read_bytes()[:400])
    return files, frames, damaged


def calls(files, frames, damaged):
    """Arguments of call after call, without end."""
    for number in itertools.count():
        index = number % len(files)
        kind = ('file', 'segment', 'frames')[number // len(files) % 3]
        if number % 10 == 9:
            yield 'damaged', (damaged, )
        elif kind == 'segment':
            yield kind, (files[index], 3, 14)
        else:
            yield kind, ((files if kind == 'file' else frames)[index], )


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--clips', type=int, default=2000)
    add('--tiny', action='store_true',
        help='a random model of milliseconds in place of the bundled one')
    add('--out', type=Path, default=RESULTS, help='folder of the report')
    return parser.parse_args(argv)


def main(argv=None):
    """Soak, and report."""
    args = parse_args(argv)
    torch.set_num_threads(1)
    kinds, problems, flat = Counter(), [], Flat(args.clips)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        model = write_tiny_model(folder) if args.tiny else bundled_model()
        recognize = MicroGestureInferencer(*model)
        clips = itertools.islice(calls(*write_clips(folder)), args.clips)
        first = {}
        for kind, arguments in track(clips, 'clips', args.clips,
                                     transient=True):
            began = time.process_time()
            try:
                scores = tuple(recognize(*arguments).probabilities)
            except UnreadableMediaError:
                scores = None
            flat.called(time.process_time() - began)
            kinds[kind] += 1
            if (scores is None) != (kind == 'damaged'):
                problems.append(f'call {sum(kinds.values())}, {kind}: '
                                f'{"" if scores is None else "not "}refused')
            # the same clip has the same scores, the thousandth time too
            key = (kind, str(arguments[0])[:200])
            if first.setdefault(key, scores) != scores:
                problems.append(f'{key}: other scores than the first time')
    facts = {
        'model': 'tiny, random' if args.tiny else Path(model[1]).name,
        'calls': args.clips,
        **{f'- {kind}': number for kind, number in sorted(kinds.items())},
        **flat.facts()
    }
    return report(
        'inferencer', f'python tools/soak/inferencer.py --clips {args.clips}',
        facts, problems + flat.problems(), args.out)


if __name__ == '__main__':
    sys.exit(main())
