import json

import pytest

from mmgesture.datasets.convert.imigue_tables import LabelRow
from mmgesture.datasets.convert.imigue_test_part import (hide_placeholders,
                                                         read_test_ids)


def tables(labels):
    return {
        'a': [LabelRow(i, i, i, n) for i, n in enumerate(labels[:4])],
        'b': [LabelRow(i, i, i, n) for i, n in enumerate(labels[4:])]
    }


def test_one_class_everywhere_is_a_placeholder():
    notes = []
    found = hide_placeholders(tables([3] * 10), notes)
    assert {r.label for rows in found.values() for r in rows} == {None}
    assert '10 gestures of the test part have label 3' in notes[0]


@pytest.mark.parametrize('labels', [[3] * 9, [3] * 9 + [4], [None] * 12, []])
def test_other_labels_stay_as_they_are(labels):
    notes = []
    assert hide_placeholders(tables(labels), notes) == tables(labels)
    assert not notes


@pytest.mark.parametrize('name,text', [
    ('ids.json', json.dumps(['0054_1', '0054_0', '0067_10'])),
    ('ids.txt', '0054_1\n\n0054_0\n0067_10\n'),
    ('clips.txt', '0054_1.mp4 0\n0054_0.mp4 0\n0067_10.mp4 0\n'),
    ('ids.csv', '0054_1,31\n0054_0,2\n0067_10,3\n'),
])
def test_ids_are_read_in_their_order(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_test_ids(str(tmp_path / name)) == ['0054_1', '0054_0',
                                                   '0067_10']


@pytest.mark.parametrize('name,text,expected', [
    ('a.json', '{"0054_1": 0}', 'expected a json list of ids, got dict'),
    ('a.json', '[', 'a.json'),
    ('a.json', '["0054_1", 3]', 'entry 2: expected an id such as 0054_0'),
    ('a.txt', '0054_1\nSample0001_1\n', 'entry 2'),
    ('a.txt', '0054_1\n0054_2\n0054_1\n', '1 ids occur twice: 0054_1'),
    ('a.txt', '\n', 'it is empty'),
])
def test_wrong_lists_are_refused(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=expected):
        read_test_ids(str(tmp_path / name))
