"""Claims about the gesture programmes, pose vectors and idle motion."""
import numpy as np
import pytest

from mmgesture.datasets.synthetic.gestures import (MOTION_ONLY_PAIRS,
                                                   PROGRAMMES, perform)
from mmgesture.datasets.synthetic.idle import idle_motion, smooth_step
from mmgesture.datasets.synthetic.moves import Move, path_wave
from mmgesture.datasets.synthetic.pose import (CH, NUM_CHANNELS, mirror,
                                               neutral_pose)

LABELS = range(1, len(PROGRAMMES) + 1)


def _still(num=60):
    return np.tile(neutral_pose(), (num, 1))


def _energy(label, amplitude, seed=0):
    """Movement during the middle of a gesture, without onset and offset."""
    motion = perform(label, _still(), np.random.default_rng(seed), 28,
                     amplitude)[14:-14]
    motion[:, CH['mouth']] = 0  # speech is not scaled
    return np.abs(np.diff(motion, axis=0)).sum()


@pytest.mark.parametrize('label', LABELS)
def test_every_class_moves_and_returns_to_rest(label):
    base = _still()
    motion = perform(label, base, np.random.default_rng(label), 28)
    assert motion.shape == (60, NUM_CHANNELS)
    assert np.isfinite(motion).all()
    assert np.abs(motion - base)[20:40].max() > 0.02
    assert np.abs(motion - base)[[0, -1]].max() < 0.03


@pytest.mark.parametrize('label', [1, 2, 4, 5, 6, 8, 11, 12, 14, 15, 16, 17])
def test_amplitude_scales_the_movement(label):
    assert _energy(label, 0.5) < 0.75 * _energy(label, 1.0)


def test_reaching_hand_touches_its_contact_point():
    move = Move(3, 28)
    move.reach('r', np.array([0.1, 0.2, 0.3]), (0, 2.0, 0), (-1, 0, 0))
    np.testing.assert_allclose(move.target[:, CH['hand_r']],
                               [[0, 1, 0]] * 3)
    np.testing.assert_allclose(move.target[:, CH['wrist_r']][:, [0, 2]],
                               [[0.1, 0.3]] * 3)
    assert move.mask[CH['wrist_r']].all()
    assert not move.mask[CH['wrist_l']].any()


def test_unknown_class_is_refused():
    with pytest.raises(ValueError, match='1..17'):
        perform(18, _still(), np.random.default_rng(0), 28)


@pytest.mark.parametrize('label', LABELS)
def test_left_handed_performance_is_the_mirror_image(label):
    base = _still()
    right = perform(label, base, np.random.default_rng(5), 28)
    left = perform(label, mirror(base), np.random.default_rng(5), 28,
                   left=True)
    np.testing.assert_allclose(mirror(right), left, atol=1e-12)


def test_mirror_twice_is_the_identity():
    pose = np.random.default_rng(0).normal(size=(4, NUM_CHANNELS))
    np.testing.assert_array_equal(mirror(mirror(pose)), pose)
    assert not np.array_equal(mirror(pose), pose)


def test_place_on_the_path_does_not_depend_on_the_number_of_runs():
    time, rng = np.linspace(0, 1, 11), np.random.default_rng(0)
    often = np.stack([path_wave(time, 3.3, p) for p in rng.random(8000)])
    once = np.stack([path_wave(time, 0.5, p, 0.3) for p in rng.random(8000)])
    grid = np.linspace(0.05, 0.95, 10)
    for frame in range(11):
        np.testing.assert_allclose(np.quantile(often[:, frame], grid),
                                   np.quantile(once[:, frame], grid),
                                   atol=0.08)


@pytest.mark.parametrize('pair', MOTION_ONLY_PAIRS, ids=lambda p: str(p[:2]))
def test_pair_has_equal_poses_and_unequal_motion(pair):
    first, second, reason = pair
    assert first != second and len(reason) > 20

    def many(label):
        return np.stack([
            perform(label, _still(), np.random.default_rng([7, label, i]), 28)
            for i in range(300)])

    a, b = many(first), many(second)
    for frame in (8, 20, 30, 45):  # onset, hold and offset
        spread = a[:, frame].std(0)
        moving = spread > 1e-6
        gap = np.abs(a[:, frame].mean(0) - b[:, frame].mean(0))[moving]
        # Four standard errors of a difference of two means of 300.
        assert (gap < 4.5 * spread[moving] * np.sqrt(2 / 300)).all()
        ratio = b[:, frame].std(0)[moving] / spread[moving]
        assert ratio.min() > 0.75 and ratio.max() < 1.3
    speed = [np.abs(np.diff(x[:, 14:-14], axis=1)).sum((1, 2))
             for x in (a, b)]
    # Whichever of the two is the quick one is so nearly always.
    quick = max(speed, key=np.median)
    slow = min(speed, key=np.median)
    assert np.quantile(quick, 0.05) > np.quantile(slow, 0.95)


def test_idle_motion_is_small_smooth_and_never_still():
    motion = idle_motion(np.random.default_rng(2), 600, 28)
    sway = motion[:, CH['pelvis']][:, 0]
    assert 0.002 < sway.std() < 0.03
    assert np.abs(np.diff(sway)).max() < 0.004
    assert np.abs(np.diff(motion, axis=0)).sum(1).min() > 0
    assert motion[:, CH['blink'].start].max() > 0.9


def test_smooth_step_is_flat_outside_and_half_in_the_middle():
    np.testing.assert_allclose(
        smooth_step(np.array([-1, 0, 0.5, 1, 2])), [0, 0, 0.5, 1, 1])
