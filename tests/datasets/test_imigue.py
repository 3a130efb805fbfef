import pytest

from mmgesture.datasets.imigue import (IMIGUE_CLASSES, IMIGUE_COUNTS,
                                       IMIGUE_LAYOUTS, IMIGUE_NUM_GESTURES,
                                       IMIGUE_OFFICIAL_COUNTS,
                                       IMIGUE_TEST_SUBJECTS,
                                       IMIGUE_TRAIN_SUBJECTS,
                                       IMIGUE_VAL_VIDEOS, imigue_label,
                                       imigue_official_split, imigue_split)


def test_there_are_32_distinct_classes():
    assert len(set(IMIGUE_CLASSES)) == len(IMIGUE_CLASSES) == 32


def test_the_72_subjects_are_divided_without_overlap():
    assert len(IMIGUE_TRAIN_SUBJECTS) == 37
    assert len(IMIGUE_TEST_SUBJECTS) == 35
    assert IMIGUE_TRAIN_SUBJECTS | IMIGUE_TEST_SUBJECTS == set(range(1, 73))


def test_the_challenge_holds_back_ten_videos():
    assert len(IMIGUE_VAL_VIDEOS) == 10 and '0005' not in IMIGUE_VAL_VIDEOS
    assert sum(IMIGUE_COUNTS.values()) == 18232
    assert imigue_split('0004', 2) == 'val'
    assert imigue_split('0005', 2) == 'train'
    assert imigue_split('0200', 72) == 'test'
    with pytest.raises(ValueError, match='1..72'):
        imigue_split('0200', 73)


@pytest.mark.parametrize('file_id,label', [(1, 0), (31, 30), (99, 31)])
def test_file_ids_become_labels(file_id, label):
    assert imigue_label(file_id) == label


@pytest.mark.parametrize('file_id', [0, 32, 98])
def test_unknown_file_ids_are_refused(file_id):
    with pytest.raises(ValueError, match='99'):
        imigue_label(file_id)


def test_the_official_protocol_goes_by_athlete_alone():
    assert imigue_official_split(2) == 'train'
    assert imigue_official_split(72) == 'test'
    with pytest.raises(ValueError, match='1..72'):
        imigue_official_split(0)


def test_the_official_protocol_counts_every_gesture():
    assert sum(IMIGUE_OFFICIAL_COUNTS.values()) == IMIGUE_NUM_GESTURES
    assert IMIGUE_NUM_GESTURES == 18499


def test_a_table_of_openpose_has_411_columns():
    assert 3 * IMIGUE_LAYOUTS['openpose-137'] == 411
