import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.transforms.sample import uniform_indices
from mmgesture.datasets.transforms.skeleton_sample import (
    SampleSkeletonFrames, linspace_indices, normalized_time,
    sorted_random_indices)


def clip(length, persons=1):
    frames = np.arange(length, dtype=np.float32)[None, :, None, None]
    return np.broadcast_to(frames, (persons, length, 3, 2)).copy()


def test_linspace_by_hand():
    assert linspace_indices(10, 4).tolist() == [0, 3, 6, 9]
    assert linspace_indices(3, 5).tolist() == [0, 0, 1, 1, 2]
    assert linspace_indices(1, 3).tolist() == [0, 0, 0]
    assert linspace_indices(7, 1).tolist() == [0]


@pytest.mark.parametrize('length', [1, 2, 15, 64, 65, 1000])
def test_linspace_is_numpys_with_first_and_last(length):
    ours = linspace_indices(length, 64)
    exact = np.linspace(0, length - 1, 64)
    assert (ours <= exact + 1e-9).all() and (ours > exact - 1 - 1e-9).all()
    assert ours[0] == 0 and ours[-1] == length - 1


def test_random_frames_are_sorted_within_the_clip_and_repeat():
    rng = np.random.RandomState(0)
    drawn = np.stack([sorted_random_indices(5, 64, rng) for _ in range(20)])
    assert (np.diff(drawn) >= 0).all()
    assert set(drawn.ravel()) == set(range(5))


def test_time_goes_from_minus_one_to_below_one():
    assert normalized_time(np.array([0, 2, 3]), 4).tolist() == [-1, 0, .5]


def test_frames_scores_and_times_stay_together():
    np.random.seed(1)
    x = clip(9, persons=2)
    out = SampleSkeletonFrames(16, 'random')(
        dict(keypoint=x, keypoint_score=x[..., 0].copy()))
    assert out['keypoint'].shape == (2, 16, 3, 2)
    assert (out['keypoint'][0, :, 0, 0] == out['frame_inds']).all()
    assert (out['keypoint_score'][1, :, 2] == out['frame_inds']).all()
    np.testing.assert_allclose(out['index_t'], 2 * out['frame_inds'] / 9 - 1,
                               rtol=1e-6)
    assert out['index_t'].dtype == np.float32
    assert (out['total_frames'], out['num_clips'], out['clip_len']) \
        == (9, 1, 16)


def test_mmaction2s_rules_give_several_clips_one_after_the_other():
    x = clip(50)
    out = SampleSkeletonFrames(8, 'uniform', 3)(dict(keypoint=x))
    assert out['frame_inds'].tolist() == uniform_indices(50, 8, 3).tolist()
    assert (out['keypoint'][0, :, 0, 0] == out['frame_inds']).all()
    assert (out['num_clips'], out['clip_len']) == (3, 8)
    np.random.seed(0)
    out = SampleSkeletonFrames(8, 'jitter', 2)(dict(keypoint=x))
    for one in out['frame_inds'].reshape(2, 8):
        # frame t spans t to t + 1: it touches its own eighth of the clip
        part = np.arange(8) * 50 / 8
        assert (one + 1 > part).all() and (one < part + 50 / 8).all()
    assert (out['frame_inds'][:8] != out['frame_inds'][8:]).any()


def test_an_empty_clip_is_unreadable_and_blank_in_test():
    empty = dict(keypoint=clip(0), keypoint_score=clip(0)[..., 0],
                 keypoints='a/b.npz')
    with pytest.raises(UnreadableMediaError, match='b.npz.*no frame'):
        SampleSkeletonFrames()(dict(empty))
    out = SampleSkeletonFrames()(dict(empty, unreadable=True))
    assert out['keypoint'].shape == (1, 64, 3, 2)
    assert not out['keypoint'].any() and not out['keypoint_score'].any()


def test_wrong_options_are_told():
    with pytest.raises(ValueError, match='clip_len'):
        SampleSkeletonFrames(0)
    with pytest.raises(ValueError, match='mode expected'):
        SampleSkeletonFrames(mode='dense')
    with pytest.raises(ValueError, match='num_clips=2 expected a mode'):
        SampleSkeletonFrames(num_clips=2)
    assert "mode='linspace'" in repr(SampleSkeletonFrames())
