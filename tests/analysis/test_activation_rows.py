import numpy as np
import pytest

from mmgesture.analysis.activation_rows import map_caption, map_rows
from mmgesture.analysis.activations import Activations

FRAMES = np.zeros((4, 8, 8, 3), np.uint8)
F, WITH, WITHOUT = (np.full((2, 3, 3), value) for value in (1., 5., 3.))


def found(**parts):
    return Activations(0, 1, 0.75, F, **parts)


def test_with_and_without_difference_share_a_scale_and_are_subtracted():
    rows = map_rows(
        'm',
        found(fused=WITH, fused_without=WITHOUT, probability_without=0.5,
              theta=[0.25, 0.5], windows=[3, 5]), FRAMES, 'a')
    groups = [row.group for row in rows]
    assert groups[1] == groups[2] and len(set(groups)) == 3
    assert rows[1].maps is WITHOUT and rows[2].maps is WITH
    assert 'P = 0.500' in rows[1].label and '0.25, 0.50' in rows[2].label
    np.testing.assert_array_equal(rows[3].maps, 2)
    assert [row.signed for row in rows] == [False, False, False, True]


@pytest.mark.parametrize('parts, number', [
    (dict(), 1),
    (dict(fused=WITH, windows=[3]), 2),
])
def test_model_without_difference_has_fewer_rows(parts, number):
    assert len(map_rows('m', found(**parts), FRAMES, 'a')) == number


def test_two_models_never_share_a_scale():
    first, second = (
        {row.group for row in map_rows('m', found(fused=WITH, windows=[3]),
                                       FRAMES, mark)} for mark in 'ab')
    assert not first & second


def test_caption_defines_what_is_shown_and_nothing_else():
    plain = map_caption('magnitude', [found()], 'Arms akimbo')
    assert '|x_c|' in plain and 'true class: Arms akimbo' in plain
    assert 'MCFM' not in plain and 'θ' not in plain
    full = found(fused=WITH, fused_without=WITHOUT, theta=[0.5], windows=[3])
    text = map_caption('gradcam', [full, found()])
    assert 'gradient' in text and 'windows 3' in text and 'θ = 0' in text
    assert 'two models cannot be compared' in text
