#!/usr/bin/env python
"""Show gestures while they happen, of a camera or a video file.

    stream_demo.py --source 0                      # a camera, in a window
    stream_demo.py --source VIDEO --out drawn.mp4  # headless
    stream_demo.py --source VIDEO --config CONFIG --checkpoint CHECKPOINT \\
        --out drawn.mp4 --events events.jsonl events.csv

Without --config the small bundled stream model is used: it knows drawn
people only. Every message is in the --events files as soon as it is said.
When the camera is lost or the file breaks off, what was said and drawn so far
is kept, and the exit code is 1. Stop with q in the window, or Ctrl-C.
"""
import argparse
import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Iterator, Optional, Sequence

import cv2
import torch
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from mmgesture.apis.bundled import REMARK, STREAM_CONFIG, bundled_model
from mmgesture.apis.event_log import EventLog
from mmgesture.apis.stream import load_stream_detector
from mmgesture.apis.stream_session import StreamSession, at_rate
from mmgesture.datasets import UnreadableMediaError
from mmgesture.engine import CheckpointError
from mmgesture.online import (FrameInput, SourceLostError, TimedFrame,
                              camera_frames, file_frames, file_rate)
from mmgesture.visualization import write_overlay_video

#: Short side that a large file is shown and drawn at.
SHOWN = 720
WINDOW = 'mmgesture: q to stop'

console = Console(soft_wrap=True, highlight=False)


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--source', required=True, metavar='FILE|CAMERA',
        help='a video file, or the number of a camera')
    add('--config', help='config of a stream model on frames')
    add('--checkpoint', help='its checkpoint')
    add('--lookahead', type=float, metavar='SECONDS',
        help="how long an answer may wait (default: the model's)")
    add('--out', metavar='VIDEO.mp4', help='draw into a file, not a window')
    add('--events', nargs='+', default=[], metavar='FILE',
        help='files for all messages, .jsonl or .csv')
    add('--seconds', type=float, help='stop after that long')
    add('--fps', type=float, help="rate of --out (default: the file's, 25 "
        'for a camera)')
    add('--threads', type=int, default=1,
        help='of the computing; small models are slower on several '
        '(default: 1)')
    add('--device', default='cpu')
    add('--trust-checkpoint', action='store_true',
        help="unpickle a foreign checkpoint, which can run its author's code")
    args = parser.parse_args(argv)
    if (args.config is None) != (args.checkpoint is None):
        parser.error('give both --config and --checkpoint, or neither')
    if args.out and Path(args.out).suffix.lower() != '.mp4':
        parser.error(f'--out must end with .mp4, got {args.out}')
    args.camera = int(args.source) if args.source.isdecimal() else None
    if not args.out and sys.platform.startswith('linux') and not (
            os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')):
        parser.error('there is no screen here; give --out VIDEO.mp4')
    return args


def show(frames: Iterator[TimedFrame], in_time: bool) -> None:
    """Show frames in a window, those of a file when they are due."""
    begin = time.monotonic()
    for image, due in frames:
        if in_time:
            time.sleep(max(begin + due - time.monotonic(), 0))
        cv2.imshow(WINDOW, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        if cv2.waitKey(1) & 0xFF in (ord('q'), 27):
            break
    cv2.destroyAllWindows()


def counted(frames: Iterator[TimedFrame],
            session: StreamSession) -> Iterator[TimedFrame]:
    """The same frames, with a line about how far they are."""
    columns = (TextColumn('{task.description}'), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task('', total=None)
        for frame in frames:
            progress.update(task, description=(
                f'{session.seconds:.1f} s, {session.closed} gestures'))
            yield frame


def run(args: argparse.Namespace) -> int:
    torch.set_num_threads(args.threads)
    config, checkpoint = args.config, args.checkpoint
    if config is None:
        config, checkpoint = bundled_model(config=STREAM_CONFIG)
        console.print(f'note: {REMARK}', markup=False)
    detector = load_stream_detector(
        config, checkpoint, args.lookahead, device=args.device,
        trust_checkpoint=args.trust_checkpoint)
    if not isinstance(detector.inputs, FrameInput):
        raise ValueError(f'{config}: expected a stream model on frames, got '
                         f'one on {type(detector.inputs).__name__}')
    if args.camera is None and not Path(args.source).is_file():
        raise FileNotFoundError(f'no video at {args.source}')
    source = camera_frames(args.camera) if args.camera is not None else \
        file_frames(args.source, SHOWN)
    stopped = []
    usual = signal.signal(signal.SIGINT, lambda *_: stopped.append(True))
    try:
        with ExitStack() as stack:
            logs = [stack.enter_context(EventLog(name, detector.classes))
                    for name in args.events]
            session = StreamSession(detector, logs)
            frames = session.run(source, lambda: bool(stopped) or (
                args.seconds is not None and session.seconds >= args.seconds))
            stack.callback(source.close)
            if args.out:
                rate = args.fps or (25. if args.camera is not None else
                                    file_rate(args.source))
                write_overlay_video(
                    args.out, at_rate(counted(frames, session), rate), rate)
            else:
                show(frames, args.camera is None)
                session.finish()
    finally:
        signal.signal(signal.SIGINT, usual)
    return report(session, args)


def report(session: StreamSession, args: argparse.Namespace) -> int:
    busy = session.computing / max(session.seconds, 1e-9)
    console.print(
        f'{session.count} frames, {session.seconds:.1f} s, {session.closed} '
        f'gestures; the detector was busy for {100 * busy:.1f} % of the time')
    for name in ([args.out] if args.out else []) + args.events:
        console.print(f'wrote {name}', markup=False)
    if session.error is None:
        return 0
    console.print(f'the source broke off: {session.error}', markup=False)
    return 1


def main(argv: Optional[Sequence[str]] = None) -> int:
    args = parse_args(argv)
    try:
        return run(args)
    except (CheckpointError, OSError, SourceLostError, UnreadableMediaError,
            ValueError) as error:
        console.print(f'error: {error}', markup=False)
        return 2


if __name__ == '__main__':
    sys.exit(main())
