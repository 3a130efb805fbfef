import numpy as np
import pytest

from mmgesture.visualization.label_placement import (overlap, place_labels,
                                                     rim_distances)

BOUNDS = (0, 0, 400, 300)


def worst(boxes):
    return max(
        overlap(box, np.delete(boxes, i, axis=0)).max(initial=0)
        for i, box in enumerate(boxes))


def test_overlap_is_the_shared_area():
    box = np.array([0, 0, 4, 2])
    others = np.array([[3, 1, 9, 9], [4, 0, 5, 2], [-1, -1, 5, 3.]])
    assert overlap(box, others).tolist() == [1, 0, 8]


def test_distance_to_a_rim_is_negative_on_the_point():
    box = np.array([10, 0, 20, 4])
    found = rim_distances(box, np.array([[4., 2], [23, 8], [15, 2]]),
                          np.array([1., 2, 3]))
    assert found.tolist() == [5, 3, -3]


def test_lonely_name_stands_right_of_its_point():
    box = place_labels([[100, 100]], [5], [[40, 8]], BOUNDS)[0]
    assert 105 <= box[0] <= 110 and box[2] - box[0] == pytest.approx(40)
    assert box[1] + box[3] == pytest.approx(200)


def test_name_turns_round_at_the_edge():
    box = place_labels([[390, 100]], [5], [[40, 8]], BOUNDS)[0]
    assert box[2] <= 400 and rim_distances(
        box, np.array([[390, 100.]]), np.array([5.])) >= 0


@pytest.mark.parametrize('seed', range(3))
def test_names_of_a_crowd_overlap_neither_each_other_nor_points(seed):
    rng = np.random.default_rng(seed)
    anchors = rng.uniform((120, 100), (280, 200), (12, 2))
    radii = rng.uniform(3, 8, 12)
    boxes = place_labels(anchors, radii, [[50, 8]] * 12, BOUNDS)
    assert worst(boxes) == 0
    for box in boxes:
        assert rim_distances(box, anchors, radii).min() > -1
        assert (box >= 0).all() and box[2] <= 400 and box[3] <= 300


def test_two_points_in_one_place_get_two_places():
    boxes = place_labels([[200, 150]] * 2, [4, 4], [[30, 8]] * 2, BOUNDS)
    assert worst(boxes) == 0


def test_name_keeps_off_a_line():
    # right of the point runs a line
    line = [((100, 100), (160, 100))]
    box = place_labels([[100, 100]], [5], [[40, 8]], BOUNDS, line)[0]
    assert box[1] > 100 or box[3] < 100 or box[2] < 100


def test_name_stays_nearer_to_its_own_point_than_to_a_neighbour():
    anchors = np.array([[100., 100], [118, 100]])
    radii = np.array([5., 5])
    boxes = place_labels(anchors, radii, [[30, 8]] * 2, BOUNDS)
    for i, box in enumerate(boxes):
        assert rim_distances(box, anchors, radii).argmin() == i


def test_same_input_gives_the_same_places():
    anchors = [[50, 50], [55, 52], [60, 50]]
    arguments = (anchors, [4] * 3, [[30, 8]] * 3, BOUNDS)
    assert np.array_equal(place_labels(*arguments), place_labels(*arguments))


def test_numbers_have_to_agree():
    with pytest.raises(ValueError, match=r'as points \(2\), got 1 and 2'):
        place_labels([[1, 1], [2, 2]], [3], [[9, 9]] * 2, BOUNDS)
