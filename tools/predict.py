#!/usr/bin/env python
"""Classify the gesture in a video, or in a part of it.

    predict.py VIDEO [VIDEO ...] --config CONFIG --checkpoint CHECKPOINT
    predict.py VIDEO --start 4 --end 6.5 --out annotated.mp4
"""
import argparse
import json
import sys
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from mmgesture.apis import (GesturePrediction, MicroGestureInferencer,
                            bundled_model)
from mmgesture.datasets import UnreadableMediaError, open_video
from mmgesture.engine import CheckpointError
from mmgesture.fileio import atomic_write
from mmgesture.visualization import (draw_prediction, enlarge_small,
                                     write_overlay_video)

#: Frames that are decoded at a time for the annotated video.
CHUNK = 32

console = Console(highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Classify the gesture in videos.')
    parser.add_argument('videos', nargs='+', metavar='VIDEO')
    parser.add_argument('--config', help='config of the model; without it '
                        'and --checkpoint the bundled model is used')
    parser.add_argument('--checkpoint', help='checkpoint of the model')
    parser.add_argument('--start', type=float, metavar='SECONDS',
                        help='where the gesture begins (default: 0)')
    parser.add_argument('--end', type=float, metavar='SECONDS',
                        help="where it ends (default: the file's end)")
    parser.add_argument('--topk', type=int, default=5,
                        help='classes to show (default: 5)')
    parser.add_argument('--out', help='.json: all predictions; .mp4: the one '
                        'video with its prediction drawn in')
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--trust-checkpoint', action='store_true',
                        help='unpickle a foreign checkpoint, which can run '
                        "its author's code")
    args = parser.parse_intermixed_args(argv)
    if (args.config is None) != (args.checkpoint is None):
        parser.error('give both --config and --checkpoint, or neither')
    if args.topk < 1:
        parser.error('--topk must be at least 1')
    suffix = Path(args.out).suffix.lower() if args.out else None
    if suffix not in (None, '.json', '.mp4'):
        parser.error(f'--out must end with .json or .mp4, got {args.out}')
    if suffix == '.mp4' and len(args.videos) > 1:
        parser.error('--out .mp4 is for one video; use .json for several')
    return args


def segment(video: str, start: Optional[float], end: Optional[float]
            ) -> Tuple[Optional[int], Optional[int]]:
    """Seconds to frame numbers, through the file's own timestamps."""
    if start is None and end is None:
        return None, None
    with open_video(video) as reader:
        first = 0 if start is None else reader.seconds_to_frame(start)
        last = len(reader) if end is None else reader.seconds_to_frame(end)
        if start is not None and start < 0 or not first < last:
            raise ValueError(
                f'{video}: no frame from {start or 0:g} s to '
                f'{"the end" if end is None else f"{end:g} s"}; the file '
                f'lasts {len(reader) / reader.fps:.2f} s')
    return first, last


def annotate(video: str, prediction: GesturePrediction, path: str) -> int:
    """Write the classified part of a video with the prediction drawn in."""
    top = list(zip(prediction.labels, prediction.names, prediction.scores))
    with open_video(video) as reader:
        first = prediction.start or 0
        last = min(prediction.end or len(reader), len(reader))

        def frames():
            for begin in track(range(first, last, CHUNK), 'writing',
                               console=console, transient=True):
                chosen = range(begin, min(begin + CHUNK, last))
                for frame in reader.get_frames(chosen):
                    yield draw_prediction(enlarge_small(frame), top)

        return write_overlay_video(path, frames(), reader.fps)


def show(predictions: List[GesturePrediction]) -> None:
    table = Table('video', 'rank', 'class', 'probability')
    for prediction in predictions:
        rows = zip(prediction.names, prediction.scores)
        for rank, (name, score) in enumerate(rows, start=1):
            table.add_row(
                Text(prediction.video if rank == 1 else '', overflow='fold'),
                str(rank), Text(name), f'{score:.3f}',
                end_section=rank == len(prediction.names))
    console.print(table)


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        config, checkpoint = args.config, args.checkpoint
        if config is None:
            config, checkpoint = bundled_model()
        infer = MicroGestureInferencer(config, checkpoint, args.device,
                                       args.trust_checkpoint)
    except (CheckpointError, FileNotFoundError, ValueError) as error:
        console.print(f'error: {error}', markup=False, soft_wrap=True)
        return 2
    predictions, failed = [], []
    for video in track(args.videos, 'predicting', console=console,
                       transient=True, disable=len(args.videos) == 1):
        try:
            if not Path(video).is_file():
                raise FileNotFoundError(f'no video at {video}')
            start, end = segment(video, args.start, args.end)
            predictions.append(infer(video, start, end, args.topk))
        except (OSError, UnreadableMediaError, ValueError) as error:
            failed.append((video, str(error)))
    if predictions:
        show(predictions)
    if args.out and args.out.lower().endswith('.json'):
        content = dict(
            config=str(config),
            checkpoint=str(checkpoint),
            classes=infer.classes,
            predictions=[prediction.to_dict() for prediction in predictions],
            failed=[dict(video=name, error=text) for name, text in failed])
        with atomic_write(args.out) as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
        console.print(f'wrote {args.out}', markup=False)
    elif args.out and predictions:
        try:
            number = annotate(args.videos[0], predictions[0], args.out)
            console.print(f'wrote {args.out} ({number} frames)', markup=False)
        except UnreadableMediaError as error:
            # the sampled frames were fine, another one is not
            failed.append((args.videos[0], str(error)))
    for _, text in failed:
        console.print(f'failed: {text}', markup=False, soft_wrap=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
