"""How fast a stream detector is, frame by frame, and what memory it takes."""
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

import numpy as np
import torch
from common import console
from footage import draw_video
from memory import peak_of
from mmengine.config import Config
from rich.progress import track

from mmgesture.apis.stream import load_stream_detector
from mmgesture.apis.stream_data import recordings
from mmgesture.online import FrameInput, OnlineGestureDetector, file_frames

#: Frames that are pushed before the clock runs.
WARMUP = 20


class Source(NamedTuple):
    """What is streamed.

    Attributes:
        name (str): What tables call it.
        path (str): A video file; empty where joints are given.
        joints (np.ndarray): (n, V, C) of joints; empty where a file is.
        rate (float): Frames per second.
    """
    name: str
    path: str
    joints: np.ndarray
    rate: float


def joint_source(cfg: Config, frames: int = 1500) -> Source:
    """Joints of the test recordings of a config, one after the other."""
    kept: List[np.ndarray] = []
    for video in recordings(cfg, 'test'):
        kept += [frame for frame, _ in video.frames()]
        if len(kept) >= frames:
            break
    rate = video.video.fps
    return Source(f'joints of test recordings, {rate:g} fps', '',
                  np.array(kept[:frames]), rate)


def video_source(folder: Path, size: Tuple[int, int], seconds: float,
                 rate: int) -> Source:
    """Moving pictures, drawn into a file."""
    path = folder / f'{size[1]}x{size[0]}.mp4'
    draw_video(path, round(seconds * rate), size, rate)
    return Source(f'{size[1]} x {size[0]}, {rate} fps, H.264', str(path),
                  np.zeros(0), rate)


def _frames(source: Source, short_side: int) -> Iterator[tuple]:
    """(frame, time) of a source, decoded as they are asked for."""
    if source.path:
        yield from file_frames(source.path, short_side)
    else:
        for number, frame in enumerate(source.joints):
            yield frame, number / source.rate


def stream_once(detector: OnlineGestureDetector,
                source: Source) -> Dict[str, Any]:
    """Push a source frame by frame, as it would come.

    Returns:
        dict: ``seconds`` of the media, ``total`` seconds that decoding and
        detecting took, ``decode`` of it, ``cpu`` seconds of all cores;
        ``steps`` seconds of each push that made a step, and all ``events``.
    """
    detector.reset()
    short_side = getattr(detector.inputs, 'short_side', 0)
    steps, decode, events, last = [], 0., [], 0.
    clock = time.perf_counter
    used_before, begin = time.process_time(), clock()
    before = begin
    for frame, when in _frames(source, short_side):
        arrived = clock()
        decode += arrived - before
        used = detector.counts.used
        events += detector.push(frame, when)
        before = clock()
        if detector.counts.used > used:
            steps.append(before - arrived)
        last = when
    events += detector.flush()
    return dict(
        seconds=last + 1 / source.rate, total=clock() - begin, decode=decode,
        cpu=time.process_time() - used_before, steps=steps, events=events)


def make_stream(config: str, checkpoint: str, lookahead: float,
                source: Source) -> Callable[[], Any]:
    """For :func:`memory.peak_of`: load the model and stream a source."""
    def run() -> None:
        stream_once(load_stream_detector(config, checkpoint, lookahead),
                    source)
    return run


def measure_stream(config: str, checkpoint: str, lookahead: float,
                   source: Source, repeats: int, threads: int
                   ) -> Dict[str, Any]:
    """Measure speed and memory of a model on a source.

    Returns:
        dict: A row of the table, and ``totals`` of the repeats.
    """
    torch.set_num_threads(threads)
    detector = load_stream_detector(config, checkpoint, lookahead)
    runs = [
        stream_once(detector, source)
        for _ in track(range(repeats), f'streaming {source.name}',
                       console=console, transient=True)
    ]
    middle = sorted(runs, key=lambda r: r['total'])[len(runs) // 2]
    steps = np.array(middle['steps'][WARMUP:] or middle['steps'])
    frames = isinstance(detector.inputs, FrameInput)
    peak = peak_of(make_stream, (config, checkpoint, lookahead, source),
                   threads)
    return {
        'source': source.name,
        'decoding': 'included' if frames else 'none',
        'pose': 'none' if frames else 'not included',
        'steps / s at chunk 1': float(1 / steps.mean()),
        'model steps / s': detector.network.step_rate,
        'ms a step': 1e3 * float(np.median(steps)),
        'p95': 1e3 * float(np.percentile(steps, 95)),
        'time / real time': middle['total'] / middle['seconds'],
        'CPU time / real time': middle['cpu'] / middle['seconds'],
        'decoding of it': middle['decode'] / middle['total'] if frames else
        None,
        'peak MiB': peak,
        'totals': [r['total'] for r in runs],
        'closed': sum(e.state == 'closed' for e in middle['events']),
        'unlike the whole run': _differing(detector, source,
                                           middle['events']),
    }


def _differing(detector: OnlineGestureDetector, source: Source,
               events: list) -> int:
    """Gestures that the stream closed and a run over the whole does not, or
    the other way round."""
    short_side = getattr(detector.inputs, 'short_side', 0)
    frames, times = zip(*_frames(source, short_side))
    whole = detector.detect(frames, np.array(times))

    def facts(found):
        return {(e.label, round(e.onset, 6), round(e.offset, 6))
                for e in found if e.state == 'closed'}

    return len(facts(events) ^ facts(whole))
