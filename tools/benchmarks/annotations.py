#!/usr/bin/env python
"""Start-up and memory of an annotation file with very many clips.

    annotations.py [--clips 100000] [--workers 4]

A file is drawn, read by GestureDataset as a training does at its start, and
gone through twice in random order by loading processes, media apart. Their
memory is taken from /proc/PID/smaps_rollup before and after, and the pages of
the block of records that a worker has copied from /proc/PID/pagemap: none, if
the block is shared. Beside it stands ``serialize_data=False``, where records
are Python objects: reading one counts a reference, which copies its page.
"""
import argparse
import multiprocessing
import os
import random
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

import numpy as np
from common import RESULTS, measure, save
from memory import peak_of
from torch.utils.data import DataLoader

from mmgesture.datasets import GestureDataset
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)

#: Seconds that a start may take with 100,000 clips.
LIMIT = 10.

PAGE = os.sysconf('SC_PAGE_SIZE')


def write_file(path: Path, clips: int) -> None:
    """An annotation file of SMG's kind: fifty gestures in each video."""
    records = [
        GestureRecord(f'Sample{i // 50:04d}_{i % 50:04d}',
                      f'videos/Sample{i // 50:04d}_color.mp4', 100 * (i % 50),
                      100 * (i % 50) + 77, i % 17, str(i // 2500), 'train')
        for i in range(clips)
    ]
    classes = [f'gesture {number}' for number in range(17)]
    write_annotations(str(path), make_header('drawn', classes), records)


def label_of(info: dict) -> int:
    """Stands for the pipeline: the record is read, the media are not."""
    return info['label']


def start(path: str, serialize: bool = True) -> GestureDataset:
    """What a training does with the file before its first batch."""
    return GestureDataset(path, pipeline=[label_of], serialize_data=serialize)


def starting(path: str) -> Callable[[], GestureDataset]:
    """For :func:`memory.peak_of`."""
    return partial(start, path)


def memory_of(pid: int) -> Dict[str, float]:
    """MiB of a process by smaps_rollup: ``pss`` and ``private``."""
    found = {}
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        for line in file:
            words = line.split()
            if words[-1] == 'kB':
                found[words[0][:-1]] = int(words[1]) / 1024
    return dict(
        pss=found['Pss'],
        private=found['Private_Clean'] + found['Private_Dirty'])


def own_pages(pid: int, array: np.ndarray) -> np.ndarray:
    """Which pages of an array a forked process has for itself.

    Args:
        pid (int): The process; it has the array at the same address.
        array (np.ndarray): The array, contiguous.

    Returns:
        np.ndarray: One truth value for each page that is the array's alone.
    """
    first = -(-array.ctypes.data // PAGE)
    last = (array.ctypes.data + array.nbytes) // PAGE
    with open(f'/proc/{pid}/pagemap', 'rb') as file:
        file.seek(8 * first)
        words = np.frombuffer(file.read(8 * (last - first)), np.uint64)
    # bit 56: mapped by one process only (the kernel's pagemap.rst)
    return (words >> np.uint64(56)) & np.uint64(1) == 1


def workers_memory(dataset: GestureDataset, workers: int,
                   passes: int = 2) -> List[List[Dict[str, float]]]:
    """Memory of each worker before and after each pass over all records."""
    order = list(range(workers))
    loader = DataLoader(
        dataset, batch_size=64, sampler=order, num_workers=workers,
        persistent_workers=True, collate_fn=len)
    found = []
    for _ in range(passes + 1):
        read = sum(loader)
        if read != len(order):
            raise RuntimeError(f'expected {len(order)} records, {read} came')
        found.append([
            dict(
                memory_of(process.pid),
                copied=float(np.mean(own_pages(process.pid,
                                               dataset.data_bytes)))
                if dataset.serialize_data else None)
            for process in multiprocessing.active_children()
        ])
        order[:] = range(len(dataset))
        random.Random(0).shuffle(order)
    return found


def row_of(way: str, found: List[List[Dict[str, float]]]) -> dict:
    """The means over the workers."""

    def mean(moment, key):
        return sum(x[key] for x in found[moment]) / len(found[moment])

    copied = [worker['copied'] for worker in found[-1]]
    return dict(
        records=way,
        workers=len(copied),
        pss_before_MiB=mean(0, 'pss'),
        pss_after_MiB=mean(-1, 'pss'),
        private_before_MiB=mean(0, 'private'),
        private_after_MiB=mean(-1, 'private'),
        copied_pages_percent=None if None in copied else 100 * max(copied))


def main(argv: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--clips', type=int, default=100_000)
    parser.add_argument('--workers', type=int, default=4)
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument('--out', type=Path, default=RESULTS)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'annotations.jsonl'
        write_file(path, args.clips)
        size = path.stat().st_size / 2**20
        peak = peak_of(starting, (str(path), ), 1)
        dataset = start(str(path))
        times = measure(
            {
                'start': partial(start, str(path)),
                'labels': dataset.get_labels
            }, args.repeats, 0, 'annotations')
        shared = workers_memory(dataset, args.workers)
        block = dataset.data_bytes.nbytes / 2**20
        del dataset
        objects = workers_memory(start(str(path), False), args.workers)
    rows = [row_of('one block', shared), row_of('Python objects', objects)]
    seconds = times['start'].median
    text = (f'{args.clips} clips ({size:.1f} MiB of jsonl): start '
            f'{seconds:.2f} s (slowest of {args.repeats} '
            f'{times["start"].maximum:.2f}; limit {LIMIT:g} s for 100,000), '
            f'all labels {times["labels"].median:.2f} s. The start takes '
            f'{peak:.0f} MiB at its peak, of which a block of {block:.1f} '
            'MiB stays. Memory is a mean over the workers, before and after '
            'two passes over all records; copied pages are of that block, in '
            'the worker with most of them.')
    save(
        'annotations',
        dict(clips=args.clips, times=times, peak_MiB=peak, block_MiB=block,
             one_block=shared, python_objects=objects), rows, args.out, text)
    copied = rows[0]['copied_pages_percent']
    return int(seconds > LIMIT * max(args.clips / 100_000, 1) or copied > 0)


if __name__ == '__main__':
    sys.exit(main())
