import csv

import numpy as np
import pytest

from mmgesture.analysis.confusion_change import (changed_pairs,
                                                 pair_confusions,
                                                 write_changed_pairs)
from mmgesture.submission import ScoreFile

CLASSES = ['x', 'y', 'z']


def scores(best, ids='abcd', labels=(0, 0, 1, 2), classes=CLASSES,
           source='a.jsonl'):
    rows = np.full((len(best), len(classes)), 0.1)
    rows[range(len(best)), best] = 1 - 0.1 * (len(classes) - 1)
    return ScoreFile(list(ids), rows, list(classes), list(labels),
                     source=source)


def test_counts_are_those_worked_by_hand_and_joined_by_id():
    a = scores([0, 1, 1, 2])
    # the same clips in another order: d, c, b, a
    b = scores([2, 0, 1, 1], 'dcba', (2, 1, 0, 0))
    both = pair_confusions(a, b)
    assert both.counts_a.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert both.counts_b.tolist() == [[0, 2, 0], [1, 0, 0], [0, 0, 1]]
    assert both.classes == CLASSES and both.hidden == 0


def test_clips_with_hidden_labels_are_left_out_and_counted():
    labels = (0, None, 1, None)
    both = pair_confusions(
        scores([0, 1, 1, 2], labels=labels),
        scores([0, 1, 1, 2], labels=labels))
    assert both.counts_a.sum() == 2 and both.hidden == 2


@pytest.mark.parametrize('b, message', [
    (dict(best=[0, 1, 1, 2], ids='abce'),
     r"b.jsonl lacks 1 clips, e.g. \['d'\]; "
     r"a.jsonl lacks 1 clips, e.g. \['e'\]"),
    (dict(best=[0, 1, 1], ids='abc', labels=(0, 0, 1)),
     r"\(3 clips\).*b.jsonl lacks 1 clips, e.g. \['d'\]. Test them"),
    (dict(best=[0, 1, 1, 2], classes=['x', 'y', 'w']),
     "a.jsonl and b.jsonl do not .*class 2 is 'z' and 'w'"),
    (dict(best=[0, 1, 1, 2], classes=['x', 'y', 'z', 'w']),
     'a.jsonl and b.jsonl do not .*3 and 4 classes'),
    (dict(best=[0, 1, 1, 2], labels=(0, 1, 1, 2)),
     "1 of 4 clips have another label in b.jsonl.*'b': 1 and 0"),
])
def test_files_of_different_things_are_refused_by_name(b, message):
    with pytest.raises(ValueError, match=message):
        pair_confusions(scores([0, 1, 1, 2]), scores(**b, source='b.jsonl'))


def test_hidden_labels_alone_are_an_error():
    hidden = scores([0, 1, 1, 2], labels=[None] * 4)
    with pytest.raises(ValueError, match='a.jsonl: all 4 labels are hidden'):
        pair_confusions(hidden, hidden)


def test_pairs_are_ordered_by_change_then_count_and_leave_out_hits():
    a = np.array([[5, 3, 0], [0, 9, 1], [2, 0, 0]])
    b = np.array([[1, 3, 4], [0, 8, 2], [1, 0, 1]])
    pairs = changed_pairs(a, b)
    found = [(p.true, p.predicted, p.difference, p.clips) for p in pairs]
    assert found == [(0, 2, 4, 8), (1, 2, 1, 10), (2, 0, -1, 2), (0, 1, 0, 8)]


def test_matrices_of_different_clips_are_refused():
    with pytest.raises(ValueError, match='differ for class 1'):
        changed_pairs(np.eye(2), np.diag([1, 2]))
    with pytest.raises(ValueError, match='one shape'):
        changed_pairs(np.eye(2), np.eye(3))


def test_csv_has_the_names_and_counts(tmp_path):
    pairs = changed_pairs(np.diag([2, 1]), np.array([[0, 2], [0, 1]]))
    write_changed_pairs(tmp_path / 'p.csv', pairs, ['x, y', 'z'], ('A', 'B'))
    with open(tmp_path / 'p.csv', newline='') as file:
        rows = list(csv.reader(file))
    assert rows[0][-3:] == ['count A', 'count B', 'difference']
    assert rows[1:] == [['0', 'x, y', '1', 'z', '2', '0', '2', '2']]
