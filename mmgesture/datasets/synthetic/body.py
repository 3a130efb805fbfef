"""From pose vectors to Kinect v2's 25 joints in metres."""
from dataclasses import dataclass

import numpy as np

from .pose import CH

# Kinect v2's order, the one of NTU RGB+D and of SMG's skeleton files.
KINECT_JOINTS = ('spine_base', 'spine_mid', 'neck', 'head', 'shoulder_l',
                 'elbow_l', 'wrist_l', 'hand_l', 'shoulder_r', 'elbow_r',
                 'wrist_r', 'hand_r', 'hip_l', 'knee_l', 'ankle_l', 'foot_l',
                 'hip_r', 'knee_r', 'ankle_r', 'foot_r', 'spine_shoulder',
                 'hand_tip_l', 'thumb_l', 'hand_tip_r', 'thumb_r')
JOINT = {name: index for index, name in enumerate(KINECT_JOINTS)}

_PARENT_NAMES = {
    'spine_mid': 'spine_base', 'spine_shoulder': 'spine_mid',
    'neck': 'spine_shoulder', 'head': 'neck'}
for _s in 'lr':
    _PARENT_NAMES.update({
        f'shoulder_{_s}': 'spine_shoulder', f'elbow_{_s}': f'shoulder_{_s}',
        f'wrist_{_s}': f'elbow_{_s}', f'hand_{_s}': f'wrist_{_s}',
        f'hand_tip_{_s}': f'hand_{_s}', f'thumb_{_s}': f'wrist_{_s}',
        f'hip_{_s}': 'spine_base', f'knee_{_s}': f'hip_{_s}',
        f'ankle_{_s}': f'knee_{_s}', f'foot_{_s}': f'ankle_{_s}'})
# Parent of every joint; the root is its own parent.
PARENTS = tuple(
    JOINT[_PARENT_NAMES.get(name, 'spine_base')] for name in KINECT_JOINTS)

UPPER_ARM, FOREARM, HAND = 0.172, 0.152, 0.095
THIGH, SHIN = 0.245, 0.238
HIP_HEIGHT, ANKLE_HEIGHT = 0.52, 0.042
SPINE_LENGTH = 0.285


@dataclass(frozen=True)
class BodyShape:
    """Measures of one person.

    Args:
        stature (float): Height in metres.
        shoulder (float): Half the shoulder width, fraction of the stature.
        hip (float): Half the hip width, fraction of the stature.
        girth (float): Thickness of limbs and trunk, 1 is average.
        head (float): Size of the head, 1 is average.
        stance (float): Half the distance of the feet, fraction of stature.
        yaw (float): How far the person is turned from the camera, radians.
    """
    stature: float = 1.72
    shoulder: float = 0.112
    hip: float = 0.052
    girth: float = 1.0
    head: float = 1.0
    stance: float = 0.065
    yaw: float = 0.0


@dataclass(frozen=True)
class Figure:
    """A person in motion, placed in metres.

    The frame has its origin on the floor between the feet, x to the right
    of the picture (the person's left), y up and z towards the camera.

    Args:
        joints (np.ndarray): Kinect's joints, shape (T, 25, 3).
        torso (np.ndarray): Rotation of the trunk, shape (T, 3, 3).
        head (np.ndarray): Rotation of the head, shape (T, 3, 3).
    """
    joints: np.ndarray
    torso: np.ndarray
    head: np.ndarray


def rotation(pitch, roll, yaw):
    """Rotations about x (pitch), z (roll), y (yaw), applied in that order.

    Args:
        pitch (np.ndarray): Positive leans to the front, shape (T,).
        roll (np.ndarray): Positive leans to the person's left, shape (T,).
        yaw (np.ndarray): Positive turns to the person's left, shape (T,).

    Returns:
        np.ndarray: Rotation matrices, shape (T, 3, 3).
    """
    cp, sp, cr, sr = np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    cy, sy = np.cos(yaw), np.sin(yaw)
    one, zero = np.ones_like(cp), np.zeros_like(cp)

    def matrix(*values):
        # (9, T) -> (T, 3, 3)
        return np.stack(values, -1).reshape(len(cp), 3, 3)

    about_x = matrix(one, zero, zero, zero, cp, -sp, zero, sp, cp)
    about_z = matrix(cr, sr, zero, -sr, cr, zero, zero, zero, one)
    about_y = matrix(cy, zero, sy, zero, one, zero, -sy, zero, cy)
    return about_y @ about_z @ about_x


def apply(matrices, vectors):
    """Rotate one vector per frame.

    Args:
        matrices (np.ndarray): Shape (T, 3, 3).
        vectors (np.ndarray): Shape (T, 3) or (3,).

    Returns:
        np.ndarray: Shape (T, 3).
    """
    return np.einsum('tij,tj->ti', matrices,
                     np.broadcast_to(vectors, (len(matrices), 3)))


def _unit(vectors):
    return vectors / np.maximum(
        np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def two_bone(root, target, pole, first, second):
    """Joint angles of a limb of two bones, by the law of cosines.

    A target out of reach is pulled back onto the reachable sphere.

    Args:
        root (np.ndarray): Shoulder or hip, shape (T, 3).
        target (np.ndarray): Wanted wrist or ankle, shape (T, 3).
        pole (np.ndarray): Direction in which the middle joint bends,
            shape (T, 3).
        first (float): Length of the upper bone.
        second (float): Length of the lower bone.

    Returns:
        tuple[np.ndarray, np.ndarray]: Middle and end joint, (T, 3) each.
    """
    axis = target - root
    reach = np.linalg.norm(axis, axis=-1, keepdims=True)
    axis = axis / np.maximum(reach, 1e-9)
    reach = np.clip(reach, abs(first - second) + 1e-3, first + second - 1e-4)
    along = (first**2 - second**2 + reach**2) / (2 * reach)
    aside = np.sqrt(np.maximum(first**2 - along**2, 0.0))
    bend = _unit(pole - axis * (pole * axis).sum(-1, keepdims=True))
    return root + axis * along + bend * aside, root + axis * reach


def solve_joints(shape, pose):
    """Place all joints of a person.

    Args:
        shape (BodyShape): The person's measures.
        pose (np.ndarray): Motion, shape (T, C).

    Returns:
        Figure: Joints and rotations in metres.
    """
    num = len(pose)
    torso = rotation(*pose[:, CH['torso']].T)
    head = torso @ rotation(*pose[:, CH['head']].T)
    out = np.zeros((num, len(KINECT_JOINTS), 3))

    def put(name, value):
        out[:, JOINT[name]] = value
        return value

    base = put('spine_base', pose[:, CH['pelvis']] + (0, HIP_HEIGHT, 0))
    put('spine_mid', base + apply(torso, (0, 0.45 * SPINE_LENGTH, 0.004)))
    chest = put('spine_shoulder',
                base + apply(torso, (0, SPINE_LENGTH, 0)))
    sink = np.zeros((num, 3))
    sink[:, 1] = 0.035 - pose[:, CH['neck'].start]
    neck = put('neck', chest + apply(torso, sink))
    put('head', neck + apply(head, (0, 0.078 * shape.head, 0.016)))
    for side, sign in (('l', 1), ('r', -1)):
        top = np.zeros((num, 3))
        top[:, 0] = sign * shape.shoulder
        top[:, 1] = pose[:, CH[f'shrug_{side}'].start] - 0.012
        shoulder = put(f'shoulder_{side}', chest + apply(torso, top))
        elbow, wrist = two_bone(
            shoulder, chest + apply(torso, pose[:, CH[f'wrist_{side}']]),
            apply(torso, pose[:, CH[f'pole_{side}']]), UPPER_ARM, FOREARM)
        put(f'elbow_{side}', elbow)
        put(f'wrist_{side}', wrist)
        point = _unit(apply(torso, pose[:, CH[f'hand_{side}']]))
        put(f'hand_{side}', wrist + point * (0.5 * HAND))
        put(f'hand_tip_{side}', wrist + point * HAND)
        aside = np.array([-sign * 1.0, 0.5, 0.4])
        aside = _unit(aside - point * (point @ aside)[:, None])
        put(f'thumb_{side}', wrist + (0.5 * point + 0.42 * aside) * HAND)
        hip = put(f'hip_{side}', base + (sign * shape.hip, -0.012, 0))
        floor = np.array([sign * shape.stance, ANKLE_HEIGHT, 0.0])
        knee, ankle = two_bone(
            hip, floor + pose[:, CH[f'ankle_{side}']],
            np.tile([sign * 0.15, 0.0, 1.0], (num, 1)), THIGH, SHIN)
        put(f'knee_{side}', knee)
        put(f'ankle_{side}', ankle)
        put(f'foot_{side}', ankle + (sign * 0.018, -0.03, 0.075))
    turn = rotation(np.zeros(1), np.zeros(1), np.array([shape.yaw]))[0]
    return Figure(out @ turn.T * shape.stature, turn @ torso, turn @ head)


def bone_quaternions(joints):
    """Orientation of every bone, as Kinect gives it: y along the bone.

    Args:
        joints (np.ndarray): Shape (T, 25, 3).

    Returns:
        np.ndarray: Unit quaternions x, y, z, w of the smallest rotation from
        the y axis to the bone that ends in the joint, shape (T, 25, 4); the
        root has the identity.
    """
    bone = joints - joints[:, PARENTS]
    length = np.linalg.norm(bone, axis=-1, keepdims=True)
    bone = np.where(length > 1e-9, bone / np.maximum(length, 1e-9),
                    np.array([0.0, 1.0, 0.0]))
    # The rotation from y to b is (y x b, 1 + y.b), normalised.
    quat = np.stack([bone[..., 2], np.zeros_like(bone[..., 0]),
                     -bone[..., 0], 1 + bone[..., 1]], -1)
    norm = np.linalg.norm(quat, axis=-1, keepdims=True)
    flip = np.array([1.0, 0.0, 0.0, 0.0])  # the bone points straight down
    return np.where(norm > 1e-6, quat / np.maximum(norm, 1e-6), flip)
