import numpy as np
import pytest

from mmgesture.online.stream_input import StepHolder, as_numbers


def test_numbers_come_as_one_array():
    rows = as_numbers([[1, 2], (3, 4)], (2, ), 'vectors')
    assert rows.dtype == np.float64 and rows.shape == (2, 2)
    assert as_numbers([], (4, 3), 'joints').shape == (0, 4, 3)


@pytest.mark.parametrize('frames', [
    [[1, 2, 3]], [[1, 2], [3]], [['a', 'b']], 5 * [None]])
def test_what_is_no_table_of_numbers_is_refused(frames):
    with pytest.raises(ValueError, match='expected vectors as numbers of '
                       r'shape \(frames, 2\)'):
        as_numbers(frames, (2, ), 'vectors')


def test_an_input_must_say_how_frames_become_steps():
    with pytest.raises(TypeError, match='abstract'):
        StepHolder()
