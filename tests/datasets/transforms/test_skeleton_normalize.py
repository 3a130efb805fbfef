import numpy as np
import pytest

from mmgesture.datasets.transforms.skeleton_normalize import (
    NormalizeSkeleton, normalize_clip)


def clip(values):
    """One person, one joint, T frames of C coordinates."""
    return np.asarray(values, dtype=np.float32)[None, :, None]


def test_every_axis_reaches_from_minus_one_to_one():
    results = NormalizeSkeleton()(
        dict(keypoint=clip([[10, 300], [20, 100], [15, 200]])))
    assert results['keypoint'][0, :, 0].tolist() == [[-1, 1], [1, -1], [0, 0]]
    assert results['keypoint'].dtype == np.float32


def test_place_and_size_of_the_person_do_not_matter():
    x = np.random.RandomState(0).rand(2, 5, 4, 2)
    seen = np.ones(x.shape[:3], bool)
    np.testing.assert_allclose(
        normalize_clip(x, seen), normalize_clip(x * 50 + 700, seen),
        atol=1e-5)


def test_one_scale_for_all_axes_keeps_angles():
    results = NormalizeSkeleton(keep_ratio=True)(
        dict(keypoint=clip([[0, 0], [10, 4]])))
    np.testing.assert_allclose(
        results['keypoint'][0, :, 0], [[-1, -.4], [1, .4]], atol=1e-6)


def test_still_axis_is_zero_and_not_noise():
    for rest in (0., 1000.):
        results = NormalizeSkeleton()(
            dict(keypoint=clip([[rest, 0], [rest + 1e-9, 1]])))
        assert results['keypoint'][0, :, 0, 0].tolist() == [0, 0]


def test_missing_joints_do_not_count_and_become_zero():
    keypoint = clip([[1, 1], [np.nan, 5], [3, 9], [0, 0]])
    score = np.array([[[.9], [.8], [.7], [0.]]])
    results = NormalizeSkeleton(min_score=0)(
        dict(keypoint=keypoint, keypoint_score=score))
    assert results['keypoint'][0, :, 0].tolist() == [[-1, -1], [0, 0],
                                                     [1, 1], [0, 0]]
    np.testing.assert_allclose(results['keypoint_score'][0, :, 0],
                               [.9, 0, .7, 0])


def test_a_clip_without_anybody_is_zero():
    keypoint = np.full((1, 3, 2, 2), np.nan)
    results = NormalizeSkeleton()(
        dict(keypoint=keypoint, keypoint_score=np.full((1, 3, 2), np.nan)))
    assert not results['keypoint'].any()
    assert not results['keypoint_score'].any()
    empty = NormalizeSkeleton()(dict(keypoint=np.zeros((0, 3, 2, 2))))
    assert empty['keypoint'].shape == (0, 3, 2, 2)


def test_depth_can_be_dropped_and_absent_coordinates_are_told():
    results = NormalizeSkeleton(dims=2)(
        dict(keypoint=clip([[1, 2, 3], [4, 5, 6]])))
    assert results['keypoint'].shape[-1] == 2
    with pytest.raises(ValueError, match='dims=3.*a_1'):
        NormalizeSkeleton(dims=3)(
            dict(keypoint=clip([[1, 2]]), sample_id='a_1'))
    with pytest.raises(ValueError, match='dims expected'):
        NormalizeSkeleton(dims=0)
    assert 'min_score=None' in repr(NormalizeSkeleton())
