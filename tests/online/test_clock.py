import numpy as np
import pytest

from mmgesture.online.clock import StreamClock, StreamTimeError


def place(times, seen=None, **options):
    """Steps, repeats and restarts of frames at these times."""
    clock = StreamClock(10, **options)
    seen = [True] * len(times) if seen is None else seen
    return [clock.place(t, s) for t, s in zip(times, seen)], clock


def steps(times, **options):
    return [p.step for p in place(times, **options)[0]]


def test_at_the_rate_of_the_model_every_frame_is_a_step():
    assert steps(np.arange(50) / 10) == list(range(50))


def test_no_frame_waits_for_another_and_the_first_one_sets_the_origin():
    assert steps(1e9 + np.arange(5) / 10) == list(range(5))
    clock = place([7.])[1]
    assert clock.time(3) == pytest.approx(7.3)


@pytest.mark.parametrize('seed', range(3))
def test_shaky_timestamps_neither_lose_nor_repeat_frames(seed):
    shake = np.random.default_rng(seed).uniform(-.02, .02, 200)
    shake[0] = 0
    placed, clock = place(np.arange(200) / 10 + shake)
    assert [p.step for p in placed] == list(range(200))
    assert clock.counts.repeated == clock.counts.skipped == 0


def test_of_twice_as_many_frames_every_second_one_is_used():
    found, clock = place(np.arange(10) / 20)
    assert [p.step for p in found] == [0, None, 1, None, 2, None, 3, None,
                                       4, None]
    assert clock.counts.skipped == 5
    # the one in the middle of its step, for models trained on those
    assert steps(np.arange(10) / 20, phase=.5) == [
        None, 0, None, 1, None, 2, None, 3, None, 4]


def test_of_half_as_many_frames_each_is_shown_twice():
    placed, clock = place(np.arange(4) / 5)
    assert [(p.step, p.repeats) for p in placed] == [
        (0, 0), (2, 1), (4, 1), (6, 1)]
    assert clock.counts.repeated == 3


@pytest.mark.parametrize('rate', [24, 25, 28, 29.97, 30, 60])
def test_no_step_is_empty_at_the_rates_of_cameras(rate):
    placed, clock = place(np.arange(300) / rate)
    used = [p.step for p in placed if p.step is not None]
    assert used == list(range(used[-1] + 1))
    assert clock.counts.repeated == 0


def test_dropped_frames_are_filled_by_the_one_before():
    placed, clock = place([0, .1, .5, .6])
    assert [(p.step, p.repeats) for p in placed] == [
        (0, 0), (1, 0), (5, 3), (6, 0)]
    assert clock.counts.repeated == 3 and clock.counts.gaps == 0


def test_late_and_duplicated_frames_are_skipped_and_counted():
    placed, clock = place([0, .1, .1, .05, .2])
    assert [p.step for p in placed] == [0, 1, None, None, 2]
    assert (clock.counts.duplicated, clock.counts.late) == (1, 1)
    assert clock.counts.frames == 5 and clock.counts.used == 3


def test_a_long_gap_starts_anew_and_is_not_filled():
    placed, clock = place([0, .1, 3., 3.1])
    assert placed[2].restarts and placed[2].repeats == 0
    assert [p.step for p in placed] == [0, 1, 30, 31]
    assert clock.counts.gaps == 1 and clock.counts.repeated == 0


def test_frames_without_anybody_are_missing_frames():
    times = np.arange(8) / 10
    seen = [True, True, False, False, True, True, True, True]
    placed, clock = place(times, seen)
    assert [(p.step, p.repeats) for p in placed[:5]] == [
        (0, 0), (1, 0), (None, 0), (None, 0), (4, 2)]
    assert clock.counts.unseen == 2


def test_nobody_for_long_is_a_gap_that_is_told_once_and_at_once():
    times = np.arange(40) / 10
    seen = [k < 3 or k > 30 for k in range(40)]
    placed, clock = place(times, seen)
    assert [k for k, p in enumerate(placed) if p.restarts] == [13]
    assert placed[31].step == 31 and placed[31].repeats == 0
    assert clock.counts.gaps == 1


def test_time_that_goes_back_is_refused_before_anything_is_used():
    clock = place([5., 5.1])[1]
    before = clock.state_dict()
    with pytest.raises(StreamTimeError, match='go back by 3.200 s'):
        clock.check([5.2, 2.])
    with pytest.raises(StreamTimeError, match='finite timestamps'):
        clock.check([5.2, float('nan')])
    assert clock.state_dict() == before
    clock.check([5.2, 4.5])  # late, but no other clock
    clock.reset()
    clock.check([2.])


def test_another_clock_goes_on_from_its_state():
    times = np.r_[0, .1, .4, .5]
    whole = place(times)[0]
    clock = place(times[:2])[1]
    other = StreamClock(10)
    other.load_state_dict(clock.state_dict())
    assert [other.place(t) for t in times[2:]] == whole[2:]
    assert other.counts.frames == 4
    assert clock.counts.frames == 2


@pytest.mark.parametrize('options', [
    dict(max_gap=0), dict(phase=1), dict(slack=-.1)])
def test_impossible_settings_are_refused(options):
    with pytest.raises(ValueError, match='positive rate and max_gap'):
        StreamClock(10, **options)
    with pytest.raises(ValueError, match='positive rate and max_gap'):
        StreamClock(0)
