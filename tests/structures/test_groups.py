import pytest

from mmgesture.structures import (AnnotationError, ClassGroups, GestureRecord,
                                  class_groups, make_header,
                                  read_annotations, write_annotations)
from mmgesture.structures.groups import group_problems

GOOD = dict(names=['body', 'head'], of_class=[0, 1, 1])


def test_groups_survive_the_annotation_file(tmp_path):
    path = str(tmp_path / 'annotations.jsonl')
    header = make_header('toy', ['a', 'b', 'c'], extra=dict(groups=GOOD))
    write_annotations(path, header, [GestureRecord('1', 'a.mp4')])
    groups = class_groups(read_annotations(path).header)
    assert groups == ClassGroups(('body', 'head'), (0, 1, 1))
    assert groups.to_dict() == GOOD


def test_most_sets_have_no_groups():
    assert class_groups(make_header('toy', ['a'])) is None
    assert class_groups({}) is None


@pytest.mark.parametrize('groups, message', [
    ([0, 1, 1], 'names'),
    (dict(names=['body']), 'of_class'),
    (dict(GOOD, more=1), 'expected "groups" to be'),
    (dict(GOOD, names=['body', 'body']), 'distinct'),
    (dict(GOOD, names=[]), 'distinct'),
    (dict(GOOD, of_class=[0, 1]), 'each of the 3 classes, got 2'),
    (dict(GOOD, of_class=None), 'got None'),
    (dict(GOOD, of_class=[0, 1, 2]), r'0\.\.1.*got 2 for class 2'),
    (dict(GOOD, of_class=[0, -1, 1]), 'got -1 for class 1'),
    (dict(GOOD, of_class=[0, 1, True]), 'got True for class 2'),
    (dict(GOOD, of_class=[0, 1, 'head']), "got 'head' for class 2"),
])
def test_wrong_groups_are_refused_with_the_file(tmp_path, groups, message):
    with pytest.raises(ValueError, match=message):
        class_groups(dict(classes=['a', 'b', 'c'], groups=groups))
    path = tmp_path / 'annotations.jsonl'
    header = make_header('toy', ['a', 'b', 'c'], extra=dict(groups=groups))
    with pytest.raises(AnnotationError, match=message) as info:
        write_annotations(str(path), header, [])
    assert str(path) in str(info.value) and 'line 1' in str(info.value)


def test_wrong_classes_are_told_before_wrong_groups():
    with pytest.raises(AnnotationError, match='"classes"') as info:
        write_annotations('x', make_header('toy', [], extra=dict(
            groups=GOOD)), [])
    assert 'groups' not in str(info.value)


def test_groups_built_by_hand_are_checked_too():
    with pytest.raises(ValueError, match='for class 1'):
        ClassGroups(['body'], [0, 1])
    assert not group_problems(GOOD, 3)
