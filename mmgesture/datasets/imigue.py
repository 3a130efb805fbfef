"""Facts of the iMiGUE set (post-match press conferences of athletes).

359 videos of 72 athletes, 18,499 labelled gestures: 31 micro-gestures and
the illustrative hand gestures. Cross-subject protocol of the authors: 37
subjects to train, 35 to test; the MiGA challenge holds ten videos of the
training subjects back for validation and hides the test labels. Access: by
agreement with the authors, for research.

The label files number the gestures from 1 and the illustrative ones 99;
frame rate and resolution are to be read from the files.
"""
from typing import FrozenSet, Tuple

IMIGUE_CLASSES: Tuple[str, ...] = (
    'Turtle neck',
    'Bulging face or deep breath',
    'Touching hat',
    'Touching or scratching head',
    'Touching or scratching forehead',
    'Covering face',
    'Rubbing eyes',
    'Touching or scratching facial parts',
    'Touching ears',
    'Biting nails',
    'Touching jaw',
    'Touching or scratching neck',
    'Playing or adjusting hair',
    'Buckle button, pulling collar or adjusting tie',
    'Touching or covering suprasternal notch',
    'Scratching back',
    'Folding arms',
    'Dust-offing clothes',
    'Putting arms behind body',
    'Moving torso',
    'Sitting straightly',
    'Scratching or touching arms',
    'Rubbing or holding hands',
    'Crossing fingers',
    'Minaret gesture',
    'Playing with or manipulating objects',
    'Hold back arms',
    'Head up',
    'Pressing lips',
    'Arms akimbo',
    'Shaking shoulders',
    'Illustrative hand gestures',
)
"""Names by 0-based label."""

IMIGUE_NON_GESTURE = 31
"""0-based label of the illustrative gestures."""

IMIGUE_NON_GESTURE_FILE_ID = 99
"""Their number in the label files."""

IMIGUE_TRAIN_SUBJECTS: FrozenSet[int] = frozenset(
    (2, 4, 5, 6, 9, 10, 12, 13, 14, 15, 17, 18, 20, 21, 22, 23, 25, 28, 29,
     30, 31, 35, 36, 38, 39, 41, 42, 43, 44, 46, 47, 48, 52, 53, 59, 61, 62))

IMIGUE_TEST_SUBJECTS: FrozenSet[int] = frozenset(
    (1, 3, 7, 8, 11, 16, 19, 24, 26, 27, 32, 33, 34, 37, 40, 45, 49, 50, 51,
     54, 55, 56, 57, 58, 60, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72))

IMIGUE_VAL_VIDEOS: Tuple[str, ...] = ('0001', '0002', '0003', '0004', '0006',
                                      '0007', '0008', '0009', '0010', '0011')
"""Videos that the MiGA challenge holds back for validation."""

IMIGUE_COUNTS = dict(train=12893, val=777, test=4562)
"""Gestures per split of the MiGA challenge: 267 fewer than the authors
count, the cause is not known."""

IMIGUE_OFFICIAL_COUNTS = dict(train=13936, test=4563)
"""Gestures per split of the authors' cross-subject protocol."""

IMIGUE_NUM_GESTURES = 18499
IMIGUE_NUM_VIDEOS = 359

IMIGUE_LAYOUTS = {'openpose-137': 137, 'imigue-22': 22}
"""Keypoints per frame, each (x, y, confidence), by the name that annotation
headers carry: OpenPose's 25 of the body, 70 of the face and 21 of each hand
(left first), in the videos' own release; and the 22 of MiGA 2023."""


def imigue_label(file_id: int) -> int:
    """Training label of a number in a label file.

    Args:
        file_id (int): 1 to 31, or 99 for illustrative gestures.

    Returns:
        int: 0-based label.

    Raises:
        ValueError: For any other number.
    """
    if file_id == IMIGUE_NON_GESTURE_FILE_ID:
        return IMIGUE_NON_GESTURE
    if not 1 <= file_id <= IMIGUE_NON_GESTURE:
        raise ValueError(f'expected an iMiGUE class 1..{IMIGUE_NON_GESTURE} '
                         f'or {IMIGUE_NON_GESTURE_FILE_ID}, got {file_id}')
    return file_id - 1


def imigue_official_split(subject: int) -> str:
    """Split of an athlete in the authors' cross-subject protocol.

    Args:
        subject (int): Number of the athlete, 1 to 72.

    Returns:
        str: 'train' or 'test'.

    Raises:
        ValueError: If the subject is unknown.
    """
    if subject in IMIGUE_TRAIN_SUBJECTS:
        return 'train'
    if subject in IMIGUE_TEST_SUBJECTS:
        return 'test'
    raise ValueError(f'expected an iMiGUE subject 1..72, got {subject}')


def imigue_split(video_id: str, subject: int) -> str:
    """MiGA split of a video.

    Args:
        video_id (str): Four digits, such as '0054'.
        subject (int): Number of the athlete, 1 to 72.

    Returns:
        str: 'train', 'val' or 'test'.

    Raises:
        ValueError: If the subject is unknown.
    """
    if video_id in IMIGUE_VAL_VIDEOS:
        return 'val'
    return imigue_official_split(subject)
