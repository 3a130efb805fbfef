import numpy as np
import pytest

from mmgesture.datasets.transforms.skeleton_augment import (STCA,
                                                            DropFrameBlock,
                                                            MaskAxis,
                                                            affine_clip,
                                                            jitter_frames)


def clip(frames=20, channels=2):
    rng = np.random.RandomState(0)
    return rng.rand(2, frames, 4, channels).astype(np.float32) + 1


def test_a_quarter_turn_by_hand():
    x = np.array([1., 0., 5.]).reshape(1, 1, 1, 3)
    out = affine_clip(x, np.pi / 2, 2., np.array([.1, .2, .3]))
    np.testing.assert_allclose(out.ravel(), [.1, 2.2, 10.3], atol=1e-9)


def test_one_draw_per_frame_reaches_its_frame_only():
    x = clip(2)
    out = affine_clip(x, np.array([0., np.pi]), np.array([1., 3.]),
                      np.array([[0., 0.], [1., 1.]]))
    np.testing.assert_allclose(out[:, 0], x[:, 0], rtol=1e-6)
    np.testing.assert_allclose(out[:, 1], 1 - 3 * x[:, 1], rtol=1e-5)
    assert out.dtype == np.float32


def test_jitter_stays_within_the_clip():
    assert jitter_frames(4, np.array([-3, 3, 1, 2])).tolist() == [0, 3, 3, 3]


def test_skeletal_part_is_a_similarity_within_the_papers_ranges():
    x = clip()
    for seed in range(30):
        np.random.seed(seed)
        out = STCA(temporal=False)(dict(keypoint=x))['keypoint']
        a, b = x.reshape(-1, 2), out.reshape(-1, 2)
        # least squares: b = a @ m + e
        solved = np.linalg.lstsq(np.c_[a, np.ones(len(a))], b, rcond=None)[0]
        m, e = solved[:2].T, solved[2]
        scale = np.sqrt(np.linalg.det(m))
        np.testing.assert_allclose(m @ m.T, scale**2 * np.eye(2), atol=1e-4)
        assert .9 <= scale <= 1.1 and np.abs(e).max() <= .1 + 1e-4
        assert abs(np.rad2deg(np.arctan2(m[1, 0], m[0, 0]))) <= 15.01


def test_temporal_part_shows_frames_at_most_three_away():
    x = np.arange(20, dtype=np.float32).reshape(1, 20, 1, 1).repeat(2, -1)
    np.random.seed(0)
    out = STCA(skeletal=False)(
        dict(keypoint=x, keypoint_score=x[..., 0],
             index_t=np.zeros(20, np.float32)))
    moved = out['keypoint'][0, :, 0, 0] - np.arange(20)
    assert np.abs(moved).max() == 3 and len(set(moved)) > 3
    assert (out['keypoint_score'][0, :, 0] == out['keypoint'][0, :, 0,
                                                              0]).all()


def test_both_parts_off_or_no_probability_change_nothing():
    x = clip()
    for transform in (STCA(prob=0), STCA(skeletal=False, temporal=False),
                      MaskAxis(0), DropFrameBlock(0)):
        assert (transform(dict(keypoint=x))['keypoint'] == x).all()


def test_per_frame_draws_differ_between_frames():
    x = np.ones((1, 6, 1, 2), np.float32)
    out = STCA(temporal=False, per_frame=True)(dict(keypoint=x))['keypoint']
    assert len(np.unique(out[0, :, 0, 0])) == 6


def test_mask_zeroes_one_whole_axis_of_the_plane():
    masked = set()
    for seed in range(10):
        np.random.seed(seed)
        x = clip(channels=3)
        out = MaskAxis(1)(dict(keypoint=x))['keypoint']
        gone = [c for c in range(3) if not out[..., c].any()]
        assert len(gone) == 1 and x.all()  # the input is left alone
        masked.update(gone)
    assert masked == {0, 1}


@pytest.mark.parametrize('frames', [1, 3, 20])
def test_block_is_successive_and_of_the_right_length(frames):
    for seed in range(20):
        np.random.seed(seed)
        out = DropFrameBlock(1)(dict(keypoint=clip(frames)))['keypoint']
        gone = np.flatnonzero(~out.any(axis=(0, 2, 3)))
        assert min(4, frames) <= len(gone) <= min(16, frames)
        assert (np.diff(gone) == 1).all()


def test_seed_decides_everything():
    outs = []
    for _ in range(2):
        np.random.seed(3)
        outs.append(STCA()(dict(keypoint=clip()))['keypoint'])
    assert (outs[0] == outs[1]).all()


def test_wrong_options_are_told():
    for make in (STCA, MaskAxis, DropFrameBlock):
        with pytest.raises(ValueError, match='prob expected'):
            make(prob=1.5)
        assert 'prob=0.5' in repr(make(prob=.5))
    with pytest.raises(ValueError, match='scale_range'):
        STCA(scale_range=(2, 1))
    with pytest.raises(ValueError, match='lengths'):
        DropFrameBlock(lengths=(0, 3))
