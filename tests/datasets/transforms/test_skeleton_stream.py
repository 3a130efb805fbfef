import numpy as np
import pytest

from mmgesture.datasets.transforms.skeleton_stream import (ReorderJoints,
                                                           SkeletonStream,
                                                           motion_of,
                                                           overwritten_bones,
                                                           tree_bones)
from mmgesture.structures.skeleton import get_layout


def clip(joints=22, frames=3):
    rng = np.random.RandomState(0)
    return rng.rand(1, frames, joints, 2).astype(np.float32)


def test_bones_and_motion_by_hand():
    x = np.array([[1., 1.], [4., 5.], [9., 9.]])[None, None]
    assert tree_bones(x, (0, 0, 1))[0, 0].tolist() == [[0, 0], [3, 4],
                                                       [5, 4]]
    x = np.array([1., 4., 2.]).reshape(1, 3, 1, 1)
    assert motion_of(x).ravel().tolist() == [3, -2, 0]
    assert motion_of(x[:, :1]).ravel().tolist() == [0]
    x = np.array([1., 4., 2., 3.]).reshape(1, 4, 1, 1)
    assert motion_of(x, 2).ravel().tolist() == [3, 0, 1, 0]


@pytest.mark.parametrize('name', ['imigue-22', 'ma52-44', 'kinect-25',
                                  'jhmdb-15'])
def test_every_joint_but_the_centre_has_a_bone(name):
    layout = get_layout(name)
    x = clip(len(layout.joints))
    out = SkeletonStream('bone')(dict(keypoint=x, layout=name))['keypoint']
    still = np.flatnonzero(~out.any(axis=(0, 1, 3)))
    assert still.tolist() == [layout.center]


def test_bones_lead_back_from_the_centre_to_every_joint():
    layout = get_layout('imigue-22')
    x = clip()
    out = SkeletonStream('bone')(
        dict(keypoint=x, layout='imigue-22'))['keypoint']
    for joint in range(22):
        path, at = 0, joint
        while at != layout.center:
            path, at = path + out[:, :, at], layout.parents[at]
        np.testing.assert_allclose(path + x[:, :, layout.center],
                                   x[:, :, joint], atol=1e-5)


def test_official_bones_lose_12_of_22_joints_and_all_finger_tips():
    x = clip()
    out = SkeletonStream('bone', bones='official')(
        dict(keypoint=x, layout='imigue-22'))['keypoint']
    kept = np.flatnonzero(out.any(axis=(0, 1, 3)))
    assert kept.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    for start, end in ((1, 5), (0, 9), (4, 16), (7, 21)):
        assert (out[:, :, start] == x[:, :, start] - x[:, :, end]).all()


def test_official_bones_of_another_layout_want_its_edges():
    sample = dict(keypoint=clip(44), layout='ma52-44')
    with pytest.raises(ValueError, match='expected edges.*ma52-44'):
        SkeletonStream('bone', bones='official')(dict(sample))
    out = SkeletonStream('bone', bones='official', edges=[(0, 1), (0, 2)])(
        dict(sample))['keypoint']
    expected = overwritten_bones(sample['keypoint'], [(0, 2)])
    assert (out == expected).all()


def test_motion_of_bones_is_bones_of_motion():
    x = clip()
    sample = dict(keypoint=x, layout='imigue-22')
    a = SkeletonStream('bone-motion')(dict(sample))['keypoint']
    b = SkeletonStream('bone')(dict(sample, keypoint=motion_of(x)))
    np.testing.assert_allclose(a, b['keypoint'], atol=1e-6)
    joint = SkeletonStream('joint')(dict(sample))['keypoint']
    assert (joint == x).all()


def test_parts_stand_side_by_side_in_the_order_of_the_code():
    x = clip()
    out = ReorderJoints()(
        dict(keypoint=x, keypoint_score=x[..., 0], layout='imigue-22'))
    order = [4, 12, 13, 14, 15, 16, 7, 17, 18, 19, 20, 21, 0, 8, 9, 10, 11,
             1, 2, 5, 3, 6]
    assert list(out['joint_order']) == order
    for place, joint in enumerate(order):
        assert (out['keypoint'][:, :, place] == x[:, :, joint]).all()
        assert (out['keypoint_score'][..., place] == x[:, :, joint, 0]).all()


def test_own_order_needs_no_layout():
    x = clip(3)
    out = ReorderJoints(order=[2, 0, 1])(dict(keypoint=x))
    assert (out['keypoint'] == x[:, :, [2, 0, 1]]).all()
    with pytest.raises(ValueError, match='expected 3 joints, got 4'):
        ReorderJoints(order=[2, 0, 1])(dict(keypoint=clip(4)))


def test_what_does_not_fit_is_told():
    bone = SkeletonStream('bone')
    with pytest.raises(ValueError, match='expected a layout'):
        bone(dict(keypoint=clip()))
    with pytest.raises(ValueError, match='expected the 22 joints.*got 5 in a'):
        bone(dict(keypoint=clip(5), layout='imigue-22', sample_id='a'))
    sample = ReorderJoints()(dict(keypoint=clip(), layout='imigue-22'))
    with pytest.raises(ValueError, match='put ReorderJoints after'):
        bone(sample)
    for options in (dict(stream='limb'), dict(bones='star')):
        with pytest.raises(ValueError, match='expected'):
            SkeletonStream(**options)
    with pytest.raises(ValueError, match='every joint once'):
        ReorderJoints(order=[0, 0])
    assert "stream='bone'" in repr(bone) and 'order=None' in repr(
        ReorderJoints())
