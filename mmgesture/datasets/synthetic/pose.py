"""The pose vector of the drawn person: what every frame of motion consists of.

A pose is one row of ``NUM_CHANNELS`` floats; motion is an array (T, C).
Lengths are fractions of the person's stature, angles are radians.
The body frame has x to the person's left, y up and z to the front.
"""
import numpy as np

_SIZES = (
    ('pelvis', 3),  # displacement of the pelvis
    ('torso', 3),  # pitch (forward), roll (to the left), yaw (to the left)
    ('head', 3),  # the same three, relative to the torso
    ('neck', 1),  # how far the head sinks between the shoulders
    ('shrug_l', 1),
    ('shrug_r', 1),
    ('wrist_l', 3),  # in the chest frame, origin between the shoulders
    ('pole_l', 3),  # where the elbow points
    ('hand_l', 3),  # direction from the wrist to the finger tips
    ('wrist_r', 3),
    ('pole_r', 3),
    ('hand_r', 3),
    ('ankle_l', 3),  # displacement of the ankle from its place on the floor
    ('ankle_r', 3),
    ('blink', 1),  # 0 open eyes .. 1 closed
    ('mouth', 1),  # 0 closed .. 1 open
)


def _slices():
    out, at = {}, 0
    for name, size in _SIZES:
        out[name] = slice(at, at + size)
        at += size
    return out, at


CH, NUM_CHANNELS = _slices()


def mirror(pose):
    """Swap the person's left and right side.

    Args:
        pose (np.ndarray): Motion, shape (T, C).

    Returns:
        np.ndarray: The mirrored motion, shape (T, C).
    """
    out = pose.copy()
    for name in ('shrug', 'wrist', 'pole', 'hand', 'ankle'):
        out[:, CH[f'{name}_l']] = pose[:, CH[f'{name}_r']]
        out[:, CH[f'{name}_r']] = pose[:, CH[f'{name}_l']]
    for name, size in _SIZES:
        at = CH[name].start
        if name in ('torso', 'head'):
            out[:, at + 1:at + 3] *= -1  # roll and yaw change their sense
        elif size == 3:
            out[:, at] *= -1  # x
    return out


def neutral_pose():
    """A person standing at ease with hanging arms.

    Returns:
        np.ndarray: One pose, shape (C,).
    """
    pose = np.zeros(NUM_CHANNELS)
    pose[CH['wrist_l']] = 0.150, -0.318, 0.035
    pose[CH['pole_l']] = 0.45, -0.1, -1.0
    pose[CH['hand_l']] = -0.12, -1.0, 0.12
    for name in ('wrist', 'pole', 'hand'):
        pose[CH[f'{name}_r']] = pose[CH[f'{name}_l']] * (-1, 1, 1)
    return pose
