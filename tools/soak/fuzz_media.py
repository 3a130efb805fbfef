#!/usr/bin/env python
"""Read good, strange, lying and damaged videos with every decoder.

All files go through a data set and its loading processes, as in a test run.
Two more samples stand for decoders that crash and that hang. Checked: the
run ends, every sample keeps its place, good files are read, files that are
no videos are counted and named with a reason, and whoever crashed or hung is
named too.

Example:
    python tools/soak/fuzz_media.py --copies 500
"""
import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import media_corpus
import torch
from common import RESULTS, console, report
from mmcv.transforms import BaseTransform
from mmengine.dataset import DefaultSampler, pseudo_collate
from torch.utils.data import DataLoader

from mmgesture.datasets import GestureDataset
from mmgesture.datasets.bad_media import read_bad_list
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.video import open_video
from mmgesture.engine import SteadyLoader
from mmgesture.registry import TRANSFORMS
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)

#: What decord refuses: turned files, and two pixels.
DECORD_REFUSES = ('rotated', 'tiny')


@TRANSFORMS.register_module()
class HarmTransform(BaseTransform):
    """Stands for a decoder that crashes or hangs."""

    def transform(self, results):
        if results['sample_id'] == 'crash' and not results.get('unreadable'):
            os.kill(os.getpid(), signal.SIGSEGV)
        if results['sample_id'] == 'hang' and not results.get('unreadable'):
            time.sleep(10**6)
        return results


def write_corpus(folder, copies, seed):
    """Write all files; returns name to path, by what is expected of them."""
    good = media_corpus.good_videos(folder / 'good')
    corpus = dict(
        good=good,
        strange={
            name: entry[0] for name, entry in media_corpus.strange_videos(
                folder / 'strange').items()
        },
        bad=media_corpus.no_videos(folder / 'bad'),
        lying=media_corpus.lying_videos(folder / 'lying'),
        fuzzed={})
    chance = random.Random(seed)
    (folder / 'fuzzed').mkdir()
    names = sorted(good)
    for number in range(copies):
        source = good[names[number % len(names)]]
        path = folder / 'fuzzed' / f'{number:05d}{source.suffix}'
        path.write_bytes(media_corpus.fuzz(source.read_bytes(), chance))
        corpus['fuzzed'][path.name] = path
    return corpus


def write_set(folder, corpus):
    """Write the annotation file; returns it and what each sample is."""
    kinds, records = {}, []
    for kind, files in corpus.items():
        for name, path in files.items():
            records.append(
                GestureRecord(f'{kind}: {name}',
                              path.relative_to(folder).as_posix(), None,
                              None, 0, '1', 'test'))
            kinds[records[-1].sample_id] = kind
    for name, file in (('crash', 'h264 mp4'), ('hang', 'mkv')):
        good = corpus['good'][file].relative_to(folder).as_posix()
        records.insert(len(records) // 2,
                       GestureRecord(name, good, None, None, 0, '1', 'test'))
        kinds[name] = 'killer'
    path = folder / 'annotations.jsonl'
    write_annotations(str(path), make_header('x', ['y']), records)
    return path, kinds


def read_all(path, backend, args):
    """Read every sample in loading processes.

    Returns:
        tuple: Sample ids to whether they were unreadable, in order, and the
        list of bad media.
    """
    dataset = GestureDataset(
        str(path), str(path.parent), [
            dict(type='HarmTransform'),
            dict(type='OpenVideo', backend=backend),
            dict(type='UniformSampleSegment', clip_len=8),
            dict(type='DecodeVideo', short_side=32),
            dict(type='Resize', scale=(32, 32), keep_ratio=False),
            dict(type='FormatShape', input_format='NCTHW'),
            dict(type='PackGestureInputs')
        ], test_mode=True)
    dataset.bad_media.list_path = str(path.parent / f'bad_{backend}.txt')
    loader = SteadyLoader.adopt(
        DataLoader(
            dataset, batch_size=2, num_workers=args.workers,
            sampler=DefaultSampler(dataset, shuffle=False),
            collate_fn=pseudo_collate), args.timeout)
    found = {}
    for batch in loader:
        for clip, sample in zip(batch['inputs'], batch['data_samples']):
            assert clip.shape[-4:] == (3, 8, 32, 32), clip.shape
            found[sample.sample_id] = bool(sample.get('unreadable', False))
    return found, read_bad_list(dataset.bad_media.list_path)


def check(backend, kinds, found, bad, problems):
    """Compare what was read with what was promised."""
    if list(found) != list(kinds) and sorted(found) != sorted(kinds):
        problems.append(f'{backend}: {len(found)} of {len(kinds)} samples '
                        'came out')
    for name, unreadable in found.items():
        kind, short = kinds[name], name.split(': ')[-1]
        refused = backend == 'decord' and short in DECORD_REFUSES
        if unreadable and kind in ('good', 'strange') and not refused:
            problems.append(f'{backend}: {name} was not read')
        harmless = short == 'last byte missing' or 'time scale' in short or \
            'negative size' in short
        if not unreadable and kind == 'killer' or \
                not unreadable and kind == 'bad' and not harmless:
            problems.append(f'{backend}: {name} passed for a video')
    reasons = ' '.join(reason for _, reason in bad)
    for word in ('SIGSEGV', 'hung for'):
        if word not in reasons:
            problems.append(f'{backend}: nobody is blamed for {word}')
    if any(not reason.strip() for _, reason in bad):
        problems.append(f'{backend}: a bad file is listed without a reason')


def slowest_read(corpus, backend):
    """Seconds that the slowest single file takes, outside of the loader."""
    worst = (0.0, '')
    for files in corpus.values():
        for name, path in files.items():
            began = time.perf_counter()
            try:
                with open_video(str(path), backend) as reader:
                    reader.get_frames([0, len(reader) - 1], 32)
            except UnreadableMediaError:
                pass
            worst = max(worst, (time.perf_counter() - began, name))
    return worst


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--copies', type=int, default=500, help='fuzzed copies')
    add('--workers', type=int, default=2)
    add('--timeout', type=float, default=10, help='seconds for one sample')
    add('--seed', type=int, default=0)
    add('--out', type=Path, default=RESULTS, help='folder of the report')
    return parser.parse_args(argv)


def main(argv=None):
    """Fuzz, and report."""
    args = parse_args(argv)
    torch.set_num_threads(1)
    problems, facts = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = write_corpus(folder, args.copies, args.seed)
        path, kinds = write_set(folder, corpus)
        facts['files'] = ', '.join(
            f'{n} {kind}' for kind, n in Counter(kinds.values()).items())
        for backend in ('pyav', 'decord'):
            began = time.monotonic()
            found, bad = read_all(path, backend, args)
            check(backend, kinds, found, bad, problems)
            counts = Counter((kinds[n], bad) for n, bad in found.items())
            facts[f'{backend}: read / named as unreadable'] = ', '.join(
                f'{kind} {counts[kind, False]} / {counts[kind, True]}'
                for kind in dict.fromkeys(kinds.values()))
            facts[f'{backend}: seconds for all'] = round(
                time.monotonic() - began, 1)
            seconds, slow = slowest_read(corpus, backend)
            facts[f'{backend}: slowest file alone'] = \
                f'{seconds:.2f} s ({slow})'
            console.print(f'{backend}: {sum(found.values())} of {len(found)} '
                          'unreadable')
    return report(
        'fuzz_media', 'python tools/soak/fuzz_media.py '
        f'--copies {args.copies} --seed {args.seed}', facts, problems,
        args.out)


if __name__ == '__main__':
    sys.exit(main())
