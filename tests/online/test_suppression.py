"""Of two classes that cover the same time the better one stays."""
import numpy as np

from mmgesture.online.decoder import HysteresisDecoder
from mmgesture.online.settings import DecoderSettings
from mmgesture.online.suppression import Ended, Run, forget, rivals_of


def run(start, last, score, number=None, state=None, label=0):
    own = Run(label, start, 0., start)
    for step in range(start, last + 1):
        own.take(step, score, True)
    own.id, own.state = number, state
    return own


def test_alone_a_run_is_announced():
    assert rivals_of(run(0, 9, .5), [], [], .2) == []


def test_a_better_provisional_gesture_keeps_it_silent():
    other = run(0, 9, .6, 0, 'provisional', 1)
    assert rivals_of(run(0, 9, .5), [other], [], .2) is None


def test_a_worse_provisional_gesture_makes_way():
    other = run(0, 9, .4, 0, 'provisional', 1)
    assert rivals_of(run(0, 9, .5), [other], [], .2) == [other]


def test_a_confirmed_gesture_never_makes_way():
    other = run(0, 9, .1, 0, 'confirmed', 1)
    assert rivals_of(run(0, 9, .9), [other], [], .2) is None


def test_neighbours_that_hardly_overlap_are_both_gestures():
    other = run(0, 9, .9, 0, 'confirmed', 1)
    assert rivals_of(run(9, 18, .5), [other], [], .2) == []
    # a tIoU of exactly the limit is no conflict: 2 of 10 steps
    assert rivals_of(run(8, 9, .5), [other], [], .2) == []
    assert rivals_of(run(7, 9, .5), [other], [], .2) is None


def test_a_gesture_that_is_over_counts_too_until_the_run_outgrows_it():
    gone = [Ended(0, 5)]
    assert rivals_of(run(1, 9, .9), [], gone, .2) is None
    assert rivals_of(run(4, 30, .9), [], gone, .2) == []


def test_what_was_not_announced_is_no_rival():
    assert rivals_of(run(0, 9, .1), [run(0, 9, .9)], [], .2) == []


def test_gestures_that_nothing_can_overlap_are_forgotten():
    ended = [Ended(0, 5), Ended(3, 8)]
    assert forget(ended, [run(6, 7, .5), run(9, 9, .5)]) == [Ended(3, 8)]
    assert forget(ended, []) == []


def test_a_class_that_was_taken_for_another_replaces_it():
    """Class 0 for two steps, then class 1: one gesture is closed, of 1."""
    scores = np.array([[.7, .2]] * 2 + [[.25, .7]] * 6 + [[0, 0]] * 3)
    settings = DecoderSettings.uniform(2, .6, off_ratio=.3, min_length=.5,
                                       patience=.1)
    decoder = HysteresisDecoder(settings, 10)
    updates = decoder.feed(0, scores, np.zeros((11, 2)))
    assert [(u.state, u.label) for u in updates] == [
        ('provisional', 0), ('retracted', 0), ('confirmed', 1),
        ('closed', 1)]
    assert updates[-1].onset == 0 and updates[-1].offset == 8
