#!/usr/bin/env python
"""Clips per second of the training input, ours beside MMAction2's.

    pipeline.py [--repeats 5] [--loop-steps 12]

Draws a few seconds of H.264 at 1080p (x264's defaults, a key frame every two
seconds, B-frames) in a temporary folder and extracts 256-px clips of it as
``tools/data`` does. On both, the training pipeline of configs/_base_ and
MMAction2's stock one (decord) yield 16 frames of 224 x 224, one sample after
the other in one process. Then the quickstart model trains from a loader with
two workers, which shows how long a step waits for its data.
"""
import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

import numpy as np
import torch
from common import RESULTS, console, measure, save
from footage import draw_video
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import DefaultScope
from rich.progress import track
from torch.utils.data import DataLoader, Dataset

from mmgesture.datasets.convert.clips import write_clip
from mmgesture.registry import MODELS, TRANSFORMS

CONFIGS = Path(__file__).resolve().parents[2] / 'configs' / '_base_'
STOCK = [
    dict(type='DecordInit'),
    dict(type='UniformSample', clip_len=16, num_clips=1),
    dict(type='DecordDecode'),
    dict(type='Resize', scale=(-1, 256)),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackActionInputs')
]


def samples_of(files: Sequence[Path]) -> List[dict]:
    """The dicts that GestureDataset and VideoDataset give to a pipeline."""
    return [
        dict(
            filename=str(file),
            sample_id=file.stem,
            start=None,
            end=None,
            label=number % 17,
            start_index=0,
            modality='RGB') for number, file in enumerate(files)
    ]


def make_pipeline(steps: Sequence[dict]) -> Compose:
    """Build the transforms."""
    with DefaultScope.overwrite_default_scope('mmaction'):
        return Compose([TRANSFORMS.build(dict(step)) for step in steps])


def walk(pipeline: Compose, samples: List[dict]) -> Callable[[], None]:
    """A call that runs the pipeline once on each sample."""

    def run() -> None:
        # the same draws of crop and frames for every contender
        np.random.seed(0)
        for sample in samples:
            pipeline(dict(sample))

    return run


class Endless(Dataset):
    """The same few samples over and over, for a loader."""

    def __init__(self, pipeline: Compose, samples: List[dict],
                 length: int) -> None:
        self.pipeline, self.samples, self.length = pipeline, samples, length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> dict:
        return self.pipeline(dict(self.samples[index % len(self.samples)]))


def waiting_share(files: Sequence[Path], steps: int) -> Dict[str, float]:
    """How long the quickstart model's training step waits for data.

    Args:
        files (Sequence[Path]): Clips to train on.
        steps (int): Steps to measure, after two of warm-up.

    Returns:
        dict: Mean ``data_time`` and ``step_time`` in seconds and their
        ratio ``share``.
    """
    data = Config.fromfile(str(CONFIGS / 'datasets/mini-smg_56px.py'))
    model_cfg = Config.fromfile(str(CONFIGS / 'models/msf-quickstart.py'))
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(model_cfg.model).train()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    batch, workers = (data.train_dataloader[k]
                      for k in ('batch_size', 'num_workers'))
    dataset = Endless(
        make_pipeline(data.train_pipeline), samples_of(files),
        (steps + 2) * batch)
    loader = DataLoader(
        dataset, batch, num_workers=workers, collate_fn=pseudo_collate)
    waits, totals, start = [], [], time.perf_counter()
    for batch in track(loader, 'training', console=console, transient=True):
        arrived = time.perf_counter()
        losses = model(**model.data_preprocessor(batch, True), mode='loss')
        loss, _ = model.parse_losses(losses)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        end = time.perf_counter()
        waits.append(arrived - start)
        totals.append(end - start)
        start = end
    wait, total = np.mean(waits[2:]), np.mean(totals[2:])
    share = float(wait / total)
    return dict(data_time=float(wait), step_time=float(total), share=share)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--files', type=int, default=3)
    parser.add_argument('--seconds', type=int, default=3, help='of each file')
    parser.add_argument('--height', type=int, default=1080, help='16:9')
    parser.add_argument(
        '--loop-steps', type=int, default=12, help='0: no training loop')
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument('--warmup', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2, help='of training')
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    torch.set_num_threads(args.threads)
    size = (args.height, args.height * 8 // 9 * 2)
    ours = Config.fromfile(str(CONFIGS / 'datasets/smg.py')).train_pipeline
    pipelines = {
        'mmgesture': make_pipeline(ours),
        'MMAction2 (decord)': make_pipeline(STOCK)
    }
    results, rows, lines = dict(times={}, ratios={}), [], []
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / 'full_0.mp4'
        draw_video(first, 30 * args.seconds, size)
        full = [first.with_name(f'full_{i}.mp4') for i in range(args.files)]
        clips = [file.with_name(f'clip_{file.name}') for file in full]
        for file, clip in zip(full, clips):
            if file != first:
                shutil.copy(first, file)
            write_clip(str(file), str(clip), None, None)
        sources = {f'{args.height}p': full, '256-px clips': clips}
        for source, files in sources.items():
            calls = {n: walk(p, samples_of(files))
                     for n, p in pipelines.items()}
            times = measure(calls, args.repeats, args.warmup, source)
            results['times'][source] = times
            for name, timing in times.items():
                rows.append(
                    dict(
                        source=source,
                        pipeline=name,
                        clips_per_s=len(files) / timing.median,
                        ms_per_clip=1e3 * timing.median / len(files),
                        iqr_ms=1e3 * timing.spread / len(files)))
            mine, stock = (times[name].median for name in pipelines)
            results['ratios'][source] = stock / mine
            lines.append(f'- {source}: ours is {stock / mine:.2f} times as '
                         'fast.')
        if args.loop_steps:
            loop = waiting_share(clips, args.loop_steps)
            results['training_loop'] = loop
            lines.append(
                f'- Quickstart model, two workers: a step of '
                f'{loop["step_time"]:.2f} s waits {loop["share"]:.1%} of it '
                'for data (target: under 10 %).')
    text = (f'16 frames of {args.seconds} s, one process, one decoding '
            'thread (target on 1080p: 1.5 times).\n\n' + '\n'.join(lines))
    save('pipeline', results, rows, args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
