"""Claims about the script of a stream."""
import numpy as np
import pytest

from mmgesture.datasets.synthetic.script import (Timing, plan_events,
                                                 stream_motion)


def _events(num_frames=1400, labels=(9, 8, 1, 17, 5, 9, 9, 3), seed=0):
    return plan_events(np.random.default_rng(seed), num_frames, 28, labels,
                       Timing(gap=1.0))


@pytest.mark.parametrize('seed', range(5))
def test_gestures_are_sorted_apart_and_inside_the_stream(seed):
    events = _events(seed=seed)
    assert [e.label for e in events] == [9, 8, 1, 17, 5, 9, 9, 3]
    assert events[0].start >= 0 and events[-1].end < 1400
    for before, after in zip(events, events[1:]):
        assert before.start <= before.end < after.start


def test_gestures_last_as_long_as_the_timing_says():
    lengths = [(e.end - e.start + 1) / 28 for e in _events()]
    assert min(lengths) > 1.05 and max(lengths) < 2.55


def test_too_many_gestures_are_refused():
    with pytest.raises(ValueError, match='do not fit'):
        _events(num_frames=280)


@pytest.mark.parametrize('values', [dict(shortest=0.1),
                                    dict(shortest=3, longest=2),
                                    dict(gap=0.0)])
def test_impossible_timing_is_refused(values):
    with pytest.raises(ValueError, match='expected 0.5 s'):
        Timing(**values)


def test_motion_outside_gestures_is_the_idle_motion():
    events = _events()
    args = (28, events, 1.0, 1.0, 0.5)
    motion = stream_motion(np.random.default_rng(3), 1400, *args)
    idle = stream_motion(np.random.default_rng(3), 1400, 28, [], 1.0, 1.0,
                         0.5)
    outside = np.ones(1400, bool)
    for event in events:
        outside[event.start:event.end + 1] = False
    np.testing.assert_array_equal(motion[outside], idle[outside])
    assert np.abs(motion - idle)[~outside].max() > 0.05


def test_nothing_jumps_where_a_gesture_begins_or_ends():
    motion = stream_motion(np.random.default_rng(4), 1400, 28, _events(), 1.0,
                           1.0, 0.5)
    # 0.1 statures in 1/28 s would be 5 m/s at the wrist.
    from mmgesture.datasets.synthetic.pose import CH
    for side in 'lr':
        step = np.diff(motion[:, CH[f'wrist_{side}']], axis=0)
        assert np.abs(step).max() < 0.1
