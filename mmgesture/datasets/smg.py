"""Facts of the SMG set (Spontaneous Micro-Gestures, University of Oulu).

40 untrimmed sequences, one per subject, 821,056 frames, 3,692 annotated
gestures; Kinect v2: colour, depth and a 3-D skeleton of 25 joints; people
stand and talk. Access: by agreement with the authors, for research.

Labels in the files are 1-based; class 17 ("illustrative") is no
micro-gesture but is annotated with segments of its own, so it is a class
like the others and not background.

On disk, per sequence (any of them may be absent, and the folders differ
between the releases)::

    Sample0001/Sample0001_color.mp4
               Sample0001_depth.mp4
               Sample0001_skeleton.csv     25 joints x 11 values per frame
               Sample0001_finelabels.csv   label,start_frame,end_frame
               Sample0001_data.csv         numFrames,fps,maxDepth

The sequences run at 28 frames a second, by the papers; the number in
``_data.csv`` is what counts, and converters read it from there.
"""
from typing import Dict, Optional, Tuple

SMG_CLASSES: Tuple[str, ...] = (
    'Turtling neck and shoulder',
    'Rubbing eyes and forehead',
    'Folding arms',
    'Touching or covering suprasternal notch',
    'Moving legs',
    'Touching or scratching neck',
    'Folding arms behind body',
    'Rubbing hands and crossing fingers',
    'Arms akimbo',
    'Crossing legs',
    'Scratching some part of body',
    'Scratching or touching facial parts other than eyes',
    'Playing or adjusting hair',
    'Holding arms',
    'Pulling shirt collar',
    'Playing with jewelry or manipulating objects',
    'Illustrative hand gestures',
)
"""Names by 0-based label; the files number them from 1."""

SMG_NON_GESTURE = 16
"""0-based label of the illustrative gestures."""

SMG_SPLITS: Dict[str, Tuple[int, int]] = {
    'train': (1, 30),
    'val': (31, 35),
    'test': (36, 40)
}
"""First and last subject of each split (MiGA phase 1, and the test set)."""

SMG_NUM_SUBJECTS = 40
SMG_NUM_GESTURES = 3692
SMG_NUM_TRAIN = 2452
SMG_FPS_NOTE = 28
SMG_JOINTS = 25
SMG_JOINT_VALUES = 11
"""Values per joint: world x, y, z in metres, a quaternion, two pixel
positions."""

SMG_MODALITIES: Dict[str, str] = {
    'color': 'mp4',
    'depth': 'mp4',
    'skeleton': 'csv',
    'finelabels': 'csv',
    'data': 'csv'
}
"""Suffix of the files ``SampleNNNN_<modality>.<suffix>``."""

SMG_TEST_COUNTS: Tuple[int, ...] = (13, 3, 15, 2, 49, 1, 3, 191, 243, 34, 8,
                                    30, 4, 5, 0, 0, 9)
"""Gestures per class of the test subjects: 71 % are two classes."""


def smg_split(subject: int,
              splits: Optional[Dict[str, Tuple[int, int]]] = None) -> str:
    """Split that a subject belongs to.

    Args:
        subject (int): Number of the subject, which is that of the sequence.
        splits (dict, optional): Other ranges than :data:`SMG_SPLITS`.
            Defaults to None.

    Returns:
        str: Name of the split.

    Raises:
        ValueError: If no range holds the subject.
    """
    splits = SMG_SPLITS if splits is None else splits
    for name, (first, last) in splits.items():
        if first <= subject <= last:
            return name
    raise ValueError(f'subject {subject} is in none of the ranges {splits}')
