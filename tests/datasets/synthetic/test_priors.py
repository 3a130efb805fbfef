"""Claims about priors: subjects, class shares, dealing of labels."""
import numpy as np
import pytest

from mmgesture.datasets.smg import (SMG_CLASSES, SMG_NUM_TRAIN, SMG_SPLITS,
                                    SMG_TEST_COUNTS)
from mmgesture.datasets.synthetic.gestures import PROGRAMMES
from mmgesture.datasets.synthetic.priors import (SMG_TRAIN_COUNTS,
                                                 class_shares, deal_labels,
                                                 subject_numbers)


def test_thirteen_subjects_are_numbered_as_the_design_says():
    parts = {}
    for number, part in subject_numbers(13):
        parts.setdefault(part, []).append(number)
    assert parts == {'train': list(range(1, 9)), 'val': [31, 32],
                     'test': [36, 37, 38]}


@pytest.mark.parametrize('num', range(4, 41))
def test_subjects_stay_in_smgs_ranges_and_two_are_tested(num):
    subjects = subject_numbers(num)
    assert len({s for s, _ in subjects}) == num
    for number, part in subjects:
        assert SMG_SPLITS[part][0] <= number <= SMG_SPLITS[part][1]
    parts = [p for _, p in subjects]
    assert parts.count('test') >= 2 and parts.count('val') >= 1
    assert parts.count('train') >= 1


@pytest.mark.parametrize('num', [3, 41])
def test_impossible_number_of_subjects_is_refused(num):
    with pytest.raises(ValueError, match='4 to 40'):
        subject_numbers(num)


def test_there_is_a_programme_and_a_count_for_every_class():
    assert len(PROGRAMMES) == len(SMG_CLASSES) == len(SMG_TRAIN_COUNTS)
    assert sum(SMG_TRAIN_COUNTS) == SMG_NUM_TRAIN


def test_tail_one_keeps_smgs_shares_and_zero_makes_them_equal():
    counts = np.maximum(np.array(SMG_TEST_COUNTS, float), 0.5)
    np.testing.assert_allclose(class_shares('test'), counts / counts.sum())
    np.testing.assert_allclose(class_shares('train', 0.0), 1 / 17)


def test_floor_lifts_the_rare_and_keeps_the_order_of_the_frequent():
    shares = class_shares('test', 1.0, 0.02)
    assert shares.sum() == pytest.approx(1)
    assert shares.min() > 0.015
    assert shares.argmax() == 8  # arms akimbo


def test_dealt_labels_follow_the_shares_to_within_one():
    shares = class_shares('train', 0.5, 0.03)
    labels = deal_labels(np.random.default_rng(0), 211, shares)
    counts = np.bincount(labels, minlength=18)[1:]
    assert len(labels) == 211
    assert np.abs(counts - shares * 211).max() < 1
