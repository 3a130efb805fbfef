"""Facts of the MA-52 set (Micro-Action 52, psychological interviews).

22,422 clips of 205 people; 52 actions that belong to 7 body-level groups.
Access: by agreement with the authors, for research. The test labels are
withheld: the official test list says 0 for every clip. Metrics count at two
levels, the action and the body part that it belongs to.

.. warning::
    The labels here are those of the data set's ``label_name.txt`` and of its
    lists. The letter codes of the papers and of the annotation manual (A1 to
    G4) number the same actions in **another order** (A2 is turning around, B1
    nodding, B3 turning head, C1 illustrative gestures), and the manual swaps
    two of its descriptions: never derive a label from a letter code.

.. warning::
    The official train and val lists share all of their recordings: every
    prefix of a val clip's name occurs in train, too. A figure on val is
    within recordings, and higher than one on new recordings would be.

On disk::

    train_list_videos.txt  val_list_videos.txt  test_list_videos.txt
    videos_train/0003_01_0001.mp4    lines of the lists: <file> <label>
    videos_val/...
    videos_test/test0000.mp4
"""
from typing import Dict, Tuple

CLASSES: Tuple[str, ...] = (
    # body
    'shaking body',
    'sitting straightly',
    'shrugging',
    'turning around',
    'rising up',
    # head
    'bowing head',
    'head up',
    'tilting head',
    'turning head',
    'nodding',
    'shaking head',
    # upper limb
    'scratching arms',
    'playing objects',
    'putting hands together',
    'rubbing hands',
    'pointing oneself',
    'clenching fist',
    'stretching arms',
    'retracting arms',
    'waving',
    'spreading hands',
    'hands touching fingers',
    'other finger movements',
    'illustrative gestures',
    # lower limb
    'shaking legs',
    'curling legs',
    'spread legs',
    'closing legs',
    'crossing legs',
    'stretching feet',
    'retracting feet',
    'tiptoe',
    # body-hand
    'scratching or touching neck',
    'scratching or touching chest',
    'scratching or touching back',
    'scratching or touching shoulder',
    'arms akimbo',
    'crossing arms',
    # head-hand
    'playing or tidying hair',
    'scratching or touching hindbrain',
    'scratching or touching forehead',
    'scratching or touching face',
    'rubbing eyes',
    'touching nose',
    'touching ears',
    'covering face',
    'covering mouth',
    'pushing glasses',
    # leg-hand
    'patting legs',
    'touching legs',
    'scratching legs',
    'scratching feet',
)
"""Names by 0-based label, in the order of the set's ``label_name.txt``."""

BODY_GROUPS: Tuple[str, ...] = ('body', 'head', 'upper limb', 'lower limb',
                                'body-hand', 'head-hand', 'leg-hand')
"""Names of the body-level groups by 0-based group number."""

BODY_GROUP_LAST: Tuple[int, ...] = (4, 10, 23, 31, 37, 47, 51)
"""Last label of every group; each begins where the one before it ends."""

SPLITS: Tuple[str, ...] = ('train', 'val', 'test')

COUNTS: Dict[str, int] = dict(train=11250, val=5586, test=5586)
"""Clips in the official lists."""


def body_of(label: int) -> int:
    """Body-level group of an action.

    Args:
        label (int): Action, 0 to 51.

    Returns:
        int: Index into :data:`BODY_GROUPS`, 0 to 6.

    Raises:
        ValueError: If there is no such action.
    """
    if not 0 <= label < len(CLASSES):
        raise ValueError(f'expected an MA-52 label 0..{len(CLASSES) - 1}, '
                         f'got {label}')
    return next(group for group, last in enumerate(BODY_GROUP_LAST)
                if label <= last)


def ma52_groups() -> dict:
    """The groups as the header of an annotation file carries them.

    Returns:
        dict: ``names`` (list[str], 7) and ``of_class`` (list[int], 52).
    """
    return dict(
        names=list(BODY_GROUPS),
        of_class=[body_of(label) for label in range(len(CLASSES))])
