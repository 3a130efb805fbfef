#!/usr/bin/env python
"""Choose when scores become gestures in a stream, on validation videos.

    tune_stream.py CONFIG CHECKPOINT --data-root DATA

For every look-ahead of the model: thresholds (of a class by itself where
there are enough examples), least length and so on, written into the
checkpoint, where load_stream_detector and the tools find them.
"""
import argparse
import sys
from typing import Optional, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from mmgesture.apis.stream import store_stream_settings
from mmgesture.apis.stream_data import recordings
from mmgesture.apis.stream_evaluation import tune_lookahead
from mmgesture.apis.trained_model import load_model

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('config', help='config of a stream model')
    add('checkpoint', help='its checkpoint; the settings go into it')
    add('--data-root', help="folder of the data, instead of the config's")
    add('--ann-file', help="annotation file, instead of the config's")
    add('--lookaheads', type=float, nargs='+', metavar='SECONDS',
        help='only these; the others lose their settings')
    add('--trust-checkpoint', action='store_true',
        help='unpickle a foreign checkpoint, which can run its code')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> None:
    trained = load_model(args.config, args.checkpoint,
                         trust_checkpoint=args.trust_checkpoint)
    if args.ann_file:
        trained.cfg.val_dataloader.dataset.ann_file = args.ann_file
    videos = recordings(trained.cfg, 'val', args.data_root)
    network = trained.model.network
    chosen, table = {}, Table('look-ahead, s', 'F1 on validation', 'on',
                              'off', 'least length, s', 'patience, s',
                              'reach, s')
    columns = (TextColumn('{task.description}'), BarColumn(),
               TextColumn('{task.completed} done'), TimeElapsedColumn())
    lookaheads = args.lookaheads or network.lookaheads
    with Progress(*columns, console=console, transient=True) as progress:
        for lookahead in lookaheads:
            task = progress.add_task(f'{lookahead:g} s: scanning, tuning',
                                     total=None)
            tuned = tune_lookahead(trained, args.checkpoint, videos,
                                   lookahead,
                                   lambda: progress.advance(task))
            chosen[lookahead] = own = tuned.settings
            low, high = min(own.on), max(own.on)
            table.add_row(
                f'{lookahead:g}', f'{tuned.f1:.3f}',
                f'{low:g}' if low == high else f'{low:g} to {high:g}',
                f'{own.off_ratio:g} of on', f'{own.min_length:g}',
                f'{own.patience:g}', f'{own.reach:g}')
    store_stream_settings(args.checkpoint, chosen)
    console.print(table)
    console.print(f'mean F1 at tIoU 0.3 and 0.5 on {len(videos)} validation '
                  'videos, which the settings were chosen on; stored in '
                  f'{args.checkpoint}', markup=False)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        run(args)
    except (OSError, ValueError, RuntimeError) as error:
        console.print(f'error: {error}', markup=False)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
