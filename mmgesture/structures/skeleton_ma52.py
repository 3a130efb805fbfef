"""The two skeleton releases of MA-52; neither can become the other.

``ma52-44``: AlphaPose points of MMN. Known are the parts and their order,
the centre, that joints 0-25 are Halpe's 26, and that 32-37 hang on joint 9
and 38-43 on joint 10. **Inferred**: the edges (Halpe's, with hands and face
points as stars round wrist and nose), and that the two hands have the same
order. **Unknown**: which points of the face 26-31 are, so they stay where
they are when the rest is mirrored; MMN does not mirror. MMN calls the part
of Halpe's left joints "right_hand"; here the names are Halpe's, the order of
the parts is MMN's.

``ma52-28``: OpenPose points of PCAN: the 18 of its COCO model and five on
each wrist. **Inferred**: that the five are in the same order on both sides,
and so may be exchanged; PCAN itself does not exchange them.
"""
from .skeleton import SkeletonLayout
from .skeleton_bodies import HALPE_26

_LEFT, _RIGHT = range(32, 38), range(38, 44)
MA52_44 = SkeletonLayout(
    'ma52-44',
    HALPE_26.joints + tuple(f'face_{i}' for i in range(6)) + tuple(
        f'{side}_hand_{i}' for side in ('left', 'right') for i in range(6)),
    HALPE_26.edges + tuple((0, i) for i in range(26, 32)) + tuple(
        (9, i) for i in _LEFT) + tuple((10, i) for i in _RIGHT),
    HALPE_26.flip_pairs + tuple(zip(_LEFT, _RIGHT)),
    dict(
        left_hand=(7, 9, *_LEFT),
        right_hand=(8, 10, *_RIGHT),
        left_foot=(13, 15, 24, 22, 20),
        right_foot=(14, 16, 25, 23, 21),
        face=(31, 30, 27, 0, 26, 1, 29, 3, 2, 28, 4),
        torso=(17, 18, 5, 6, 19, 11, 12)),
    center=19)

MA52_28 = SkeletonLayout(
    'ma52-28',
    ('nose', 'neck', 'right_shoulder', 'right_elbow', 'right_wrist',
     'left_shoulder', 'left_elbow', 'left_wrist', 'right_hip', 'right_knee',
     'right_ankle', 'left_hip', 'left_knee', 'left_ankle', 'right_eye',
     'left_eye', 'right_ear', 'left_ear') + tuple(
         f'{side}_finger_{i}' for side in ('left', 'right') for i in range(5)),
    ((1, 0), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (1, 8), (8, 9),
     (9, 10), (1, 11), (11, 12), (12, 13), (0, 14), (14, 16), (0, 15),
     (15, 17)) + tuple((7, 18 + i) for i in range(5)) + tuple(
         (4, 23 + i) for i in range(5)),
    ((5, 2), (6, 3), (7, 4), (11, 8), (12, 9), (13, 10), (15, 14), (17, 16)) +
    tuple((18 + i, 23 + i) for i in range(5)),
    dict(
        right_hand=(4, *range(23, 28)),
        left_hand=(7, *range(18, 23)),
        head=(0, 14, 15, 16, 17),
        torso=(1, 2, 5, 3, 6),
        right_leg=(8, 9, 10),
        left_leg=(11, 12, 13)),
    center=1)

LAYOUTS = (MA52_44, MA52_28)
