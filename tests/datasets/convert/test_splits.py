import pytest

from mmgesture.datasets.convert.splits import (divide, find_subject,
                                               parse_ratios,
                                               parse_subject_splits)


def test_words_become_splits():
    assert parse_subject_splits(['train=1,2', 'test=a b']) == {
        '1': 'train',
        '2': 'train',
        'a b': 'test'
    }
    assert parse_ratios(['train=3', 'test=1']) == [('train', .75),
                                                   ('test', .25)]


@pytest.mark.parametrize('words', [['train'], ['=1'], ['train='],
                                   ['train=1', 'test=1']])
def test_wrong_subject_words_are_refused(words):
    with pytest.raises(ValueError, match='expected|two splits'):
        parse_subject_splits(words)


@pytest.mark.parametrize('words', [[], ['train'], ['train=a'], ['train=0']])
def test_wrong_ratio_words_are_refused(words):
    with pytest.raises(ValueError, match='expected'):
        parse_ratios(words)


def test_division_is_complete_exact_and_repeatable():
    names = [f'n{i}' for i in range(20)]
    ratios = [('train', .7), ('val', .1), ('test', .2)]
    chosen = divide(names, ratios, 0)
    assert sorted(chosen) == sorted(names)
    values = list(chosen.values())
    assert [values.count(s) for s in ('train', 'val', 'test')] == [14, 2, 4]
    assert divide(names[::-1], ratios, 0) == chosen
    assert divide(names, ratios, 1) != chosen


def test_the_first_group_of_a_pattern_is_the_subject():
    assert find_subject(r'Subject (\d+)', 'Subject 12/a.mp4') == '12'
    assert find_subject(r'Subject (\d+)', 'a.mp4') is None
    with pytest.raises(ValueError, match='group'):
        find_subject('Subject', 'a.mp4')
