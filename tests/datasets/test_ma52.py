import numpy as np
import pytest

from mmgesture.datasets.ma52 import (BODY_GROUP_LAST, BODY_GROUPS, CLASSES,
                                     COUNTS, body_of, ma52_groups)
from mmgesture.structures import ClassGroups


def test_there_are_52_distinct_classes_in_the_order_of_the_label_file():
    assert len(set(CLASSES)) == len(CLASSES) == 52
    # a few lines of the official label_name.txt; by the letter codes of the
    # papers, A2 (id 1) would be turning around and C1 (id 11) illustrative
    for label, name in ((0, 'shaking body'), (1, 'sitting straightly'),
                        (5, 'bowing head'), (7, 'tilting head'),
                        (9, 'nodding'), (11, 'scratching arms'),
                        (23, 'illustrative gestures'), (31, 'tiptoe'),
                        (37, 'crossing arms'), (45, 'covering face'),
                        (51, 'scratching feet')):
        assert CLASSES[label] == name


@pytest.mark.parametrize('last, group', [(4, 0), (10, 1), (23, 2), (31, 3),
                                         (37, 4), (47, 5)])
def test_groups_change_at_the_official_boundaries(last, group):
    assert body_of(last) == group and body_of(last + 1) == group + 1


def test_every_group_is_one_run_of_labels():
    of_class = [body_of(label) for label in range(52)]
    assert of_class == sorted(of_class)
    assert np.bincount(of_class).tolist() == [5, 6, 13, 8, 6, 10, 4]
    assert len(BODY_GROUP_LAST) == len(BODY_GROUPS) == 7


@pytest.mark.parametrize('label', [-1, 52])
def test_other_labels_have_no_group(label):
    with pytest.raises(ValueError, match=r'0\.\.51'):
        body_of(label)


def test_header_groups_are_valid():
    groups = ClassGroups(**ma52_groups())
    assert groups.names == BODY_GROUPS
    assert [groups.of_class[label] for label in (0, 9, 51)] == [0, 1, 6]


def test_official_lists_sum_up_to_the_published_clips():
    assert sum(COUNTS.values()) == 22422
