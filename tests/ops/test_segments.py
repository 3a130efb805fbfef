"""Overlap and suppression of segments, against hand and slow reference."""
import math

import numpy as np
import pytest

from mmgesture.ops.segments import nms, segment_iou, soft_nms


def one_iou(a, b):
    inner = min(a[1], b[1]) - max(a[0], b[0])
    if inner <= 0:
        return 0.
    return inner / ((a[1] - a[0]) + (b[1] - b[0]) - inner)


def slow_nms(segments, scores, labels, threshold):
    rows = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    kept = []
    for i in rows:
        if all(labels[i] != labels[j]
               or one_iou(segments[i], segments[j]) <= threshold
               for j in kept):
            kept.append(i)
    return kept


def slow_soft_nms(segments, scores, labels, sigma, min_score, max_num):
    """Each class on its own, one after the other, then sorted."""
    out = []
    for label in sorted(set(labels)):
        left = {
            i: scores[i]
            for i in range(len(scores))
            if labels[i] == label and scores[i] >= min_score
        }
        while left:
            i = min(left, key=lambda i: (-left[i], i))
            out.append((left.pop(i), i))
            left = {
                j: s * math.exp(-one_iou(segments[i], segments[j])**2 / sigma)
                for j, s in left.items()
            }
            left = {j: s for j, s in left.items() if s >= min_score}
    out.sort(key=lambda pair: (-pair[0], pair[1]))
    return out[:max_num]


def candidates(num, classes, seed, grid=None):
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, 60, num)
    segments = np.stack([start, start + rng.uniform(0, 20, num)], 1)
    scores = rng.uniform(0, 1, num)
    if grid:  # many equal scores and times
        segments, scores = segments.round(), (scores * grid).round() / grid
    return segments, scores, rng.integers(0, classes, num)


@pytest.mark.parametrize('a, b, expected', [
    ((0, 10), (0, 10), 1),
    ((0, 10), (5, 15), 1 / 3),
    ((0, 10), (10, 20), 0),
    ((0, 10), (12, 20), 0),
    ((0, 10), (2, 4), 0.2),
    ((3, 3), (0, 10), 0),
    ((3, 3), (3, 3), 0),
    ((-4, 4), (0, 4), 0.5),
])
def test_iou_of_two_segments_is_the_one_worked_by_hand(a, b, expected):
    assert segment_iou([a], [b]) == pytest.approx(expected)
    assert segment_iou([b], [a]) == pytest.approx(expected)


def test_iou_is_one_row_for_each_of_the_first_and_column_for_the_second():
    a, b = candidates(7, 1, 0)[0], candidates(4, 1, 1)[0]
    expected = [[one_iou(x, y) for y in b] for x in a]
    np.testing.assert_allclose(segment_iou(a, b), expected)
    assert segment_iou(a, []).shape == (7, 0)
    assert segment_iou(np.zeros((0, 2)), b).shape == (0, 4)


@pytest.mark.parametrize('seed', range(4))
@pytest.mark.parametrize('grid', [None, 5])
@pytest.mark.parametrize('threshold', [0., 0.3, 0.7, 1.])
def test_nms_equals_the_slow_one(seed, grid, threshold):
    data = candidates(80, 3, seed, grid)
    kept = slow_nms(*data, threshold)
    for got, array in zip(nms(*data, threshold), data):
        np.testing.assert_array_equal(got, array[kept])


@pytest.mark.parametrize('seed', range(4))
@pytest.mark.parametrize('grid', [None, 5])
@pytest.mark.parametrize('sigma, min_score, max_num', [
    (0.5, 0.001, 2000),
    (0.5, 0.2, 2000),
    (0.1, 0.001, 25),
    (1e-5, 0., 1000),  # the decay underflows to zero
    (2., 0.3, None),
])
def test_soft_nms_equals_the_slow_one(seed, grid, sigma, min_score, max_num):
    data = candidates(80, 3, seed, grid)
    expected = slow_soft_nms(*data, sigma, min_score, max_num)
    segments, scores, labels = soft_nms(*data, sigma, min_score, max_num)
    rows = [i for _, i in expected]
    np.testing.assert_allclose(scores, [s for s, _ in expected], rtol=1e-12,
                               atol=1e-300)
    if not grid:  # equal scores may come in another order
        np.testing.assert_array_equal(segments, data[0][rows])
        np.testing.assert_array_equal(labels, data[2][rows])
    assert (np.diff(scores) <= 0).all()


def test_soft_nms_lowers_the_second_of_two_by_the_gaussian():
    # tIoU 1 / 3, so the second falls to 0.8 exp(-(1 / 9) / 0.5) = 0.6406;
    # the third is of another class
    segments, scores, labels = soft_nms([[0, 10], [5, 15], [5, 15]],
                                        [0.9, 0.8, 0.7], [0, 0, 1], sigma=0.5)
    np.testing.assert_allclose(scores, [0.9, 0.7, 0.8 * math.exp(-2 / 9)])
    assert segments.tolist() == [[0, 10], [5, 15], [5, 15]]
    assert labels.tolist() == [0, 1, 0]


@pytest.mark.parametrize('function', [
    lambda *x: nms(*x, 0.5), lambda *x: soft_nms(*x)
])
def test_no_candidates_give_no_results(function):
    segments, scores, labels = function([], [], [])
    assert segments.shape == (0, 2)
    assert scores.shape == labels.shape == (0, )
    assert labels.dtype == np.int64


def test_nothing_above_the_least_score_gives_no_results():
    assert len(soft_nms([[0, 1]], [0.1], [0], min_score=0.2)[0]) == 0


def test_inputs_are_left_as_they_were():
    data = candidates(50, 2, 0)
    copies = [array.copy() for array in data]
    soft_nms(*data)
    nms(*data, 0.3)
    for array, copy in zip(data, copies):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize('segments, scores, labels, message', [
    ([[0, 1, 2]], [1], [0], r'segments expected shape \(N, 2\)'),
    ([[3, 1]], [1], [0], 'start <= end'),
    ([[0, np.nan]], [1], [0], 'finite'),
    ([[0, 1]], [1, 2], [0], 'scores expected shape'),
    ([[0, 1]], [np.nan], [0], 'nan in row 0'),
    ([[0, 1]], [1], [0.5], 'labels expected integers'),
])
def test_bad_candidates_are_an_error(segments, scores, labels, message):
    for function in (lambda *x: nms(*x, 0.5), lambda *x: soft_nms(*x)):
        with pytest.raises(ValueError, match=message):
            function(segments, scores, labels)


@pytest.mark.parametrize('options, message', [
    (dict(sigma=0.), 'sigma'),
    (dict(max_num=0), 'max_num'),
])
def test_bad_options_are_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        soft_nms([[0, 1]], [1.], [0], **options)
