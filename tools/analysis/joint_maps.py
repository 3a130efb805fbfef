#!/usr/bin/env python
"""What MMN's blocks respond to in skeleton clips, and its best classes.

    joint_maps.py CONFIG CHECKPOINT SAMPLE_ID... --data-root data/mini_smg

Writes the maps of all blocks for the first sample, and a figure of all of
them: frames, the last block's response and the five best classes (Fig. 3 of
the MMN paper). Without ids: --number samples of the split, the first of
different classes.
"""
import argparse
import sys
from pathlib import Path

from rich.console import Console

from mmgesture.analysis.joint_maps import probe_joints
from mmgesture.apis import MicroGestureInferencer, PreflightError
from mmgesture.apis.preflight import innermost_datasets, load_config
from mmgesture.datasets import UnreadableMediaError
from mmgesture.datasets.results import results_of
from mmgesture.engine import CheckpointError
from mmgesture.structures import read_annotations
from mmgesture.visualization.joint_maps import draw_block_maps, draw_cases

console = Console(highlight=False, soft_wrap=True)


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('config', help='config of MMN')
    add('checkpoint', help='its checkpoint')
    add('samples', nargs='*', metavar='SAMPLE_ID')
    add('--data-root', help="folder of the data, instead of the config's")
    add('--split', help="split (default: the config's, usually test)")
    add('--number', type=int, default=4,
        help='samples to choose without ids (default: 4)')
    add('--maps', default='joint_maps.png',
        help='figure of the blocks (default: %(default)s)')
    add('--cases', default='joint_cases.png',
        help='figure of the clips (default: %(default)s)')
    add('--y-up', action='store_true',
        help='the second coordinate points up, as in metres of Kinect')
    add('--trust-checkpoint', action='store_true',
        help="unpickle a foreign checkpoint, which can run its author's code")
    return parser.parse_args(argv)


def choose(args, dataset):
    """Records of the asked samples, or the first of different classes."""
    path = Path(dataset.data_root) / dataset.ann_file
    annotations = read_annotations(str(path))
    if args.samples:
        known = {r.sample_id: r for r in annotations.records}
        absent = [name for name in args.samples if name not in known]
        if absent:
            raise ValueError(f'{path}: no sample {absent[0]!r}; its '
                             f'{len(known)} ids begin with '
                             f'{next(iter(known))!r}')
        return [known[name] for name in args.samples], annotations
    first = {}
    for record in annotations.select(args.split or dataset.split):
        first.setdefault(record.label, record)
    return list(first.values())[:args.number], annotations


def main(argv=None):
    args = parse_args(argv)
    try:
        cfg = load_config(args.config, None, args.data_root, imports=True)
        dataset, = innermost_datasets(cfg.test_dataloader.dataset)
        records, annotations = choose(args, dataset)
        infer = MicroGestureInferencer(
            cfg, args.checkpoint, trust_checkpoint=args.trust_checkpoint)
        cases = [
            probe_joints(infer.model, infer.pipeline,
                         results_of(record, dataset.data_root))
            for record in records
        ]
        draw_cases(cases, annotations.classes, args.cases, args.y_up)
    except (CheckpointError, OSError, PreflightError, UnreadableMediaError,
            ValueError) as error:
        print(f'joint_maps.py: {error}', file=sys.stderr)
        return 1
    first = cases[0]
    true = 'hidden' if first.label is None else annotations.classes[
        first.label]
    draw_block_maps(first, args.maps, f'{first.sample_id}: {true}')
    for case in cases:
        best = ', '.join(f'{annotations.classes[i]} {case.scores[i]:.3f}'
                         for i in case.best(3))
        console.print(f'{case.sample_id}: {best}', markup=False)
    console.print(f'wrote {args.maps} and {args.cases}', markup=False)
    return 0


if __name__ == '__main__':
    sys.exit(main())
