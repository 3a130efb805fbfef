import numpy as np
import pytest
from sklearn import metrics as sk

from mmgesture.evaluation import functional as F

# Worked by hand: class 2 is in the ground truth and never predicted, class 3
# is predicted and not in the ground truth, class 4 is in neither.
LABELS = [0, 0, 0, 1, 1, 2]
PREDICTIONS = [0, 0, 1, 1, 3, 0]


@pytest.fixture
def random_case():
    generator = np.random.default_rng(7)
    labels = generator.choice(17, 300, p=generator.dirichlet(np.ones(17)))
    scores = generator.dirichlet(np.ones(17), 300)
    return labels, scores, scores.argmax(axis=1)


def test_hand_worked_case():
    # F1: class 0 is 2*2/(3+3), class 1 is 2*1/(2+2), classes 2 and 3 are 0
    assert F.accuracy(LABELS, PREDICTIONS) == pytest.approx(3 / 6)
    assert F.macro_f1(LABELS, PREDICTIONS) == pytest.approx((2 / 3 + .5) / 3)
    assert F.macro_f1_union(LABELS,
                            PREDICTIONS) == pytest.approx((2 / 3 + .5) / 4)
    assert F.micro_f1(LABELS, PREDICTIONS) == pytest.approx(3 / 6)
    assert F.mean_class_accuracy(
        LABELS, PREDICTIONS) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_predicting_an_absent_class_does_not_halve_the_mean_accuracy():
    # MMAction2's mean_class_accuracy says 0.25 here
    assert F.mean_class_accuracy([0, 0], [0, 1]) == pytest.approx(0.5)


def test_figures_equal_scikit_learn(random_case):
    labels, scores, predictions = random_case
    present = np.unique(labels)
    assert F.accuracy(labels, predictions) == pytest.approx(
        sk.accuracy_score(labels, predictions))
    assert F.macro_f1(labels, predictions) == pytest.approx(
        sk.f1_score(
            labels, predictions, labels=present, average='macro',
            zero_division=0))
    assert F.macro_f1_union(labels, predictions) == pytest.approx(
        sk.f1_score(labels, predictions, average='macro', zero_division=0))
    assert F.micro_f1(labels, predictions) == pytest.approx(
        sk.f1_score(labels, predictions, average='micro'))
    assert (F.confusion_matrix(labels, predictions, 17) ==
            sk.confusion_matrix(labels, predictions,
                                labels=range(17))).all()
    for k in (1, 2, 5, 16):
        assert F.top_k_accuracy(scores, labels, k) == pytest.approx(
            sk.top_k_accuracy_score(labels, scores, k=k, labels=range(17)))
    assert F.top_k_accuracy(scores, labels, 17) == 1  # scikit-learn warns


def test_mean_class_accuracy_equals_balanced_accuracy(random_case):
    labels, _, _ = random_case
    # predictions among the present classes only: scikit-learn warns otherwise
    predictions = np.random.default_rng(1).permutation(labels)
    assert F.mean_class_accuracy(labels, predictions) == pytest.approx(
        sk.balanced_accuracy_score(labels, predictions))


def test_table_equals_scikit_learn(random_case):
    labels, _, predictions = random_case
    rows = F.per_class_table(labels, predictions, 17)
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        labels, predictions, labels=range(17), zero_division=np.nan)
    assert [row.support for row in rows] == support.tolist()
    np.testing.assert_allclose([row.precision for row in rows], precision)
    np.testing.assert_allclose([row.recall for row in rows], recall)
    np.testing.assert_allclose([row.f1 for row in rows], f1)


def test_table_marks_undefined_figures_with_nan():
    rows = F.per_class_table(LABELS, PREDICTIONS, 5, list('abcde'))
    assert [row.name for row in rows] == list('abcde')
    assert [row.support for row in rows] == [3, 2, 1, 0, 0]
    assert [row.predicted for row in rows] == [3, 2, 0, 1, 0]
    assert rows[2].recall == 0 and np.isnan(rows[2].precision)
    assert np.isnan(rows[3].recall) and rows[3].precision == 0
    assert rows[2].f1 == rows[3].f1 == 0 and np.isnan(rows[4].f1)


def test_ties_go_to_the_lowest_class():
    scores = np.array([[.3, .3, .3, .1], [.1, .3, .3, .3]])
    assert F.top_k_predictions(scores, 2).tolist() == [[0, 1], [1, 2]]
    assert F.top_k_accuracy(scores, [2, 2], 2) == 0.5
    assert (F.top_k_predictions(scores, 1)[:, 0] ==
            scores.argmax(axis=1)).all()


def test_uniform_score_sums_to_one():
    assert F.uniform_score(3).tolist() == [1 / 3] * 3
    with pytest.raises(ValueError, match='at least 1'):
        F.uniform_score(0)


@pytest.mark.parametrize('labels, predictions, message', [
    ([], [], 'non-empty'),
    ([0, 1], [0], 'as many predictions'),
    ([0, -1], [0, 0], 'from 0'),
    ([0., 1.], [0, 1], 'hidden labels'),
])
def test_wrong_input_is_refused(labels, predictions, message):
    with pytest.raises(ValueError, match=message):
        F.macro_f1(labels, predictions)


def test_wrong_scores_are_refused():
    with pytest.raises(ValueError, match='shape'):
        F.top_k_accuracy(np.ones(3), [0], 1)
    with pytest.raises(ValueError, match='from 1 to 3'):
        F.top_k_accuracy(np.ones((1, 3)), [0], 4)
    with pytest.raises(ValueError, match='from 0 to 2'):
        F.top_k_accuracy(np.ones((1, 3)), [3], 1)
    with pytest.raises(ValueError, match='one label for each'):
        F.top_k_accuracy(np.ones((1, 3)), [0, 1], 1)
    with pytest.raises(ValueError, match='3 class names'):
        F.per_class_table([0], [0], 3, ['a'])
