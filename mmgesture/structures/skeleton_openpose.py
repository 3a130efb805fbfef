"""OpenPose's 137 points and the two selections of iMiGUE.

``openpose-137``: 25 of the body (BODY_25), 70 of the face, 21 of the left
and 21 of the right hand, in the order in which OpenPose writes its arrays
and the xlsx tables of iMiGUE follow. The tables are not documented; that
order is inferred from the selections below, which are symmetric only with
it. Edges within body, face and hands are those that OpenPose draws; the
links from the nose to the face, within the face and from the wrists to the
hands are ours, because OpenPose draws none.

``imigue-36``: the selection of MM-Gesture (MiGA 2025) with its 36 limbs in
its order. The mouth is a piece of its own there.

``imigue-22``: the selection of MiGA 2023 and MMN, with MMN's edges and
parts. Which of the 137 points they are is not given anywhere: inferred, the
finger tips being those of ``imigue-36``. The flip pairs follow from the
names; the lists published with the 2023 code belong to other layouts.
"""
from typing import List, Tuple

from .skeleton import SkeletonLayout

FACE, LEFT_HAND, RIGHT_HAND = 25, 95, 116
"""First point of the face and of the hands."""

_BODY_25 = ('nose', 'neck', 'right_shoulder', 'right_elbow', 'right_wrist',
            'left_shoulder', 'left_elbow', 'left_wrist', 'mid_hip',
            'right_hip', 'right_knee', 'right_ankle', 'left_hip', 'left_knee',
            'left_ankle', 'right_eye', 'left_eye', 'right_ear', 'left_ear',
            'left_big_toe', 'left_small_toe', 'left_heel', 'right_big_toe',
            'right_small_toe', 'right_heel')
_BODY_25_EDGES = ((1, 0), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7),
                  (1, 8), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13),
                  (13, 14), (0, 15), (15, 17), (0, 16), (16, 18), (14, 19),
                  (19, 20), (14, 21), (11, 22), (22, 23), (11, 24))
_BODY_25_FLIP = ((5, 2), (6, 3), (7, 4), (12, 9), (13, 10), (14, 11),
                 (16, 15), (18, 17), (19, 22), (20, 23), (21, 24))
_FINGERS = ('thumb', 'index', 'middle', 'ring', 'little')

# Runs of the 68 points of Multi-PIE, which begin at the person's right, and
# the pupils.
_FACE_RUNS = (('jaw', 17), ('right_brow', 5), ('left_brow', 5),
              ('nose_bridge', 4), ('nostril', 5), ('right_eye', 6),
              ('left_eye', 6), ('mouth_outer', 12), ('mouth_inner', 8))
# (left, right): the mirror images, numbers within the face.
_FACE_FLIP = tuple((16 - i, i) for i in range(8)) + tuple(
    (26 - i, 17 + i) for i in range(5)) + (
        (35, 31), (34, 32), (45, 36), (44, 37), (43, 38), (42, 39), (47, 40),
        (46, 41), (54, 48), (53, 49), (52, 50), (55, 59), (56, 58), (64, 60),
        (63, 61), (65, 67), (69, 68))
# Ours: what holds the runs together.
_FACE_LINKS = ((27, 21), (27, 22), (30, 33), (33, 51), (57, 8), (27, 39),
               (27, 42), (39, 68), (42, 69), (48, 60), (54, 64))


def _run(first: int, count: int, ring: bool = False) -> List[Tuple[int, int]]:
    edges = [(i, i + 1) for i in range(first, first + count - 1)]
    return edges + [(first + count - 1, first)] * ring


def _face_names() -> Tuple[str, ...]:
    names = [f'{run}_{i}' for run, count in _FACE_RUNS for i in range(count)]
    return tuple(names) + ('right_pupil', 'left_pupil')


def _hand_names(side: str) -> Tuple[str, ...]:
    return (f'{side}_hand_wrist', ) + tuple(
        f'{side}_{finger}_{i}' for finger in _FINGERS for i in range(1, 5))


def _hand_edges(wrist: int) -> List[Tuple[int, int]]:
    edges = []
    for finger in range(5):
        first = wrist + 1 + 4 * finger
        edges += [(wrist, first)] + _run(first, 4)
    return edges


def _openpose_137() -> SkeletonLayout:
    face, start = [], 0
    for name, count in _FACE_RUNS:
        ring = name.endswith(('eye', 'outer', 'inner'))
        face += _run(start, count, ring)
        start += count
    face += _FACE_LINKS
    shift = FACE
    edges = list(_BODY_25_EDGES) + [(0, 30 + shift)]
    edges += [(a + shift, b + shift) for a, b in face]
    edges += [(7, LEFT_HAND)] + _hand_edges(LEFT_HAND)
    edges += [(4, RIGHT_HAND)] + _hand_edges(RIGHT_HAND)
    flip = list(_BODY_25_FLIP)
    flip += [(a + shift, b + shift) for a, b in _FACE_FLIP]
    flip += [(LEFT_HAND + i, RIGHT_HAND + i) for i in range(21)]
    return SkeletonLayout(
        'openpose-137',
        _BODY_25 + _face_names() + _hand_names('left') + _hand_names('right'),
        tuple(edges),
        tuple(flip),
        dict(
            head=(0, 15, 16, 17, 18),
            torso=(1, 8),
            right_arm=(2, 3, 4),
            left_arm=(5, 6, 7),
            right_leg=(9, 10, 11, 22, 23, 24),
            left_leg=(12, 13, 14, 19, 20, 21),
            face=tuple(range(FACE, LEFT_HAND)),
            left_hand=tuple(range(LEFT_HAND, RIGHT_HAND)),
            right_hand=tuple(range(RIGHT_HAND, 137))),
        center=1)


OPENPOSE_137 = _openpose_137()

IMIGUE_36_POINTS = (*range(8), 15, 16, 17, 18, 27, 29, 33, 37, 39, 44, 49, 52,
                    73, 76, 79, 82, 95, 99, 103, 107, 111, 115, 116, 120, 124,
                    128, 132, 136)
"""Of the 137, as MM-Gesture takes them."""

IMIGUE_22_POINTS = (*range(8), 15, 16, 17, 18, 120, 124, 128, 132, 136, 99,
                    103, 107, 111, 115)
"""Of the 137, inferred."""

IMIGUE_36 = SkeletonLayout(
    'imigue-36',
    tuple(OPENPOSE_137.joints[i] for i in IMIGUE_36_POINTS),
    ((0, 1), (0, 8), (8, 10), (0, 9), (9, 11), (19, 17), (19, 18), (17, 12),
     (12, 13), (13, 14), (18, 16), (16, 15), (15, 14), (20, 21), (21, 22),
     (22, 23), (23, 20), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7),
     (4, 30), (30, 31), (30, 32), (30, 33), (30, 34), (30, 35), (7, 24),
     (24, 25), (24, 26), (24, 27), (24, 28), (24, 29), (0, 19)),
    ((5, 2), (6, 3), (7, 4), (9, 8), (11, 10), (16, 12), (15, 13), (18, 17),
     (22, 20)) + tuple((24 + i, 30 + i) for i in range(6)),
    dict(
        right_hand=(4, *range(30, 36)),
        left_hand=(7, *range(24, 30)),
        head=(0, 8, 9, 10, 11),
        face=tuple(range(12, 24)),
        torso=(1, 2, 5, 3, 6)),
    center=1,
    connected=False)

IMIGUE_22 = SkeletonLayout(
    'imigue-22',
    tuple(OPENPOSE_137.joints[i] for i in IMIGUE_22_POINTS),
    ((1, 0), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (0, 8), (8, 10),
     (0, 9), (9, 11), (4, 12), (4, 13), (4, 14), (4, 15), (4, 16), (7, 17),
     (7, 18), (7, 19), (7, 20), (7, 21)),
    ((5, 2), (6, 3), (7, 4), (9, 8), (11, 10)) + tuple(
        (17 + i, 12 + i) for i in range(5)),
    dict(
        right_hand=(4, *range(12, 17)),
        left_hand=(7, *range(17, 22)),
        head=(0, 8, 9, 10, 11),
        torso=(1, 2, 5, 3, 6)),
    center=1)

LAYOUTS = (OPENPOSE_137, IMIGUE_36, IMIGUE_22)
