import numpy as np
import pytest

from mmgesture.evaluation import functional as F


def binary_case(hits, misses):
    return [0] * (hits + misses), [0] * hits + [1] * misses


def test_interval_matches_the_binomial_one():
    labels, predictions = binary_case(120, 80)
    interval = F.bootstrap_interval(labels, predictions, seed=1)
    assert interval.value == pytest.approx(0.6)
    # normal approximation: 0.6 +- 1.96 * sqrt(0.6 * 0.4 / 200)
    assert interval.low == pytest.approx(0.532, abs=0.01)
    assert interval.high == pytest.approx(0.668, abs=0.01)


def test_interval_is_the_same_for_the_same_seed():
    labels, predictions = binary_case(30, 20)
    state = np.random.get_state()[1].copy()
    first = F.bootstrap_interval(labels, predictions, num_resamples=50)
    assert first == F.bootstrap_interval(labels, predictions,
                                         num_resamples=50)
    assert first != F.bootstrap_interval(
        labels, predictions, num_resamples=50, seed=1)
    assert (np.random.get_state()[1] == state).all()


def test_fast_path_equals_the_general_one():
    labels, predictions = binary_case(30, 20)
    general = F.bootstrap_interval(
        labels,
        predictions,
        statistic=lambda y, p: float((y == p).mean()),
        num_resamples=50)
    assert general == F.bootstrap_interval(
        labels, predictions, num_resamples=50)


def test_any_statistic_is_resampled_with_its_predictions():
    # every clip is right, so each resample must be perfect too
    labels = [0, 1, 2, 0, 1]
    interval = F.bootstrap_interval(
        labels, labels, statistic=F.macro_f1, num_resamples=20)
    assert (interval.low, interval.value, interval.high) == (1, 1, 1)


def test_perfect_clip_has_no_spread_and_prints_readably():
    text = str(F.bootstrap_interval([0], [0], num_resamples=5))
    assert text == '1.0000 [1.0000, 1.0000] (95% bootstrap)'


@pytest.mark.parametrize('option', [
    dict(level=0), dict(level=1), dict(num_resamples=0)])
def test_wrong_options_are_refused(option):
    with pytest.raises(ValueError, match='expected'):
        F.bootstrap_interval([0], [0], **option)


def test_majority_baseline_by_hand():
    baseline = F.majority_baseline([1, 1, 1, 0, 2])
    assert baseline.label == 1 and baseline.top1 == pytest.approx(0.6)
    # F1 of class 1 is 2*3/(3+5); the other two present classes have 0
    assert baseline.macro_f1 == pytest.approx(0.75 / 3)


def test_majority_may_come_from_the_training_split():
    baseline = F.majority_baseline([1, 1, 0], label=4)
    assert (baseline.label, baseline.top1, baseline.macro_f1) == (4, 0, 0)
