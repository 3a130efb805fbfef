"""Claims about the kinematics."""
import numpy as np
import pytest

from mmgesture.datasets.synthetic.body import (FOREARM, JOINT, KINECT_JOINTS,
                                               PARENTS, UPPER_ARM, BodyShape,
                                               bone_quaternions, rotation,
                                               solve_joints, two_bone)
from mmgesture.datasets.synthetic.gestures import perform
from mmgesture.datasets.synthetic.pose import mirror, neutral_pose


def _gesture(label, shape=BodyShape()):
    base = np.tile(neutral_pose(), (50, 1))
    motion = perform(label, base, np.random.default_rng(1), 28)
    return motion, solve_joints(shape, motion)


def test_joints_are_kinects_twenty_five_with_one_root():
    assert len(KINECT_JOINTS) == len(set(KINECT_JOINTS)) == 25
    assert KINECT_JOINTS[3] == 'head' and KINECT_JOINTS[20] == \
        'spine_shoulder'
    assert [i for i, p in enumerate(PARENTS) if i == p] == [0]


@pytest.mark.parametrize('label', [3, 7, 9, 13])
def test_arm_bones_keep_their_lengths(label):
    joints = _gesture(label)[1].joints
    for side in 'lr':
        shoulder, elbow, wrist = (
            joints[:, JOINT[f'{n}_{side}']]
            for n in ('shoulder', 'elbow', 'wrist'))
        for a, b, length in ((shoulder, elbow, UPPER_ARM),
                             (elbow, wrist, FOREARM)):
            np.testing.assert_allclose(
                np.linalg.norm(a - b, axis=-1), length * 1.72, rtol=1e-6)


def test_target_out_of_reach_is_pulled_back():
    root, pole = np.zeros((1, 3)), np.array([[0.0, 1.0, 0.0]])
    middle, end = two_bone(root, np.array([[9.0, 0, 0]]), pole, 0.3, 0.2)
    np.testing.assert_allclose(end, [[0.5, 0, 0]], atol=1e-3)
    assert np.isfinite(middle).all()


def test_mirrored_motion_gives_mirrored_joints():
    motion, figure = _gesture(12)
    other = solve_joints(BodyShape(), mirror(motion)).joints
    swap = [JOINT[n[:-1] + {'l': 'r', 'r': 'l'}[n[-1]]]
            if n.endswith(('_l', '_r')) else JOINT[n] for n in KINECT_JOINTS]
    np.testing.assert_allclose(other[:, swap] * (-1, 1, 1), figure.joints,
                               atol=1e-9)


def test_person_stands_upright_with_the_head_at_the_stature():
    figure = solve_joints(BodyShape(stature=1.8), neutral_pose()[None])
    joints = figure.joints[0]
    assert 1.6 < joints[JOINT['head'], 1] < 1.75
    assert joints[JOINT['wrist_l'], 0] > 0 > joints[JOINT['wrist_r'], 0]
    assert 0 < joints[JOINT['foot_l'], 1] < 0.1


def test_turned_person_is_the_same_person_rotated():
    motion = np.tile(neutral_pose(), (2, 1))
    straight = solve_joints(BodyShape(), motion).joints
    turned = solve_joints(BodyShape(yaw=0.3), motion).joints
    turn = rotation(np.zeros(1), np.zeros(1), np.array([0.3]))[0]
    np.testing.assert_allclose(turned, straight @ turn.T, atol=1e-12)


def test_quaternion_turns_the_y_axis_into_the_bone():
    joints = _gesture(17)[1].joints
    x, y, z, w = np.moveaxis(bone_quaternions(joints), -1, 0)
    turned = np.stack([2 * (x * y - z * w), 1 - 2 * (x * x + z * z),
                       2 * (y * z + x * w)], -1)
    bone = joints - joints[:, PARENTS]
    bone[:, 0] = 0, 1, 0
    bone /= np.linalg.norm(bone, axis=-1, keepdims=True)
    np.testing.assert_allclose(turned, bone, atol=1e-6)
