import numpy as np
import pytest
from mmaction.datasets.transforms import PoseCompact, Resize

from mmgesture.datasets.transforms import SkeletonToCanvas


def clip(seed=0, frames=6, joints=9, scale=300.):
    rng = np.random.RandomState(seed)
    keypoint = rng.rand(1, frames, joints, 2).astype(np.float32) * scale
    return dict(keypoint=keypoint + 50, keypoint_score=np.ones(
        (1, frames, joints), np.float32), img_shape=(720, 1280))


def test_corners_by_hand():
    # a person 4 wide and 8 high: the square has half a side of 4, widened
    # to 5, so that 10 units become 100 pixels
    points = np.array([[10., 20.], [14., 28.], [12., 24.]])[None, None]
    found = SkeletonToCanvas(100)(dict(keypoint=points))
    assert found['img_shape'] == (100, 100)
    np.testing.assert_allclose(found['keypoint'][0, 0],
                               [[30, 10], [70, 90], [50, 50]], atol=1e-4)
    found = SkeletonToCanvas(100, y_up=True)(dict(keypoint=points))
    np.testing.assert_allclose(found['keypoint'][0, 0],
                               [[30, 90], [70, 10], [50, 50]], atol=1e-4)


@pytest.mark.parametrize('seed', range(3))
def test_it_is_pose_compact_and_resize_but_for_whole_pixels(seed):
    ours = SkeletonToCanvas(64)(clip(seed))
    host = Resize((64, 64), keep_ratio=False)(
        PoseCompact(hw_ratio=1., allow_imgpad=True)(clip(seed)))
    assert host['img_shape'] == ours['img_shape']
    # a box of some 370 pixels is cut to whole ones: 64 / 370 of a pixel
    np.testing.assert_allclose(ours['keypoint'], host['keypoint'], atol=.3)


def test_unseen_joints_neither_widen_the_square_nor_are_drawn():
    data = clip()
    data['keypoint'][0, :, 0] = 0  # OpenPose's corner
    data['keypoint'][0, 2, 1] = np.nan
    data['keypoint_score'][0, :, 0] = 0
    found = SkeletonToCanvas(64)(data)
    seen = found['keypoint_score'] > 0
    assert not seen[0, :, 0].any() and not seen[0, 2, 1]
    assert seen.sum() == seen.size - 7
    inside = found['keypoint'][seen]
    assert inside.min() == pytest.approx(64 * .1, abs=1e-4)
    assert np.isfinite(found['keypoint']).all()
    assert (found['keypoint'][~seen] == 32).all()


def test_nobody_is_an_empty_canvas():
    data = clip()
    data['keypoint_score'][:] = 0
    found = SkeletonToCanvas(64)(data)
    assert (found['keypoint'] == 32).all()
    assert not found['keypoint_score'].any()


def test_scores_may_be_ignored_and_options_are_checked():
    data = clip()
    data['keypoint_score'][:] = 0
    found = SkeletonToCanvas(64, min_score=None)(data)
    assert found['keypoint'].std() > 5
    with pytest.raises(ValueError, match='positive size'):
        SkeletonToCanvas(0)
    with pytest.raises(ValueError, match='padding'):
        SkeletonToCanvas(padding=-1)
    assert 'size=64' in repr(SkeletonToCanvas())
