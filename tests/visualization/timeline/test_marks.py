from collections import Counter

import pytest

from mmgesture.evaluation.functional import segment_f1
from mmgesture.structures import VideoDetections
from mmgesture.visualization.timeline import KINDS, mark_rows
from mmgesture.visualization.timeline.marks import MARKS

CLASSES = ['nod', 'shake', 'wave']


def test_every_kind_of_error_worked_by_hand(video):
    rows = mark_rows(video, CLASSES, .3)
    assert [(r.kind, r.truth, r.found) for r in rows] == [
        ('matched', (10., 30.), (12., 30.)),
        ('false alarm', None, (10., 24.)),
        ('wrong class', None, (45., 60.)),
        ('missed', (45., 60.), None),
        ('missed', (80., 100.), None),
        ('badly placed', None, (95., 99.)),
        ('missed', (120., 130.), None),
        ('false alarm', None, (150., 160.)),
    ]
    assert [r.note for r in rows] == [
        '', 'this gesture was found already', 'annotated here: shake',
        'found as another class', 'found, but badly placed',
        'annotated here: wave', 'found, but with a score below the threshold',
        ''
    ]
    assert rows[0].score == .9 and rows[0].start == 10


def test_a_lower_threshold_turns_the_miss_into_a_match(video):
    count = Counter(r.kind for r in mark_rows(video, CLASSES, .2))
    assert count['matched'] == 2 and count['missed'] == 2
    assert count == Counter(r.kind for r in mark_rows(video, CLASSES))


@pytest.mark.parametrize('tiou', [.1, .3, .95])
def test_rows_add_up_to_what_the_f1_counts(video, tiou):
    rows = mark_rows(video, CLASSES, .3, tiou)
    score = segment_f1([video.above(.3)], 3, tiou)
    count = Counter(r.kind for r in rows)
    assert count['matched'] == score.hits
    assert count['matched'] + count['missed'] == score.annotated == 4
    assert len(rows) - count['missed'] == score.predicted == 5


def test_without_annotation_all_is_found():
    bare = VideoDetections('a', [(5, 9), (1, 3)], [1, 0], [.5, .9])
    rows = mark_rows(bare, CLASSES, .6)
    assert [(r.kind, r.found) for r in rows] == [('found', (1., 3.))]
    assert [r.start for r in mark_rows(bare, CLASSES)] == [1, 5]


def test_nothing_annotated_and_nothing_found():
    assert mark_rows(VideoDetections('a'), CLASSES) == []
    empty = VideoDetections('a', gt_segments=[], gt_labels=[])
    assert mark_rows(empty, CLASSES) == []


def test_every_kind_has_a_sign_of_its_own():
    assert len(set(MARKS)) == len(KINDS) == len(MARKS)
