"""What a standing person does between gestures: never quite nothing."""
import numpy as np

from .pose import CH, neutral_pose


def smooth_noise(rng, num, fps, period, size):
    """Slow random motion: a sum of sines with random periods and phases.

    Args:
        rng (np.random.Generator): Source of randomness.
        num (int): Number of frames.
        fps (float): Frames per second.
        period (float): Typical period in seconds.
        size (float): Standard deviation of the motion.

    Returns:
        np.ndarray: The motion, shape (num,).
    """
    seconds = np.arange(num) / fps
    out = np.zeros(num)
    for _ in range(4):
        rate = 2 * np.pi / (period * rng.uniform(0.5, 2.0))
        out += np.sin(rate * seconds + rng.uniform(0, 2 * np.pi))
    return out * (size / np.sqrt(2.0))


def smooth_step(x):
    """Minimum-jerk step from 0 to 1 for x from 0 to 1 (clipped outside)."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (10 - 15 * x + 6 * x * x)


def _rest_posture(rng):
    """One way of letting the arms rest; sides are drawn independently."""
    pose = neutral_pose()
    kind = rng.choice(3, p=(0.6, 0.2, 0.2))
    for side, sign in (('l', 1), ('r', -1)):
        if kind == 1:  # hands low in front of the body
            pose[CH[f'wrist_{side}']] = sign * 0.075, -0.285, 0.105
            pose[CH[f'hand_{side}']] = -sign * 0.5, -0.8, 0.25
        elif kind == 2 and rng.random() < 0.6:  # hand at the pocket
            pose[CH[f'wrist_{side}']] = sign * 0.118, -0.268, 0.055
            pose[CH[f'hand_{side}']] = -sign * 0.15, -1.0, 0.05
        pose[CH[f'wrist_{side}']] += rng.normal(0, 0.008, 3)
    return pose


def _postures(rng, num, fps):
    """Rest postures that change every 8-25 s, blended over a second."""
    motion = np.tile(_rest_posture(rng), (num, 1))
    frame = int(rng.uniform(8, 25) * fps)
    index = np.arange(num)
    while frame < num:
        blend = smooth_step((index - frame) / (1.2 * fps))[:, None]
        motion = motion * (1 - blend) + _rest_posture(rng) * blend
        frame += int(rng.uniform(8, 25) * fps)
    return motion


def _blinks(rng, num, fps):
    seconds = np.arange(num) / fps
    out = np.zeros(num)
    at = rng.uniform(0, 3)
    while at < num / fps:
        out = np.maximum(out, 1 - np.abs(seconds - at) / 0.13)
        at += rng.uniform(1.5, 5.0)
    return np.clip(out, 0, 1)


def idle_motion(rng, num, fps, restless=1.0):
    """Sway, breathing, weight shifts, arm drift, looking round, blinking.

    Args:
        rng (np.random.Generator): Source of randomness.
        num (int): Number of frames.
        fps (float): Frames per second.
        restless (float): Scale of all idle motion; 1 is an ordinary person.

    Returns:
        np.ndarray: The motion, shape (num, C).
    """
    motion = _postures(rng, num, fps)

    def add(name, axis, period, size):
        motion[:, CH[name].start + axis] += smooth_noise(
            rng, num, fps, period, size * restless)

    add('pelvis', 0, 6.0, 0.0050)
    add('pelvis', 0, 15.0, 0.0080)  # weight from one leg to the other
    add('pelvis', 2, 7.0, 0.0040)
    for axis, size in ((0, 0.012), (1, 0.010), (2, 0.030)):
        add('torso', axis, 7.0, size)
    for axis, size in ((0, 0.035), (1, 0.025), (2, 0.090)):
        add('head', axis, 5.0, size)
    breath = 0.0022 * np.sin(
        2 * np.pi * rng.uniform(0.22, 0.32) * np.arange(num) / fps +
        rng.uniform(0, 6))
    for side in 'lr':
        motion[:, CH[f'shrug_{side}'].start] += breath
        for axis in range(3):
            add(f'wrist_{side}', axis, 4.0, 0.0045)
            add(f'hand_{side}', axis, 3.0, 0.05)
    motion[:, CH['blink'].start] = _blinks(rng, num, fps)
    talk = smooth_noise(rng, num, fps, 8.0, 1.0) > 0.3
    chatter = np.abs(smooth_noise(rng, num, fps, 0.45, 0.45))
    motion[:, CH['mouth'].start] = np.clip(talk * chatter, 0, 1)
    return motion
