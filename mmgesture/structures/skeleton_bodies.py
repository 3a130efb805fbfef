"""Layouts of bodies without a face: Kinect, COCO, Halpe, J-HMDB.

``kinect-25``: Kinect v2, the order of NTU RGB+D and of SMG's files; edges as
Microsoft's BodyBasics sample draws them (the thumb hangs on the wrist);
centre at the shoulders' end of the spine, as MMAction2 has it for NTU.

``coco-17``: order and edges of the COCO keypoint task; centre at the nose,
as MMAction2 has it.

``halpe-26``: order of Halpe-FullBody's 26 points and the edges that
AlphaPose draws; the link from neck to nose is ours, because AlphaPose's
face hangs on nothing. Centre at the hip.

``jhmdb-15``: order of the joint annotations of J-HMDB (Jhuang et al., ICCV
2013); edges and the centre, the belly, are ours.

Parts are ours throughout.
"""
from .skeleton import SkeletonLayout

KINECT_25 = SkeletonLayout(
    'kinect-25',
    ('spine_base', 'spine_mid', 'neck', 'head', 'left_shoulder', 'left_elbow',
     'left_wrist', 'left_hand', 'right_shoulder', 'right_elbow',
     'right_wrist', 'right_hand', 'left_hip', 'left_knee', 'left_ankle',
     'left_foot', 'right_hip', 'right_knee', 'right_ankle', 'right_foot',
     'spine_shoulder', 'left_hand_tip', 'left_thumb', 'right_hand_tip',
     'right_thumb'),
    ((20, 1), (1, 0), (20, 2), (2, 3), (20, 4), (4, 5), (5, 6), (6, 7),
     (7, 21), (6, 22), (20, 8), (8, 9), (9, 10), (10, 11), (11, 23), (10, 24),
     (0, 12), (12, 13), (13, 14), (14, 15), (0, 16), (16, 17), (17, 18),
     (18, 19)),
    ((4, 8), (5, 9), (6, 10), (7, 11), (12, 16), (13, 17), (14, 18), (15, 19),
     (21, 23), (22, 24)),
    dict(
        right_arm=(8, 9, 10),
        right_hand=(11, 23, 24),
        left_arm=(4, 5, 6),
        left_hand=(7, 21, 22),
        head=(3, ),
        torso=(2, 20, 1, 0),
        right_leg=(16, 17, 18, 19),
        left_leg=(12, 13, 14, 15)),
    center=20)

_COCO = ('nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear',
         'left_shoulder', 'right_shoulder', 'left_elbow', 'right_elbow',
         'left_wrist', 'right_wrist', 'left_hip', 'right_hip', 'left_knee',
         'right_knee', 'left_ankle', 'right_ankle')
_COCO_FLIP = tuple((i, i + 1) for i in range(1, 17, 2))

COCO_17 = SkeletonLayout(
    'coco-17', _COCO,
    ((0, 1), (0, 2), (1, 2), (1, 3), (2, 4), (3, 5), (4, 6), (5, 6), (5, 7),
     (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12), (11, 13), (13, 15),
     (12, 14), (14, 16)), _COCO_FLIP,
    dict(
        head=(0, 1, 2, 3, 4),
        left_arm=(5, 7, 9),
        right_arm=(6, 8, 10),
        left_leg=(11, 13, 15),
        right_leg=(12, 14, 16)),
    center=0)

HALPE_26 = SkeletonLayout(
    'halpe-26', _COCO + ('head', 'neck', 'mid_hip', 'left_big_toe',
                         'right_big_toe', 'left_small_toe', 'right_small_toe',
                         'left_heel', 'right_heel'),
    ((19, 18), (18, 17), (18, 0), (0, 1), (0, 2), (1, 3), (2, 4), (18, 5),
     (18, 6), (5, 7), (7, 9), (6, 8), (8, 10), (19, 11), (19, 12), (11, 13),
     (13, 15), (12, 14), (14, 16), (15, 24), (16, 25), (24, 20), (25, 21),
     (24, 22), (25, 23)), _COCO_FLIP + ((20, 21), (22, 23), (24, 25)),
    dict(
        left_arm=(5, 7, 9),
        right_arm=(6, 8, 10),
        left_leg=(11, 13, 15),
        right_leg=(12, 14, 16),
        left_foot=(24, 22, 20),
        right_foot=(25, 23, 21),
        head=(17, 0, 1, 2, 3, 4),
        torso=(18, 19)),
    center=19)

JHMDB_15 = SkeletonLayout(
    'jhmdb-15', ('neck', 'belly', 'face', 'right_shoulder', 'left_shoulder',
                 'right_hip', 'left_hip', 'right_elbow', 'left_elbow',
                 'right_knee', 'left_knee', 'right_wrist', 'left_wrist',
                 'right_ankle', 'left_ankle'),
    ((1, 0), (0, 2), (0, 3), (3, 7), (7, 11), (0, 4), (4, 8), (8, 12), (1, 5),
     (5, 9), (9, 13), (1, 6), (6, 10), (10, 14)),
    tuple((i + 1, i) for i in range(3, 15, 2)),
    dict(
        head=(2, ),
        torso=(0, 1),
        right_arm=(3, 7, 11),
        left_arm=(4, 8, 12),
        right_leg=(5, 9, 13),
        left_leg=(6, 10, 14)),
    center=1)

LAYOUTS = (KINECT_25, COCO_17, HALPE_26, JHMDB_15)
