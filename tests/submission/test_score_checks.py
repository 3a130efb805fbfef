import numpy as np
import pytest

from mmgesture.submission.score_checks import (check_header, check_row,
                                               parse_line)


def test_valid_line_passes_and_is_returned():
    header = {'mmgesture_scores': 1, 'classes': ['a', 'b']}
    assert check_header('x', header) is header
    row = check_row('x', 's', [.25, .75], 1, 2)
    assert row.dtype == np.float64 and row.tolist() == [.25, .75]
    assert check_row('x', 's', [0, 1], None, 2).tolist() == [0, 1]
    assert parse_line('x', '{"a": 1}') == {'a': 1}


@pytest.mark.parametrize('total, passes', [
    (.995, True), (1.005, True), (.98, False), (1.02, False)])
def test_sum_may_miss_one_by_a_hundredth(total, passes):
    if passes:
        check_row('x', 's', [total, 0], None, 2)
        return
    with pytest.raises(ValueError, match='x: the scores sum to'):
        check_row('x', 's', [total, 0], None, 2)


def test_place_stands_before_each_complaint():
    with pytest.raises(ValueError, match='^f, line 3: not JSON'):
        parse_line('f, line 3', '{')
    with pytest.raises(ValueError, match='^f, line 1: expected a header'):
        check_header('f, line 1', {})
