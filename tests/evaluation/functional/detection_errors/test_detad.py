"""DETAD's figures: bins, normalised, negatives, positives, sensitivity."""
import math

import numpy as np
import pytest

from mmgesture.evaluation.functional import segment_map
from mmgesture.evaluation.functional.detection_errors import (
    BINS, FP_KINDS, Bins, false_negatives, false_positives, instance_bins,
    quantile_bins, sensitivity)
from mmgesture.evaluation.functional.detection_errors.bins import \
    characteristics
from mmgesture.evaluation.functional.detection_errors.normalised import (
    normalised_ap, normalised_map, rank_classes)

from ..detection_cases import build, random_videos


def test_ranges_are_closed_on_the_right_and_hold_the_lowest_edge():
    bins = BINS['length']
    assert bins.of([0, 2, 2.1, 5, 9.75, 10, 1e9]).tolist() == [
        0, 0, 1, 1, 3, 4, 4]
    assert bins.of([-1]).tolist() == [-1]
    assert bins.ranges()[:2] == ['[0, 2]', '(2, 5]']
    # SMG's test videos hold 57 to 164 instances: XS is empty, S and M not
    assert BINS['instances'].of([57, 113, 121, 155, 164]).tolist() == [
        1, 2, 2, 2, 2]
    with pytest.raises(ValueError, match='ascending edges'):
        Bins(('a', 'b'), (0, 1))


def test_quantiles_hold_equally_many():
    values = np.random.default_rng(0).random(1000)
    places = quantile_bins(values).of(values)
    assert (np.bincount(places) == 200).all()
    same = quantile_bins(np.ones(10))
    assert same.of(np.ones(10)).min() >= 0  # and none gets lost


def test_characteristics_are_seconds_shares_and_company():
    video = build('a', [[0, 0, 40], [1, 50, 60], [0, 70, 80]], [],
                  num_frames=200, fps=20.)
    found = characteristics([video])
    assert found['length'].tolist() == [2, .5, .5]
    assert found['coverage'].tolist() == [.2, .05, .05]
    assert found['instances'].tolist() == [3, 3, 3]
    assert characteristics([video], 'same_class')['instances'].tolist() == [
        2, 1, 2]
    with pytest.raises(ValueError, match='expected fps'):
        characteristics([build('a', [], [])])
    with pytest.raises(ValueError, match='expected a count'):
        characteristics([video], 'all')


def test_normalised_precision_of_a_worked_case():
    # 2 of a class, on average 6: right, wrong, right
    # recall 1/2, 1/2, 1; R * 6 = 3, 3, 6; precision 1, 3/4, 6/7
    assert normalised_ap(np.array([True, False, True]), 2, 6) == \
        pytest.approx(0.5 * 1 + 0.5 * 6 / 7)


def test_equal_classes_need_no_normalisation():
    videos = [build('a', [[0, 0, 10], [1, 20, 30]],
                    [[0, 0, 10, .9], [1, 40, 50, .8], [1, 20, 30, .7]])]
    # R * 1 / (R * 1 + FP) is the precision itself
    assert normalised_map(rank_classes(videos, 2, .5)) == pytest.approx(
        segment_map(videos, 2, (.5, )).mean)


def parts(videos):
    return instance_bins(videos, smg=False)


def test_missed_annotations_are_counted_by_kind():
    videos = [build('a', [[0, 0, 20], [0, 40, 200]], [[0, 0, 20, .9]],
                    num_frames=400, fps=20.)]
    places, bins = instance_bins(videos)
    found = false_negatives(videos, 1, places, bins)
    assert found.overall == 0.5 and found.found.tolist() == [True, False]
    length = found.by_bin['length']
    assert length['XS'] == (0, 1)
    # 160 frames are 8 s
    assert length['L'] == (1, 1)
    assert math.isnan(length['S'][0]) and length['S'][1] == 0
    pair = found.pairs['length', 'instances']
    assert pair.shape == (5, 4) and pair[0, 0] == 0 and pair[3, 0] == 1


def test_hits_drowned_in_false_alarms_do_not_count():
    # 40 wrong ones before the right one: 1 / (1 + 40) < 0.05
    rows = [[0, 100 + k, 101 + k, .9] for k in range(40)]
    videos = [build('a', [[0, 0, 20]], rows + [[0, 0, 20, .1]],
                    num_frames=400, fps=20.)]
    assert false_negatives(videos, 1, *parts(videos)).overall == 1
    few = [build('a', [[0, 0, 20]], rows[:5] + [[0, 0, 20, .1]],
                 num_frames=400, fps=20.)]
    assert false_negatives(few, 1, *parts(few)).overall == 0


def test_kinds_of_false_positives_and_their_cost():
    videos = [build('a', [[0, 0, 20], [1, 100, 120]], [
        [0, 0, 20, .9],  # right
        [0, 1, 20, .8],  # double
        [0, 100, 119, .85],  # wrong label
        [0, 15, 35, .7],  # localisation: 5 of 35 frames
        [0, 90, 104, .6],  # confusion: 4 of 30
        [0, 60, 70, .5],  # background
        [1, 100, 120, .1],
    ])]
    found = false_positives(videos, 2)
    best = {name: share for name, share in zip(FP_KINDS, found.profile[0])}
    assert best == {'true positive': 1, **dict.fromkeys(FP_KINDS[1:], 0)}
    counts = found.profile[-1] * 7
    np.testing.assert_allclose(counts, [2, 1, 1, 1, 1, 1])
    # all wrong ones come after the only right one of the class
    assert found.map_n == 1 and set(found.impact.values()) == {0}


def test_removing_what_stands_before_a_hit_gains():
    videos = [build('a', [[0, 0, 20]], [[0, 15, 35, .9], [0, 0, 20, .8]])]
    found = false_positives(videos, 1)
    assert found.map_n == pytest.approx(0.5)
    assert found.impact['localisation'] == pytest.approx(0.5)
    assert found.impact['background'] == 0


def test_only_the_best_ten_per_annotation_are_looked_at():
    rows = [[0, 100 + k, 101 + k, .9 - k / 100] for k in range(20)]
    found = false_positives([build('a', [[0, 0, 20]], rows)], 1)
    assert found.profile.shape == (10, 6)
    assert found.profile[-1, FP_KINDS.index('background')] == 1


def test_sensitivity_looks_at_one_kind_after_the_other():
    videos = [build('a', [[0, 0, 20], [0, 40, 200]],
                    [[0, 0, 20, .9], [0, 300, 310, .95]], num_frames=400,
                    fps=20.)]
    places, bins = instance_bins(videos)
    found = sensitivity(videos, 1, places, bins)
    # the false alarm counts for every range; N = 2 in all of them
    assert found.by_bin['length']['XS'] == pytest.approx(2 / 3)
    assert found.by_bin['length']['L'] == 0
    assert math.isnan(found.by_bin['length']['M'])
    assert found.overall == pytest.approx(0.5 * 0.5)
    assert found.spread('length') == pytest.approx(2 / 3 / 0.25)


@pytest.mark.parametrize('seed', range(4))
def test_random_sets_give_figures_in_range(seed):
    videos = random_videos(seed, number=5, classes=4)
    places, bins = parts(videos)
    negatives = false_negatives(videos, 5, places, bins)
    assert 0 <= negatives.overall <= 1
    shares = [s * n for s, n in negatives.by_bin['length'].values() if n]
    assert sum(shares) / len(negatives.found) == pytest.approx(
        negatives.overall)
    positives = false_positives(videos, 5)
    np.testing.assert_allclose(positives.profile.sum(1), 1)
    assert min(positives.impact.values()) >= -1e-12
    assert 0 <= sensitivity(videos, 5, places, bins).overall <= 1


def test_nothing_found_and_nothing_annotated_are_no_error():
    silent = [build('a', [[0, 0, 20]], [], num_frames=99, fps=20.)]
    places, bins = parts(silent)
    assert false_negatives(silent, 1, places, bins).overall == 1
    assert false_positives(silent, 1).map_n == 0
    assert math.isnan(sensitivity(silent, 1, places, bins).spread('length'))
    empty = [build('a', [], [[0, 0, 20, 1]], num_frames=99, fps=20.)]
    assert math.isnan(false_positives(empty, 1).map_n)
