from types import SimpleNamespace

import pytest

from mmgesture.models.heads.segments import check_segments


@pytest.mark.parametrize('frames', [8, 16])
def test_whole_clips_pass(frames):
    check_segments(SimpleNamespace(num_segments=8), frames, False)


@pytest.mark.parametrize('frames', [0, 4, 12])
def test_other_numbers_are_refused(frames):
    with pytest.raises(ValueError, match=f'num_segments=8 .*got {frames}'):
        check_segments(SimpleNamespace(num_segments=8), frames, False)


def test_fully_convolutional_testing_is_refused():
    with pytest.raises(ValueError, match='fcn_test=False'):
        check_segments(SimpleNamespace(num_segments=8), 8, True)
