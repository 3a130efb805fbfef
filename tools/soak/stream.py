#!/usr/bin/env python
"""Feed the online detector for an hour: memory and latency must stay flat.

Frames or joints are generated, pushed one at a time with the timestamps of a
camera, as fast as they are computed. The camera is a real one: timestamps
jitter, some frames are lost, come late or twice, and once a minute it stops
for longer than the detector bridges. Checked: memory, threads, open files,
the size of the stored state and the processor time of a push are in the last
tenth of the stream what they were in the second tenth.

Weights are random, with loud heads, so that gestures come and go all the
time; thresholds are the same for all classes.

Example:
    python tools/soak/stream.py --input keypoints --minutes 60
    python tools/soak/stream.py --input frames --minutes 60
"""
import argparse
import io
import sys
import time
from array import array
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from common import RESULTS, report
from flat import Flat
from mmengine.config import Config
from mmengine.registry import DefaultScope
from rich.progress import track

from mmgesture.apis.stream import detector_of
from mmgesture.apis.trained_model import TrainedModel
from mmgesture.online import DecoderSettings
from mmgesture.registry import MODELS
from mmgesture.resources import get_config

CONFIGS = dict(
    frames='stream/causal_mini-smg-rgb.py',
    keypoints='stream/causal_mini-smg-skeleton.py')


def make_detector(kind, lookahead):
    """The detector of a config, with random weights."""
    cfg = Config.fromfile(get_config(CONFIGS[kind]))
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(cfg.model)
    for head in model.network.heads:
        torch.nn.init.normal_(head.out.weight, std=2.)
    settings = DecoderSettings.uniform(model.network.num_classes, .5)
    return detector_of(
        TrainedModel(cfg, model, [], {}, None), kind, lookahead, settings)


def generator_of(kind, detector, rng):
    """A function that draws the next frame."""
    inputs = detector.inputs
    if kind == 'keypoints':
        place = rng.normal(size=inputs.skeleton.shape)

        def draw():
            nonlocal place
            place = .98 * place + .1 * rng.normal(size=place.shape)
            return place
    else:
        side = inputs.short_side
        ground = rng.integers(0, 255, (side, side * 4 // 3, 3), np.uint8)

        def draw():
            return np.roll(ground, int(rng.integers(-6, 7)), axis=1)
    return draw


def timestamps(number, rate, rng):
    """When the frames were taken, in the order in which they come.

    Yields:
        float: Seconds. Jitter of a tenth of a frame; one in 200 lost, one in
        200 twice, one in 500 earlier than the one before; once a minute the
        camera stops for three seconds.
    """
    clock = 0.
    for index in range(number):
        clock += 1 / rate
        if index % round(60 * rate) == round(30 * rate):
            clock += 3
        chance = rng.random()
        if chance < .005:
            continue
        stamp = clock + rng.uniform(-.1, .1) / rate
        if .005 <= chance < .007:
            stamp -= 1.5 / rate
        yield stamp
        if .007 <= chance < .012:
            yield stamp


def state_size(detector):
    """Bytes of the state as a file holds it."""
    buffer = io.BytesIO()
    torch.save(detector.state_dict(), buffer)
    return buffer.tell()


def parse_args(argv=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add('--input', choices=sorted(CONFIGS), default='keypoints')
    add('--minutes', type=float, default=60, help='of the stream')
    add('--lookahead', type=float, default=.5, help='seconds')
    add('--out', type=Path, default=RESULTS, help='folder of the report')
    return parser.parse_args(argv)


def main(argv=None):
    """Soak, and report."""
    args = parse_args(argv)
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    detector = make_detector(args.input, args.lookahead)
    rate = detector.network.step_rate
    stamps = list(timestamps(round(60 * args.minutes * rate), rate, rng))
    draw = generator_of(args.input, detector, rng)
    flat, states, walls = Flat(len(stamps)), Counter(), array('d')
    for stamp in track(stamps, 'frames', transient=True):
        frame = draw()
        began, clock = time.process_time(), time.perf_counter()
        events = detector.push(frame, stamp)
        walls.append(time.perf_counter() - clock)
        flat.called(
            time.process_time() - began,
            state_size(detector)
            if len(walls) % flat.every == 0 else None)
        states.update(event.state for event in events)
    states.update(event.state for event in detector.flush())
    problems = flat.problems()
    if not states['closed']:
        problems.append('no gesture was found: nothing was tried')
    facts = {
        'stream': f'{args.minutes:g} minutes of {args.input}, {rate:g} a '
        f'second, look-ahead {args.lookahead:g} s '
        f'({Path(CONFIGS[args.input]).stem}, random weights)',
        'frames pushed': len(stamps),
        'what became of them': str(detector.counts),
        'messages': ', '.join(f'{n} {s}' for s, n in sorted(states.items())),
        **flat.facts(),
        'wall time of a push, ms, median and 99.9th percentile of all':
        ' and '.join(f'{1e3 * q:.2f}'
                     for q in np.quantile(walls, [.5, .999])),
        'stream time over processor time':
        f'{60 * args.minutes / sum(flat.seconds):.1f}'
    }
    return report(
        f'stream_{args.input}', f'python tools/soak/stream.py --input '
        f'{args.input} --minutes {args.minutes:g}', facts, problems, args.out)


if __name__ == '__main__':
    sys.exit(main())
