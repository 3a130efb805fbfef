#!/usr/bin/env python
"""Forward passes of whole classifiers beside MMAction2's own models.

    models.py [--repeats 5] [--checkpoint CONFIG CHECKPOINT DATA]

Every model takes the same clip, normalised, batch 1, without weights from
outside, in fp32 and under bf16 autocast. ``--checkpoint`` adds the agreement
of the two on the test split of a trained model.
"""
import argparse
import sys
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

import torch
from common import RESULTS, Timing, console, measure, save
from matmuls import product_seconds
from mmengine.registry import DefaultScope
from rich.progress import track
from torch.utils.data import DataLoader, Subset
from zoo import OURS, PEERS, build, forward_of

from mmgesture.apis.run_config import prepare_test, read_config
from mmgesture.datasets import GestureDataset
from mmgesture.engine.checkpoint import load_local, load_weights
from mmgesture.registry import DATASETS, MODELS

# ratios of fp32 times that the project promises: (of, to, at most)
PROMISES = (('MSF-Mamba-S', 'Video Swin-T', 0.8),
            ('MSF-Mamba-S', 'TimeSformer', 0.35),
            ('MSF-Mamba-S+', 'UniFormerV2-B', 0.9))
SHARE = 'MSF-Mamba-S'


def agreement(config: str, checkpoint: str, data: str,
              limit: Optional[int]) -> dict:
    """Share of test samples with the same best class in fp32 and bf16."""
    cfg = read_config(config, data_root=data)
    prepare_test(cfg)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(cfg.model)
        dataset: GestureDataset = DATASETS.build(cfg.test_dataloader.dataset)
    loaded = load_local(checkpoint, map_location='cpu')
    load_weights(model, loaded.get('state_dict', loaded), checkpoint)
    model.eval()
    samples = Subset(dataset, range(min(limit or len(dataset), len(dataset))))
    same = {'samples': 0, 'agree': 0, 'fp32 right': 0, 'bf16 right': 0}
    for batch in track(
            DataLoader(samples, 8, collate_fn=list),
            'bf16 agreement',
            console=console,
            transient=True):
        batch = dict(
            inputs=[item['inputs'] for item in batch],
            data_samples=[item['data_samples'] for item in batch])
        labels = {}
        for name in ('fp32', 'bf16'):
            with torch.no_grad(), torch.autocast(
                    'cpu', torch.bfloat16, enabled=name == 'bf16'):
                found = model.test_step(batch)
            labels[name] = [int(s.pred_score.argmax()) for s in found]
            same[f'{name} right'] += sum(
                int(s.gt_label) == label if 'gt_label' in s else 0
                for s, label in zip(found, labels[name]))
        same['samples'] += len(labels['fp32'])
        same['agree'] += sum(
            a == b for a, b in zip(labels['fp32'], labels['bf16']))
    if not same['samples']:
        raise ValueError(f'{data}: expected samples in the test split')
    same['agreement'] = same['agree'] / same['samples']
    return same


def report(args: argparse.Namespace, parameters: Dict[str, float],
           calls: Dict[tuple, Callable], times: Dict[tuple, Timing]) -> int:
    """Derive the ratios and write everything down."""
    rows = [
        dict(
            model=name,
            parameters_M=parameters[name],
            fp32_s=times[name, 'fp32'].median,
            fp32_iqr=times[name, 'fp32'].spread,
            bf16_s=times[name, 'bf16'].median,
            bf16_iqr=times[name, 'bf16'].spread,
            speedup_bf16=times[name, 'fp32'].median /
            times[name, 'bf16'].median) for name in parameters
    ]
    lines: List[str] = []
    results = dict(times={' '.join(k): v for k, v in times.items()})
    results['ratios'] = {}
    for one, other, most in PROMISES:
        if one in parameters and other in parameters:
            ratio = (
                times[one, 'fp32'].median / times[other, 'fp32'].median)
            results['ratios'][f'{one} / {other}'] = ratio
            lines.append(f'{one} / {other}, fp32: {ratio:.2f} '
                         f'(target: at most {most}).')
    if SHARE in parameters:
        shares = {
            kind: product_seconds(calls[SHARE, kind], args.repeats,
                                  args.warmup) for kind in ('fp32', 'bf16')
        }
        share, low = shares['fp32'], shares['bf16']
        results['products'], results['products_bf16'] = share, low
        lines.append(
            f'{SHARE}: matrix products and the MCFM convolution alone take '
            f'{share["share"]:.2f} of its fp32 forward '
            f'({share["gflop"]:.0f} GFLOP; target: at least 0.6), '
            f'{low["share"]:.2f} of its bf16 forward, where they are '
            f'{share["seconds"] / low["seconds"]:.2f} times faster.')
        rest = max(share['forward_seconds'] - share['seconds'], 0)
        lines.append(
            f'{SHARE}, bf16: if nothing but the products gained, the '
            f'forward would be '
            f'{share["forward_seconds"] / (rest + low["seconds"]):.2f} '
            'times faster than in fp32.')
        for one, other, _ in PROMISES:
            if one == SHARE and other in parameters:
                ratio = share['seconds'] / times[other, 'fp32'].median
                lines.append(f'{SHARE}: the products alone take '
                             f'{ratio:.2f} of the time of {other}.')
    if args.checkpoint:
        same = agreement(*args.checkpoint, args.limit)
        results['bf16_agreement'] = same
        lines.append(
            f'bf16 and fp32 agree on {same["agreement"]:.2%} of '
            f'{same["samples"]} test samples (target: 99 %); right: '
            f'{same["fp32 right"]} in fp32, {same["bf16 right"]} in bf16.')
    text = (f'One clip {args.frames} x {args.size} x {args.size}, batch 1, '
            f'medians of {args.repeats}.\n\n' +
            '\n'.join(f'- {line}' for line in lines))
    save('models', results, rows, args.out, text)
    return 0


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    names = [*OURS, *PEERS]
    parser.add_argument('--models', nargs='+', choices=names, default=names)
    parser.add_argument('--frames', type=int, default=16)
    parser.add_argument('--size', type=int, default=224, help='pixels')
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument('--warmup', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--limit', type=int, help='samples for --checkpoint')
    parser.add_argument(
        '--checkpoint', nargs=3, metavar=('CONFIG', 'CHECKPOINT', 'DATA'))
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    clip = torch.randn(1, 1, 3, args.frames, args.size, args.size)
    parameters, calls = {}, {}
    for name in args.models:
        model = build(name, args.frames, args.size)
        parameters[name] = sum(p.numel() for p in model.parameters()) / 1e6
        for kind in ('fp32', 'bf16'):
            calls[name, kind] = forward_of(model, clip, kind == 'bf16')
    times = measure(calls, args.repeats, args.warmup, 'forward')
    return report(args, parameters, calls, times)


if __name__ == '__main__':
    sys.exit(main())
