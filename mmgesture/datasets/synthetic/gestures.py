"""Seventeen movement programmes of the kind SMG annotates.

A programme fills a ``Move``: the channels it takes over and their course.
``perform`` blends it into the idle motion with a smooth onset and offset.
``amplitude`` scales everything that is size of movement; where a hand goes
is given by the class and is not scaled.
"""
import numpy as np

from .idle import smooth_noise, smooth_step
from .moves import Move, clock, column, often, once, path_wave, spot
from .pose import CH, mirror

# Classes (ids 1..17) that share every static pose and differ only in motion.
# Both members of a pair draw place, hands, size, onset, offset and duration
# from the same distributions and move along the same path, whose coordinate
# s is uniformly distributed at every moment in both; so a single frame
# carries no information about which of the two it is.
MOTION_ONLY_PAIRS = (
    (8, 16, 'hands together in front of the belly: 8 rubs to and fro several '
     'times, 16 turns something over once, slowly'),
    (4, 15, 'one hand at the base of the neck: 4 slides once along the '
     'collar bone, 15 plucks the collar outwards again and again'),
    (11, 14, 'one hand on the other arm: 11 scratches up and down several '
     'times, 14 holds it and strokes along once'),
)


def _hands_together(move, rng, amp, wave):
    centre = np.array([0, rng.uniform(-0.215, -0.155), 0.145]) + spot(rng)
    angle = rng.uniform(0.6, 1.3)
    axis = 0.036 * amp * np.array([np.cos(angle), np.sin(angle), 0.2])
    for side, sign in (('l', 1), ('r', -1)):
        hand = np.array([-0.9 * sign, 0.15, 0.35])
        twist = column(wave, (0, sign * 0.55 * amp, 0))
        contact = centre + (0.004 * sign, 0, 0) + column(sign * wave, axis)
        move.reach(side, contact, hand + twist, (sign * 1.0, -0.5, -0.5))


def _at_throat(move, rng, amp, wave):
    contact = np.array([-0.008, -0.012, 0.068]) + spot(rng, 0.005)
    axis = 0.040 * amp * np.array([-0.75, -0.55, 0.45])
    move.reach('r', contact + column(wave, axis),
               np.array([0.75, 0.5, -0.15]) +
               column(wave, (0, 0.35 * amp, 0)),
               (-0.75, -0.65, 0.2))


def _at_other_arm(move, rng, amp, wave):
    # The left forearm lies across the belly; the right hand goes along the
    # left upper arm.
    move.reach('l', np.array([-0.055, -0.195, 0.135]) + spot(rng),
               (-0.95, 0.1, 0.25), (1.0, -0.9, -0.5))
    contact = np.array([0.118, -0.105, 0.055]) + spot(rng)
    axis = 0.044 * amp * np.array([0.1, 1.0, 0.0])
    move.reach('r', contact + column(wave, axis),
               np.array([0.9, 0.25, 0.1]) + column(wave, (0, 0.3 * amp, 0)),
               (-0.8, -0.8, 0.3))


def _head_goes_along(move, rng, pitch, roll):
    move.set('head', (pitch + rng.normal(0, 0.03),
                      roll + rng.normal(0, 0.03), rng.normal(0, 0.06)))


def turtling(move, rng, amp):
    """1: shoulders up, head down between them."""
    swell = 0.75 + 0.25 * often(rng, move)
    for side in 'lr':
        move.set(f'shrug_{side}', (0.042 * amp * swell)[:, None])
    move.set('neck', (0.024 * amp * swell)[:, None])
    move.set('head', (0.20 * amp, rng.normal(0, 0.05), rng.normal(0, 0.08)))
    move.set('torso', (0.05 * amp, 0.0, rng.normal(0, 0.03)))


def rubbing_eyes(move, rng, amp):
    """2: fingers at an eye or the forehead, small circles."""
    high = rng.random() < 0.4
    contact = np.array([-0.012, 0.152 if high else 0.122, 0.082])
    phase = 2 * np.pi * (rng.uniform(2, 3.5) * clock(move) + rng.random())
    circle = 0.017 * amp * np.stack(
        [1.5 * np.cos(phase), 0.7 * np.sin(phase), 0 * phase], -1)
    move.reach('r', contact + spot(rng, 0.004) + circle, (0.62, 0.75, 0.1),
               (-0.8, -0.8, 0.35))
    _head_goes_along(move, rng, 0.16 * amp, -0.05)


def folding_arms(move, rng, amp):
    """3: both forearms crossed on the chest."""
    drop = rng.uniform(-0.02, 0.015)
    drift = smooth_noise(rng, len(move.target), move.fps, 1.2, 0.004 * amp)
    shift = column(drift, (0.5, 1, 0))
    move.reach('r', shift + (0.120, -0.115 + drop, 0.085), (0.9, 0.35, -0.2),
               (-1.0, -0.75, 0.1))
    move.reach('l', shift + (-0.105, -0.145 + drop, 0.125),
               (-0.9, 0.1, -0.3), (1.0, -0.75, 0.1))
    move.set('torso', (-0.03 * amp, 0.0, rng.normal(0, 0.03)))


def touching_notch(move, rng, amp):
    """4: hand at the base of the neck, slides along once."""
    _at_throat(move, rng, amp, once(rng, move))


def moving_legs(move, rng, amp):
    """5: stepping from one foot to the other on the spot."""
    steps = rng.uniform(1.5, 2.5)
    wave = np.sin(2 * np.pi * steps * clock(move) + np.pi * rng.integers(2))
    move.set('pelvis', np.stack(
        [0.030 * amp * wave, -0.006 * amp * np.abs(wave), 0 * wave], -1))
    for side, up in (('l', -wave), ('r', wave)):
        lift = np.clip(up, 0, None)
        out = 1.0 if side == 'l' else -1.0
        move.set(f'ankle_{side}', np.stack(
            [0.012 * amp * out * lift, 0.060 * amp * lift,
             0.045 * amp * lift], -1))


def touching_neck(move, rng, amp):
    """6: hand at the side or back of the neck, scratching."""
    contact = np.array([-0.046, 0.048, -0.006]) + spot(rng, 0.005)
    axis = 0.019 * amp * np.array([-0.4, 1.0, 0.3])
    move.reach('r', contact + column(often(rng, move), axis),
               (0.55, 0.35, -0.75), (-1.0, 0.15, 0.35))
    _head_goes_along(move, rng, 0.08 * amp, 0.16 * amp)


def arms_behind(move, rng, amp):
    """7: both hands join behind the back."""
    drop = rng.uniform(-0.03, 0.02)
    for side, sign in (('l', 1), ('r', -1)):
        move.reach(side, np.array([-0.02 * sign, -0.245 + drop, -0.10]) +
                   spot(rng, 0.005), (-0.9 * sign, -0.1, -0.3),
                   (sign * 1.0, -0.2, -0.55))
    move.set('torso', (-0.05 * amp, 0.0, rng.normal(0, 0.03)))


def rubbing_hands(move, rng, amp):
    """8: hands rub each other in front of the belly."""
    _hands_together(move, rng, amp, often(rng, move))


def arms_akimbo(move, rng, amp):
    """9: hands on the hips (one of them in every fifth case)."""
    sides = 'r' if rng.random() < 0.2 else 'lr'
    drop = rng.uniform(-0.02, 0.02)
    for side in sides:
        sign = 1 if side == 'l' else -1
        move.reach(side, np.array([sign * 0.090, -0.238 + drop, 0.055]) +
                   spot(rng, 0.005), (-0.75 * sign, -0.35, 0.55),
                   (sign * 1.0, 0.1, -0.25))
    move.set('torso', (-0.04 * amp, 0.0, rng.normal(0, 0.04)))


def crossing_legs(move, rng, amp):
    """10: the right foot is put across in front of the left one."""
    far = rng.uniform(0.9, 1.1) * min(amp, 1.2)
    move.set('ankle_r', (0.165 * far, 0.006, 0.085))
    move.set('ankle_l', (0.0, 0.0, 0.0))
    move.set('pelvis', (0.028 * amp, -0.008, 0.0))
    move.set('torso', (0.0, -0.03 * amp, 0.0))


def scratching_body(move, rng, amp):
    """11: hand on the other arm, scratching up and down."""
    _at_other_arm(move, rng, amp, often(rng, move))


def touching_face(move, rng, amp):
    """12: hand at nose, mouth, chin, cheek or ear, short strokes."""
    spots = ((0.0, 0.098, 0.090), (0.0, 0.074, 0.086), (-0.004, 0.050, 0.078),
             (-0.040, 0.088, 0.062), (-0.056, 0.108, 0.022))
    contact = np.array(spots[rng.integers(len(spots))]) + spot(rng, 0.004)
    angle = rng.uniform(0, np.pi)
    axis = 0.015 * amp * np.array([np.cos(angle), np.sin(angle), 0.1])
    move.reach('r', contact + column(often(rng, move), axis),
               (0.45, 0.88, 0.05), (-0.55, -1.0, 0.25))
    _head_goes_along(move, rng, 0.04 * amp, -0.06 * amp)


def playing_hair(move, rng, amp):
    """13: the hand runs through the hair, from the brow to the back."""
    wave = 0.5 + 0.5 * path_wave(clock(move), rng.uniform(1.5, 2.5),
                                 rng.random(), 0.7)
    angle = wave * 1.5 * amp - 0.25
    contact = np.stack([np.full_like(angle, -0.038), 0.118 + 0.072 *
                        np.cos(angle), 0.070 * np.cos(angle + 0.75)], -1)
    move.reach('r', contact + spot(rng, 0.004), (0.5, 0.75, -0.3),
               (-1.0, 0.1, 0.35))
    _head_goes_along(move, rng, 0.08 * amp, 0.10 * amp)


def holding_arms(move, rng, amp):
    """14: hand on the other arm, stroking along once."""
    _at_other_arm(move, rng, amp, once(rng, move))


def pulling_collar(move, rng, amp):
    """15: plucking at the collar, quickly out and slowly back."""
    _at_throat(move, rng, amp, often(rng, move, duty=0.3))


def manipulating_object(move, rng, amp):
    """16: something is turned over in the hands, once and slowly."""
    _hands_together(move, rng, amp, once(rng, move))


def illustrating(move, rng, amp):
    """17: free gestures that accompany speech (no micro-gesture)."""
    num = len(move.target)
    for side, sign in (('l', 1), ('r', -1)):
        if side == 'l' and rng.random() < 0.3:
            continue
        course = np.stack([smooth_noise(rng, num, move.fps, 1.0, 0.030 * amp)
                           for _ in range(3)], -1)
        move.reach(side, course + (sign * 0.155, -0.125, 0.185),
                   course * (14, 14, 5) + (sign * 0.15, 0.45, 0.8),
                   (sign * 0.8, -1.0, -0.2))
    move.set('head', np.stack(
        [smooth_noise(rng, num, move.fps, 0.8, size * amp)
         for size in (0.07, 0.04, 0.08)], -1))
    move.set('mouth', np.clip(np.abs(
        smooth_noise(rng, num, move.fps, 0.5, 0.7)), 0, 1)[:, None])


# In the order of SMG's ids 1..17.
PROGRAMMES = (turtling, rubbing_eyes, folding_arms, touching_notch,
              moving_legs, touching_neck, arms_behind, rubbing_hands,
              arms_akimbo, crossing_legs, scratching_body, touching_face,
              playing_hair, holding_arms, pulling_collar, manipulating_object,
              illustrating)


def perform(label, base, rng, fps, amplitude=1.0, left=False):
    """Perform one gesture on top of idle motion.

    Args:
        label (int): Class id 1..17.
        base (np.ndarray): Idle motion of the gesture's frames, shape (T, C).
        rng (np.random.Generator): Source of the gesture's variation.
        fps (float): Frames per second.
        amplitude (float): Scale of all movement; 1 is ordinary.
        left (bool): Perform it with the sides swapped.

    Returns:
        np.ndarray: The motion, shape (T, C); its ends equal the idle motion
        up to the first step of the onset.

    Raises:
        ValueError: If there is no such class.
    """
    if not 1 <= label <= len(PROGRAMMES):
        raise ValueError(f'expected a class id in 1..{len(PROGRAMMES)}, got '
                         f'{label}')
    base = mirror(base) if left else base
    num = len(base)
    onset, offset = rng.uniform(0.28, 0.42, 2)
    move = Move(num, fps)
    PROGRAMMES[label - 1](move, rng, amplitude)
    seconds = (np.arange(num) + 1) / fps
    envelope = smooth_step(seconds / onset) * smooth_step(
        (num / fps + 1 / fps - seconds) / offset)
    weight = envelope[:, None] * move.mask
    pose = base * (1 - weight) + move.target * weight
    # The hand takes an arc round the body: outwards when it goes behind.
    transit = 4 * envelope * (1 - envelope)
    for side, sign in (('l', 1), ('r', -1)):
        wrist = CH[f'wrist_{side}']
        behind = move.target[:, wrist][:, 2].min() < -0.05
        arc = np.array((sign * 0.055, 0, -0.01) if behind else (0, 0, 0.05))
        pose[:, wrist] += column(transit * move.mask[wrist.start], arc)
    return mirror(pose) if left else pose
