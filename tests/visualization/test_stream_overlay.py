import numpy as np
import pytest

from mmgesture.structures import GestureEvent
from mmgesture.visualization import (StreamView, class_color, draw_stream,
                                     fit_frame)

NAMES = ['Nicken', 'Ärmel', 'x' * 90]


def event(state, label=0, onset=5., emitted=9., offset=None):
    return GestureEvent(3, label, .8, onset, offset, state, emitted)


def draw(*events, shape=(360, 480), time=10., lookahead=0.):
    frame = np.full((*shape, 3), 200, np.uint8)
    view = StreamView(time, lookahead, .01, 25.,
                      {k: e for k, e in enumerate(events)})
    drawn = draw_stream(frame, view, NAMES)
    assert (frame == 200).all() and drawn.shape == frame.shape
    return drawn


def colored(drawn, label=0):
    return (drawn == class_color(label)).all(-1)


def test_the_ribbon_shows_the_last_ten_seconds_to_scale():
    bar = colored(draw(event('closed', onset=2.5, offset=5.)))[-10]
    columns = np.flatnonzero(bar)
    assert columns[0] == pytest.approx(.25 * 479, abs=1)
    assert columns[-1] == pytest.approx(.5 * 479, abs=1)
    # what goes on reaches until now
    assert colored(draw(event('confirmed')))[-10, -2]
    assert not colored(draw(event('closed', onset=95., offset=99.),
                            time=120.)).any()


def test_a_provisional_gesture_is_an_outline_and_a_retracted_one_nothing():
    solid = colored(draw(event('confirmed'))).sum()
    outline = colored(draw(event('provisional'))).sum()
    assert 0 < outline < solid / 3
    assert not colored(draw(event('retracted'))).any()


def test_what_has_no_answer_yet_is_marked():
    row = draw(lookahead=2.)[-5, :, 0]
    assert row[-50] > row[100] + 50
    assert (draw()[-5, :-1, 0] == draw()[-5, 0, 0]).all()


def test_a_closed_gesture_leaves_the_list_after_two_seconds():
    def rows(emitted):
        return draw(event('closed', onset=.5, emitted=emitted, offset=1.),
                    time=5.)[25:340]
    assert (rows(4.) != 200).any() and (rows(2.9) == 200).all()


@pytest.mark.parametrize('shape', [(16, 16), (33, 47), (720, 1280)])
def test_any_size_and_number_is_drawn(shape):
    events = [event('confirmed', k % 3) for k in range(40)]
    assert draw(*events, shape=shape).shape == (*shape, 3)


@pytest.mark.parametrize('size', [(60, 80), (30, 40), (60, 20), (10, 80)])
def test_frames_of_other_sizes_are_fitted_whole_and_in_the_middle(size):
    fitted = fit_frame(np.full((*size, 3), 250, np.uint8), (60, 80))
    assert fitted.shape == (60, 80, 3)
    inside = fitted.min(-1) > 240
    height, width = inside.any(1).sum(), inside.any(0).sum()
    assert height == 60 or width == 80
    assert height / width == pytest.approx(size[0] / size[1], rel=.08)
    assert abs(int(np.flatnonzero(inside.any(0)).mean()) - 39) <= 1
