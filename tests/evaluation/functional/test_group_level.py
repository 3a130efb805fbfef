import numpy as np
import pytest
from sklearn import metrics as sk

from mmgesture.evaluation import functional as F

# five classes in three groups
OF_CLASS = [0, 0, 1, 1, 2]


def test_published_row_of_ma_net_gives_its_published_mean():
    row = F.TwoLevelF1(
        body_macro_f1=72.87,
        body_micro_f1=78.95,
        action_macro_f1=49.22,
        action_micro_f1=61.33)
    assert round(row.f1_mean, 2) == 65.59


def test_hand_worked_case():
    labels, predictions = [0, 1, 2, 2], [1, 1, 2, 0]
    found = F.two_level_f1(labels, predictions, OF_CLASS)
    # classes 0, 1, 2: F1 0, 2/3, 2/3; groups 0, 1: 2*2/5, 2/3
    assert found.action_macro_f1 == pytest.approx((0 + 2 / 3 + 2 / 3) / 3)
    assert found.action_micro_f1 == pytest.approx(2 / 4)
    assert found.body_macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found.body_micro_f1 == pytest.approx(3 / 4)
    assert found.f1_mean == pytest.approx(
        (4 / 9 + 2 / 4 + 11 / 15 + 3 / 4) / 4)


@pytest.mark.parametrize('over', F.MACRO_OVER)
@pytest.mark.parametrize('seed', range(3))
def test_random_case_equals_scikit_learn(seed, over):
    generator = np.random.default_rng(seed)
    of_class = np.sort(generator.integers(0, 7, 52))
    of_class[-1] = 6
    # few clips, so that many classes are absent
    labels = generator.choice(52, 60, p=generator.dirichlet(np.ones(52)))
    hit = generator.random(60) < 0.5
    predictions = np.where(hit, labels, generator.integers(0, 52, 60))
    found = F.two_level_f1(labels, predictions, of_class.tolist(), over)

    def f1(pair, count, average):
        return sk.f1_score(
            *pair, average=average, zero_division=0,
            labels=range(count) if over == 'all' else np.union1d(*pair))

    action, body = (labels, predictions), (of_class[labels],
                                           of_class[predictions])
    four = [f1(body, 7, 'macro'), sk.f1_score(*body, average='micro'),
            f1(action, 52, 'macro'), sk.f1_score(*action, average='micro')]
    assert [found.body_macro_f1, found.body_micro_f1, found.action_macro_f1,
            found.action_micro_f1] == pytest.approx(four)
    assert found.f1_mean == pytest.approx(np.mean(four))


def test_micro_f1_is_the_accuracy_at_both_levels():
    generator = np.random.default_rng(0)
    labels, predictions = generator.integers(0, 5, (2, 40))
    found = F.two_level_f1(labels, predictions, OF_CLASS)
    assert found.action_micro_f1 == pytest.approx(
        F.accuracy(labels, predictions))
    assert found.body_micro_f1 == pytest.approx(
        F.accuracy(F.map_to_groups(labels, OF_CLASS),
                   F.map_to_groups(predictions, OF_CLASS)))


def test_absent_classes_count_only_over_all():
    labels = predictions = [0, 4]
    assert F.macro_f1_over(labels, predictions, 5) == 1
    assert F.macro_f1_over(labels, predictions, 5, 'all') == 2 / 5
    assert F.two_level_f1(labels, predictions, OF_CLASS).f1_mean == 1
    # groups 0 and 2 of three, classes 0 and 4 of five
    assert F.two_level_f1(labels, predictions, OF_CLASS,
                          'all').f1_mean == pytest.approx(
                              (2 / 3 + 1 + 2 / 5 + 1) / 4)


def test_one_clip_and_one_class_work():
    found = F.two_level_f1([0], [0], [0])
    assert found == F.TwoLevelF1(1, 1, 1, 1) and found.f1_mean == 1
    found = F.two_level_f1([0], [1], OF_CLASS)
    assert found == F.TwoLevelF1(1, 1, 0, 0)
    assert F.two_level_f1([0], [4], OF_CLASS).f1_mean == 0


def test_labels_map_to_their_groups():
    assert F.map_to_groups([4, 0, 3], OF_CLASS).tolist() == [2, 0, 1]


@pytest.mark.parametrize('labels, predictions, over, message', [
    ([0, 5], [0, 0], 'union', 'from 0 to 4'),
    ([0, 0], [0, 5], 'union', 'from 0 to 4'),
    ([0, -1], [0, 0], 'union', 'from 0 to 4'),
    ([0., np.nan], [0, 0], 'union', 'hidden labels'),
    ([], [], 'union', 'non-empty'),
    ([0, 1], [0], 'union', 'as many predictions'),
    ([0], [0], 'present', "'union' or 'all'"),
])
def test_wrong_input_is_refused(labels, predictions, over, message):
    with pytest.raises(ValueError, match=message):
        F.two_level_f1(labels, predictions, OF_CLASS, over)
