import numpy as np
import pytest

from mmgesture.datasets.transforms import (FlipPose, MirrorSkeleton,
                                           ReorderJoints)
from mmgesture.structures.skeleton import get_layout

LAYOUT = get_layout('jhmdb-15')


def sample(seed=0):
    rng = np.random.RandomState(seed)
    return dict(
        keypoint=rng.uniform(-1, 1, (1, 4, 15, 2)).astype(np.float32),
        keypoint_score=rng.rand(1, 4, 15).astype(np.float32),
        layout='jhmdb-15')


def test_a_mirror_exchanges_sides_and_scores():
    before, after = sample(), MirrorSkeleton(1.)(sample())
    for left, right in LAYOUT.flip_pairs:
        np.testing.assert_array_equal(
            after['keypoint'][:, :, left],
            before['keypoint'][:, :, right] * [-1, 1])
        np.testing.assert_array_equal(after['keypoint_score'][..., left],
                                      before['keypoint_score'][..., right])
    np.testing.assert_array_equal(after['keypoint'][:, :, 0],
                                  before['keypoint'][:, :, 0] * [-1, 1])


def test_mirrored_twice_it_is_as_before_and_the_input_is_left_alone():
    data = sample()
    given = data['keypoint']
    once = MirrorSkeleton(1., 'jhmdb-15')(data)
    np.testing.assert_array_equal(given, sample()['keypoint'])
    twice = MirrorSkeleton(1.)(once)
    np.testing.assert_array_equal(twice['keypoint'], sample()['keypoint'])


def test_probability_is_that_of_the_global_generator():
    np.random.seed(0)
    flip = MirrorSkeleton(.5)
    changed = sum((flip(sample())['keypoint'] !=
                   sample()['keypoint']).any() for _ in range(200))
    assert 70 < changed < 130
    np.random.seed(0)
    same = MirrorSkeleton(0.)(sample())['keypoint']
    assert (same == sample()['keypoint']).all()


def test_reordered_joints_and_wrong_options_are_refused():
    with pytest.raises(ValueError, match='put ReorderJoints after it'):
        MirrorSkeleton()(ReorderJoints()(sample()))
    with pytest.raises(ValueError, match='probability|prob expected'):
        MirrorSkeleton(2)
    with pytest.raises(ValueError, match='expected a skeleton layout'):
        FlipPose('no-such')
    assert "layout='jhmdb-15'" in repr(FlipPose('jhmdb-15'))
    assert 'prob=0.5' in repr(MirrorSkeleton())


def test_pixels_are_mirrored_with_their_pictures():
    data = sample()
    data['keypoint'] = data['keypoint'] * 20 + 32
    before = data['keypoint'].copy()
    picture = np.arange(64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8)
    data.update(img_shape=(64, 64), modality=['RGB', 'Pose'],
                imgs=[picture.copy()])
    found = FlipPose('jhmdb-15', 1.)(data)
    np.testing.assert_array_equal(found['imgs'][0], picture[:, ::-1])
    for left, right in LAYOUT.flip_pairs:
        np.testing.assert_allclose(found['keypoint'][..., left, 0],
                                   64 - before[..., right, 0], atol=1e-4)
