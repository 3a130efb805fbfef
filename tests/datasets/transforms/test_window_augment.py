"""Augmentation of windows: window_augment."""
import numpy as np
import pytest

from mmgesture.datasets.seeding import seeded
from mmgesture.datasets.transforms import (CropWindow, JitterFeatures,
                                           RotateFeatures, StretchWindow)


def window(steps=40):
    """A bump over the steps 10 to 19; the second channel is its speed."""
    features = np.zeros((6, steps), np.float32)
    features[0, 10:20] = 1
    features[1] = np.arange(steps)
    features[2:] = np.random.default_rng(0).normal(size=(4, steps))
    return dict(
        features=features,
        num_steps=steps,
        window_size=steps,
        window_start=7,
        gt_segments=np.array([[9.5, 19.5]]),
        gt_labels=np.array([2]))


def test_a_crop_keeps_segments_at_their_features():
    for seed in range(30):
        with seeded(seed):
            found = CropWindow((0.5, 0.9))(window())
        count = found['num_steps']
        assert found['features'].shape[1] == count and 20 <= count <= 36
        moved = found['window_start'] - 7
        assert found['features'][1, 0] == moved
        for start, end in found['gt_segments']:
            inside = found['features'][0, int(start + 0.5):int(end + 0.5)]
            assert inside.all()
        if moved < 10 and moved + count > 20:
            assert len(found['gt_labels']) == 1


def test_cropping_nothing_changes_nothing():
    found = CropWindow((1., 1.))(window())
    np.testing.assert_array_equal(found['features'], window()['features'])
    assert found['gt_segments'].tolist() == [[9.5, 19.5]]


@pytest.mark.parametrize('speed', [0.5, 0.8, 1., 1.6, 2.])
def test_stretching_moves_features_and_segments_alike(speed):
    found = StretchWindow((speed, speed), velocity_channels=(1, 2))(window())
    count = found['num_steps']
    assert count == min(round(40 / speed), 40)
    start, end = found['gt_segments'][0]
    assert end - start == pytest.approx(10 / speed)
    bump = np.flatnonzero(found['features'][0] > 0.5)
    assert abs(bump[0] - 0.5 - start) <= 1 and abs(bump[-1] + 0.5 - end) <= 1
    # a velocity is larger where time runs faster
    slope = np.diff(found['features'][1])[2:-2]
    np.testing.assert_allclose(slope, speed * speed, rtol=1e-4)


def test_what_no_longer_fits_is_cut_off():
    data = window()
    data['gt_segments'] = np.array([[29.5, 35.5]])
    found = StretchWindow((0.5, 0.5))(data)
    assert len(found['gt_segments']) == 0 == len(found['gt_labels'])


def test_a_turn_keeps_lengths_and_a_scale_changes_them():
    data = window()
    before = np.linalg.norm(data['features'].reshape(2, 3, -1), axis=1)
    found = RotateFeatures((180, 180, 180), (2., 2.))(data)
    assert found['features'].dtype == np.float32
    after = np.linalg.norm(found['features'].reshape(2, 3, -1), axis=1)
    np.testing.assert_allclose(after, 2 * before, rtol=1e-4)
    assert not np.allclose(found['features'], 2 * window()['features'])


def test_a_turn_about_one_axis_leaves_its_coordinate():
    found = RotateFeatures((0, 0, 90), (1., 1.))(window())
    original = window()['features']
    np.testing.assert_allclose(
        found['features'][2::3], original[2::3], atol=1e-6)


def test_turning_wants_vectors():
    with pytest.raises(ValueError, match='3-D vectors'):
        RotateFeatures()(dict(features=np.zeros((4, 5), np.float32)))


def test_noise_has_its_deviation_and_type():
    data = dict(features=np.zeros((50, 400), np.float32))
    found = JitterFeatures(0.1)(data)['features']
    assert found.dtype == np.float32 and abs(found.std() - 0.1) < 0.005


@pytest.mark.parametrize('make', [
    lambda: CropWindow((0.9, 1.1)), lambda: CropWindow((0.9, 0.5)),
    lambda: CropWindow(min_inside=0), lambda: StretchWindow((0, 1)),
    lambda: RotateFeatures((1, 2)), lambda: RotateFeatures(scale=(0, 1)),
    lambda: JitterFeatures(-1)])
def test_wrong_ranges_are_refused(make):
    with pytest.raises(ValueError, match='expected'):
        make()


def test_transforms_have_names():
    for made in (CropWindow(), StretchWindow(), RotateFeatures(),
                 JitterFeatures()):
        assert type(made).__name__ in repr(made)
