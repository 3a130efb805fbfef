import numpy as np
import pytest
from scipy import stats

from mmgesture.evaluation import functional as F
from mmgesture.evaluation.functional.paired import (count_units,
                                                    crossed_interval,
                                                    jackknife_values,
                                                    paired_difference)

SKLEARN = {
    'top1': F.accuracy,
    'mean_class_acc': F.mean_class_accuracy,
    'macro_f1': F.macro_f1
}


def random_case(seeds=3, clips=40, classes=4, seed=0):
    generator = np.random.default_rng(seed)
    # every class at least thrice, so that leaving one clip out empties none
    labels = np.concatenate([
        np.repeat(np.arange(classes), 3),
        generator.integers(0, classes, clips - 3 * classes)
    ])
    right = generator.random((seeds, clips)) < 0.6
    # class number `classes` does not occur in the ground truth
    other = generator.integers(0, classes + 1, (seeds, clips))
    return labels, np.where(right, labels, other), generator


def slow_mean_squares(values):
    """The two-way analysis of variance of a textbook, cell by cell."""
    seeds, units = values.shape
    grand = sum(values[i, j] for i in range(seeds)
                for j in range(units)) / (seeds * units)
    row = [sum(values[i]) / units for i in range(seeds)]
    column = [sum(values[:, j]) / seeds for j in range(units)]
    of_rows = sum(units * (r - grand)**2 for r in row) / (seeds - 1)
    of_columns = sum(seeds * (c - grand)**2 for c in column) / (units - 1)
    rest = sum((values[i, j] - row[i] - column[j] + grand)**2
               for i in range(seeds) for j in range(units))
    return of_rows, of_columns, rest / ((seeds - 1) * (units - 1))


@pytest.mark.parametrize('measure', SKLEARN)
@pytest.mark.parametrize('people', [None, 5])
def test_jackknife_equals_leaving_out_and_scikit_learn(measure, people):
    labels, predictions, generator = random_case()
    groups = None if people is None else generator.integers(
        0, people, len(labels))
    got = jackknife_values(count_units(labels, predictions, groups), measure)
    function = SKLEARN[measure]
    units = range(len(labels)) if people is None else range(people)
    member = np.arange(len(labels)) if people is None else groups
    for row, predicted in enumerate(predictions):
        whole = function(labels, predicted)
        left = np.array([
            function(labels[member != unit], predicted[member != unit])
            for unit in units
        ])
        np.testing.assert_allclose(
            got[row], whole - (len(left) - 1) * (left - left.mean()))
        assert got[row].mean() == pytest.approx(whole)


def test_top1_values_of_clips_are_the_hits():
    labels, predictions, _ = random_case()
    np.testing.assert_allclose(
        jackknife_values(count_units(labels, predictions)),
        predictions == labels,
        atol=1e-12)


def test_half_hits_count_half():
    counts = count_units([0, 0, 1, 1], np.array([[0, 0, 0, 1]]),
                         hits=np.array([[1, .5, .5, 1]]))
    assert jackknife_values(counts, 'mean_class_acc').mean() == 0.75


def test_leaving_out_the_only_clip_of_a_class_tells_nothing():
    counts = count_units([0, 1, 1], np.array([[0, 1, 0]]))
    values = jackknife_values(counts, 'mean_class_acc')
    # left out: clip 0 -> (1 + .5) / 2; clip 1 -> (1 + 0) / 2; clip 2 -> 1
    left = np.array([.75, .5, 1.])
    np.testing.assert_allclose(values[0], .75 - 2 * (left - left.mean()))


def test_interval_worked_by_hand():
    result = crossed_interval(np.array([[1., 2., 3.], [3., 2., 7.]]))
    # rows 2, 4 and columns 2, 2, 5 around 3: A = 6, C = 12 / 2 = 6;
    # remainders (0, 1, -1), (0, -1, 1): E = 4 / 2 = 2;
    # variance (6 + 4) / 6, df = 10^2 / (6^2 / 1 + 6^2 / 2) = 100 / 54
    half = stats.t.ppf(.975, 100 / 54) * np.sqrt(10 / 6)
    assert result.by_seed == (2., 4.)
    assert result.mean == 3
    assert result.df == pytest.approx(100 / 54)
    assert result.high - 3 == pytest.approx(half)
    assert 3 - result.low == pytest.approx(half)


def test_mean_squares_equal_the_slow_ones():
    values = np.random.default_rng(3).normal(size=(4, 9))
    values += np.arange(4)[:, None]
    of_rows, of_columns, rest = slow_mean_squares(values)
    total = max(of_columns + max(of_rows - rest, 0), of_rows)
    df = total**2 / (of_rows**2 / 3 + of_columns**2 / 8)
    result = crossed_interval(values, level=.9)
    assert result.df == pytest.approx(df)
    assert result.high - result.mean == pytest.approx(
        stats.t.ppf(.95, df) * np.sqrt(total / 36))


def test_single_seed_gives_the_paired_t_interval_of_scipy():
    labels, predictions, _ = random_case(seeds=2)
    first, second = (count_units(labels, row[None]) for row in predictions)
    result = paired_difference(first, second)
    hits = (predictions == labels).astype(float)
    expected = stats.ttest_rel(*hits).confidence_interval(.95)
    assert result.low == pytest.approx(expected.low)
    assert result.high == pytest.approx(expected.high)


def test_alike_clips_give_the_t_interval_over_seeds_of_scipy():
    seeds = np.array([.01, .03, .05])
    result = crossed_interval(np.repeat(seeds[:, None], 50, axis=1))
    expected = stats.ttest_1samp(seeds, 0).confidence_interval(.95)
    assert result.df == pytest.approx(2)
    assert (result.low, result.high) == pytest.approx(tuple(expected))


def test_verdict_needs_two_seeds_and_an_interval_without_zero():
    steady = np.tile([.1, .2, .1, .2], (2, 1)) + [[0.], [.001]]
    assert crossed_interval(steady).verdict == 'ahead'
    assert crossed_interval(-steady).verdict == 'behind'
    assert crossed_interval(steady[:1]).verdict == 'inconclusive'
    assert crossed_interval(steady - .15).verdict == 'inconclusive'
    assert crossed_interval(np.zeros((3, 5))).verdict == 'inconclusive'


def test_difference_is_that_of_the_statistic_seed_by_seed():
    labels, first, _ = random_case()
    second = random_case(seed=1)[1]
    for measure, function in SKLEARN.items():
        result = paired_difference(
            count_units(labels, first), count_units(labels, second), measure)
        expected = [
            function(labels, a) - function(labels, b)
            for a, b in zip(first, second)
        ]
        assert result.by_seed == pytest.approx(tuple(expected))
        assert result.mean == pytest.approx(np.mean(expected))


def test_swapping_the_models_mirrors_the_interval():
    labels, first, _ = random_case()
    counts = count_units(labels, first)
    other = count_units(labels, random_case(seed=1)[1])
    forth = paired_difference(counts, other)
    back = paired_difference(other, counts)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))


def simulate(seed, gain, seeds=3, clips=200, spread=.4):
    """Two models on the same clips, whose skill varies with the seed."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, clips)
    easy = generator.normal(.8, 1., clips)  # shared by both models
    tables = []
    for skill in (gain, 0.):
        skill = skill + generator.normal(0, spread, (seeds, 1))
        noise = generator.normal(0, .7, (seeds, clips))
        right = easy + skill + noise > 0
        tables.append(count_units(labels, np.where(right, labels,
                                                   1 - labels)))
    return paired_difference(*tables)


def test_interval_covers_no_difference_at_about_its_nominal_rate():
    results = [simulate(seed, 0.) for seed in range(400)]
    covered = np.mean([r.verdict == 'inconclusive' for r in results])
    # 400 draws of 0.95 have a standard deviation of 0.011
    assert 0.90 <= covered <= 0.99
    # wrong on both sides alike
    assert {'ahead', 'behind'} <= {r.verdict for r in results}


@pytest.mark.parametrize('seeds, share, claim', [
    (2, 4, .89), (3, 4, .92), (5, 4, .95), (3, 0, .97)])
def test_coverage_is_what_the_module_says(seeds, share, claim):
    generator = np.random.default_rng(seeds)
    covered = 0
    for _ in range(1000):
        # the mean has the variance `share` by the seeds, 1 by the clips
        values = generator.normal(0, (share * seeds)**.5, (seeds, 1))
        values = values + generator.normal(0, 50**.5, 100)
        values = values + generator.normal(0, (50 * seeds)**.5, (seeds, 100))
        result = crossed_interval(values)
        covered += result.low <= 0 <= result.high
    assert covered / 1000 == pytest.approx(claim, abs=.03)


def test_large_difference_is_found_and_a_small_one_is_not():
    large = [simulate(seed, 1.5, spread=.1).verdict for seed in range(40)]
    assert large.count('ahead') >= 38
    small = [simulate(seed, .05).verdict for seed in range(40)]
    assert small.count('inconclusive') >= 34


def test_new_people_are_less_sure_than_new_clips():
    generator = np.random.default_rng(0)
    labels, people = np.zeros(200, int), np.repeat(np.arange(4), 50)
    # model a is better on two of four people only
    right = generator.random((3, 200)) < np.where(people < 2, .9, .6)
    first = np.where(right, 0, 1)
    second = np.where(generator.random((3, 200)) < .6, 0, 1)
    by_clip = paired_difference(
        count_units(labels, first), count_units(labels, second))
    by_person = paired_difference(
        count_units(labels, first, people),
        count_units(labels, second, people))
    assert by_clip.mean == pytest.approx(by_person.mean)
    assert by_clip.verdict == 'ahead'
    assert by_person.verdict == 'inconclusive'
    assert by_person.num_units == 4


@pytest.mark.parametrize('predictions, options, words', [
    (np.zeros(3, int), {}, r'\(num_seeds, 3\), got \(3,\)'),
    (np.zeros((2, 4), int), {}, r'\(num_seeds, 3\), got \(2, 4\)'),
    (np.zeros((2, 3), int), dict(groups='ab'), 'each of 3 clips, got 2'),
    (np.zeros((2, 3), int), dict(groups='aaa'), 'at least 2 .* got 1'),
    (np.zeros((2, 3), int), dict(hits=np.zeros(3)), r'hits of shape \(2, 3'),
])
def test_wrong_shapes_are_refused(predictions, options, words):
    with pytest.raises(ValueError, match=words):
        count_units([0, 0, 1], predictions, **options)


def test_other_clips_seeds_measures_and_levels_are_refused():
    labels, predictions, _ = random_case()
    counts = count_units(labels, predictions)
    with pytest.raises(ValueError, match='same seeds'):
        paired_difference(counts, count_units(labels, predictions[:2]))
    with pytest.raises(ValueError, match='other labels'):
        paired_difference(counts, count_units(labels[::-1], predictions))
    with pytest.raises(ValueError, match="got 'auc'"):
        jackknife_values(counts, 'auc')
    with pytest.raises(ValueError, match='level'):
        crossed_interval(np.zeros((2, 2)), level=95)
    with pytest.raises(ValueError, match='2 units'):
        crossed_interval(np.zeros((2, 1)))
