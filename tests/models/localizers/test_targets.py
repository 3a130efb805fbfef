"""Targets of points, worked by hand."""
import math

import pytest
import torch

from mmgesture.models.localizers.targets import (assign_segments,
                                                 pyramid_points)

CPU = torch.device('cpu')


def assign(segments, labels, lengths=(16, 8, 4), classes=3, **options):
    """Positive points as {(level, step): (classes, left, right)}."""
    points = pyramid_points(lengths, 4., CPU)
    hot, distances = assign_segments(points,
                                     torch.tensor(segments).view(-1, 2),
                                     torch.tensor(labels).long(), classes,
                                     **options)
    names = [(k, j) for k, length in enumerate(lengths)
             for j in range(length)]
    return {
        name: (hot[i].nonzero().flatten().tolist(), *distances[i].tolist())
        for i, name in enumerate(names) if hot[i].any()
    }


def test_points_lie_at_multiples_of_the_stride():
    points = pyramid_points((4, 2, 1), 4., CPU)
    assert points.position.tolist() == [0, 1, 2, 3, 0, 2, 0]
    assert points.stride.tolist() == [1, 1, 1, 1, 2, 2, 4]
    assert points.low.tolist() == [0, 0, 0, 0, 4, 4, 8]
    assert points.high.tolist() == [4, 4, 4, 4, 8, 8, math.inf]


def test_short_segment_belongs_to_the_points_around_its_centre():
    # [4, 8], centre 6: steps 5, 6 and 7 of level 0 are within 1.5 of it
    assert assign([[4., 8.]], [1]) == {
        (0, 5): ([1], 1, 3),
        (0, 6): ([1], 2, 2),
        (0, 7): ([1], 3, 1)
    }


def test_longer_segment_belongs_to_the_level_of_its_range():
    # [2, 14], centre 8: farther ends 6 to 8 steps away. Level 1 answers for
    # [4, 8) and reaches 3 steps: positions 6, 8, 10, farther end 8, 6, 8;
    # level 2 answers from 8 on and reaches 6 steps: 4 and 12 are 10 away,
    # 8 only 6.
    assert assign([[2., 14.]], [0]) == {
        (1, 4): ([0], 3, 3),
        (2, 1): ([0], .5, 2.5),
        (2, 3): ([0], 2.5, .5)
    }


def test_the_last_level_answers_for_anything_long():
    found = assign([[-100., 100.]], [2])
    assert found == {(2, 0): ([2], 25, 25), (2, 1): ([2], 26, 24)}


def test_shorter_of_two_segments_wins():
    found = assign([[4., 8.], [5., 7.]], [0, 1])
    assert found[(0, 6)] == ([1], 1, 1)
    assert found[(0, 5)] == ([0], 1, 3)  # 5 is the end of the other: outside


def test_equal_segments_add_their_labels():
    found = assign([[4., 8.], [4., 8.]], [0, 2])
    assert found[(0, 6)] == ([0, 2], 2, 2)


def test_same_segment_twice_is_the_same_segment():
    """Literal duplication of annotations changes nothing (MiGA'25)."""
    assert assign([[4., 8.]], [1]) == assign([[4., 8.], [4., 8.]], [1, 1])


def test_radius_limits_the_points():
    assert list(assign([[4., 8.]], [1], radius=.5)) == [(0, 6)]


@pytest.mark.parametrize('segments', [[], [[3.2, 3.4]], [[-9., -5.]],
                                      [[40., 43.]], [[5., 5.]]])
def test_nothing_is_positive_where_no_point_is_inside(segments):
    assert assign(segments, [0] * len(segments)) == {}
