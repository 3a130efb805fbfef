import numpy as np
import pytest

from mmgesture.evaluation.functional import modality_ladder

STACK = np.array([
    [[.6, .4], [.6, .4], [.3, .7]],
    [[.2, .8], [.1, .9], [.6, .4]],
])


def test_ladder_is_the_one_worked_by_hand():
    first, second = modality_ladder(STACK, [0, 1, 1], [.8, .2], ['a', 'b'])
    # a says 0, 0, 1; b says 1, 1, 0
    assert (first.stream, first.weight) == ('a', .8)
    assert first.top1 == first.equal_top1 == first.fused_top1 == 2 / 3
    assert second.top1 == 1 / 3
    # equal: (.4, .6), (.35, .65), (.45, .55) -> 1, 1, 1
    assert second.equal_top1 == 2 / 3
    # .8 and .2: (.52, .48), (.5, .5) -> 0, (.36, .64)
    assert second.fused_top1 == 2 / 3
    assert second.fused_top5 == 1  # there are only two classes
    # class 0: F1 of 1 hit, 2 predicted, 1 true = 2/3; class 1: 2/3
    assert first.macro_f1 == pytest.approx(2 / 3)
    assert list(first.to_dict())[:3] == ['stream', 'weight', 'top1']


def test_streams_without_weight_are_fused_equally_until_one_has_some():
    first, second = modality_ladder(STACK, [0, 1, 1], [0, 1], ['a', 'b'])
    assert first.fused_top1 == first.top1
    assert second.fused_top1 == second.top1


def test_wrong_numbers_of_weights_and_names_are_errors():
    with pytest.raises(ValueError, match='2 weights and names'):
        modality_ladder(STACK, [0, 1, 1], [1], ['a', 'b'])
    with pytest.raises(ValueError, match='2 weights and names'):
        modality_ladder(STACK, [0, 1, 1], [1, 1], ['a'])
