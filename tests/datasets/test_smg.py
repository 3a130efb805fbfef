import json

import pytest

from mmgesture.datasets.smg import (SMG_CLASSES, SMG_NON_GESTURE,
                                    SMG_TEST_COUNTS, smg_split)


def test_there_are_17_distinct_classes_and_the_last_is_no_gesture():
    assert len(set(SMG_CLASSES)) == len(SMG_CLASSES) == 17
    assert SMG_CLASSES[SMG_NON_GESTURE].startswith('Illustrative')
    # landmarks of the published picture of the classes, 1-based there
    assert 'arms' in SMG_CLASSES[3 - 1]
    assert 'Arms akimbo' == SMG_CLASSES[9 - 1]
    assert 'hair' in SMG_CLASSES[13 - 1]
    assert 'collar' in SMG_CLASSES[15 - 1]


@pytest.mark.parametrize('subject,split', [(1, 'train'), (30, 'train'),
                                           (31, 'val'), (35, 'val'),
                                           (36, 'test'), (40, 'test')])
def test_subjects_fall_into_the_official_ranges(subject, split):
    assert smg_split(subject) == split


def test_a_subject_outside_of_all_ranges_is_refused():
    with pytest.raises(ValueError, match='41'):
        smg_split(41)
    assert smg_split(41, dict(extra=(41, 50))) == 'extra'


def test_the_test_counts_are_those_of_the_public_labels(shared_path):
    priors = json.loads(shared_path('data/class_priors.json').read_text())
    counts = priors['counts']['smg_test']
    assert [counts.get(str(i), 0) for i in range(17)] == list(SMG_TEST_COUNTS)
    assert sum(SMG_TEST_COUNTS) == 610
