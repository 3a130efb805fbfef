"""One pass: in which order frames, gaps and the end are worked off."""
import copy

import numpy as np
import pytest

from mmgesture.online.stream_run import StreamRun
from .streams import draw_stream, make_detector

TIMES = np.arange(60) / 20


def make(block, sink=None):
    detector = make_detector()
    return StreamRun(detector.network, copy.deepcopy(detector.inputs),
                     detector.settings, .25, 1., 0., block, sink)


def go(run, frames, times):
    return run.take(frames, times) + run.finish()


@pytest.mark.parametrize('block', [2, 7, 256])
def test_blocks_give_the_same_events_up_to_rounding(block):
    frames, times = draw_stream(frames=60), TIMES.copy()
    times[30:] += 5  # a gap that no block may cross
    one, many = (go(make(b), frames, times) for b in (1, block))
    assert len(one) == len(many) > 0
    for a, b in zip(one, many):
        assert a.score == pytest.approx(b.score, abs=1e-5)
        assert {**a.to_dict(), 'score': 0} == {**b.to_dict(), 'score': 0}


def test_the_sink_gets_every_step_once_and_in_order():
    got = []
    run = make(7, lambda first, classes, bounds: got.append(
        (first, len(classes), len(bounds))))
    go(run, draw_stream(frames=60), TIMES)
    assert [first for first, _, _ in got] == list(
        np.cumsum([0] + [n for _, n, _ in got[:-1]]))
    assert sum(n for _, n, _ in got) == 60
    assert all(n == m for _, n, m in got)


def test_steps_that_were_filled_are_answered_too():
    frames, got = draw_stream(frames=60), []
    keep = np.arange(60) % 5 != 3
    run = make(1, lambda first, classes, _: got.append(len(classes)))
    go(run, frames[keep], TIMES[keep])
    assert sum(got) == 60 and run.clock.counts.repeated == 12


def test_nothing_comes_of_nothing():
    run = make(1)
    assert run.finish() == [] and run.take([], np.zeros(0)) == []
