import numpy as np
import pytest

from mmgesture.submission import ScoreFile, align_clips, check_same_labels


def scores(ids, labels=None, source='a'):
    return ScoreFile(
        sample_ids=list(ids),
        scores=np.full((len(ids), 2), .5),
        classes=['x', 'y'],
        labels=labels,
        source=source)


def test_clips_come_in_the_order_of_the_first_file():
    first, second = align_clips(
        [scores('abc', [0, 1, 0]), scores('cab', [0, 0, 1])])
    assert first.sample_ids == second.sample_ids == list('abc')
    assert second.labels == [0, 1, 0]
    check_same_labels(first, second)


def test_no_more_than_three_missing_clips_are_named():
    with pytest.raises(ValueError) as error:
        align_clips([scores('abcdef'), scores('f', source='b')])
    assert "b lacks 5 clips, e.g. ['a', 'b', 'c']. Test" in str(error.value)


def test_hidden_label_is_not_a_known_one():
    with pytest.raises(ValueError, match="first 'b': None and 1"):
        check_same_labels(scores('ab', [0, 1]), scores('ab', [0, None]))


def test_nothing_cannot_be_aligned():
    with pytest.raises(ValueError, match='at least one'):
        align_clips([])
