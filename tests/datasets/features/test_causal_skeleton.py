import numpy as np
import pytest

from mmgesture.datasets.features import CausalSkeleton, skeleton_features

EDGES = ((0, 1), (1, 2), (0, 3))


def make(**options):
    return CausalSkeleton(20, 4, 3, 0, **{'edges': EDGES, **options})


def joints(frames=30, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, .02, (frames, 4, 3)).cumsum(0) + rng.normal(
        size=(4, 3))


@pytest.mark.parametrize('sizes', [[1] * 30, [7, 23], [29, 1]])
def test_portions_do_not_matter(sizes):
    data, skeleton = joints(), make()
    parts = np.split(data, np.cumsum(sizes)[:-1])
    assert np.array_equal(
        np.concatenate([skeleton(part) for part in parts]), make()(data))


def test_later_frames_do_not_matter():
    data = joints()
    before = make()(data)[:12]
    data[12:] += 100
    assert np.array_equal(make()(data)[:12], before)


def test_channels_are_those_of_the_features_that_look_ahead():
    """On a person who turns evenly both say nearly the same."""
    frames = np.arange(200) / 20
    turn = np.stack([np.cos(frames), np.sin(frames), 0 * frames], -1)
    data = joints(1) + np.zeros((200, 1, 1))
    data[:, 2] += .3 * turn
    ours, theirs = make()(data), skeleton_features(data, 20, 0, EDGES)
    assert ours.shape == theirs.shape == (200, 24)
    middle = slice(20, 180)
    np.testing.assert_allclose(ours[middle, :9], theirs[middle, :9],
                               atol=.02)
    # a velocity of the past lags by half its reach
    np.testing.assert_allclose(ours[21:181, 12:21], theirs[20:180, 12:21],
                               atol=.02)


def test_size_and_place_of_the_person_vanish():
    data = joints()
    np.testing.assert_allclose(
        make()(5 * data + 3), make()(data), atol=1e-4)


def test_a_rotation_of_the_room_rotates_every_vector():
    data = joints()
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    turned = make()(data @ turn).reshape(30, -1, 3)
    np.testing.assert_allclose(
        turned, make()(data).reshape(30, -1, 3) @ turn, atol=1e-4)


def test_velocities_are_differences_to_the_frame_before_by_hand():
    data = np.zeros((4, 4, 3))
    data[:, 1, 0] = [1, 1, 2, 4]
    edges = ((0, 1), )  # size: four times this bone, running mean
    out = CausalSkeleton(10, 4, 3, 0, edges, lag=.1)(data)
    size = 4 * np.array([1, 1, 4 / 3, 2])
    np.testing.assert_allclose(out[:, 0], data[:, 1, 0] / size, rtol=1e-6)
    expected = np.array([0, 0, 1, 2]) / size * 10 / 2
    np.testing.assert_allclose(out[:, 12], expected, rtol=1e-6)


def test_a_lost_joint_is_held_where_it_was():
    data = joints()
    lost = data.copy()
    lost[10:15, 2] = np.nan
    held = data.copy()
    held[10:15, 2] = data[9, 2]
    assert np.array_equal(make()(lost), make()(held))


def test_a_joint_that_was_never_seen_lies_on_the_centre():
    data = joints(3)
    data[:, 2] = np.nan
    out = make(edges=())(data).reshape(3, -1, 3)
    assert not out[0, 1].any() and np.isfinite(out).all()


def test_nobody_at_all_gives_zeros():
    assert not make()(np.full((3, 4, 3), np.nan)).any()


def test_running_means_forget():
    data = joints(400)
    shifted = data.copy()
    shifted[:20] += 5
    short = [make(memory=1.)(x)[-1, 9:12] for x in (data, shifted)]
    long = [make(memory=60.)(x)[-1, 9:12] for x in (data, shifted)]
    assert np.abs(short[0] - short[1]).max() < 1e-6
    assert np.abs(long[0] - long[1]).max() > .01


def test_another_one_goes_on_from_its_state():
    data, first, second = joints(), make(), make()
    first(data[:13])
    second.load_state_dict(first.state_dict())
    assert np.array_equal(first(data[13:]), second(data[13:]))
    first.reset()
    assert np.array_equal(first(data), make()(data))


def test_no_frames_give_no_rows():
    assert make()(np.zeros((0, 4, 3))).shape == (0, 24)


def test_bad_input_and_settings_are_refused():
    skeleton = make()
    for shape in ((4, 3), (2, 5, 3), (2, 4, 2)):
        with pytest.raises(ValueError, match='joints of shape'):
            skeleton(np.zeros(shape))
    assert skeleton.state_dict()['count'] == 0
    for options in (dict(lag=0), dict(memory=-1)):
        with pytest.raises(ValueError, match='positive fps'):
            make(**options)
    with pytest.raises(ValueError, match='a centre among the joints'):
        CausalSkeleton(20, 4, 3, 4)
