import numpy as np
import pytest

from mmgesture.structures import FrameClock


def test_uneven_frames_keep_their_times():
    stamps = np.array([0, .1, .5, .6])
    clock = FrameClock(5., stamps)
    assert clock.seconds([0, 1.5, 4, 9]).tolist() == pytest.approx(
        [0, .3, .8, .8])
    assert clock.uneven() == [0, 100, 400, 100]
    assert FrameClock(5., np.arange(4) / 5 + .01).uneven() is None
    assert FrameClock(5.).seconds([10]).tolist() == [2]


def test_seconds_find_their_frames_again():
    clock = FrameClock(5., np.array([0, .1, .5, .6]))
    assert clock.frames([[0, .3], [.8, 9]]) == pytest.approx(
        np.array([[0, 1.5], [4, 4]]))
    places = np.linspace(0, 4, 9)
    assert clock.frames(clock.seconds(places)) == pytest.approx(places)
    assert FrameClock(5.).frames([2]).tolist() == [10]


@pytest.mark.parametrize('rate', [0, -5., float('nan'), float('inf')])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises(ValueError, match='positive'):
        FrameClock(rate)
