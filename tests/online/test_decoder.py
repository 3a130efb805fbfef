"""The decoder against hand-worked streams and the definition of runs."""
import numpy as np
import pytest

from mmgesture.online import DecoderSettings, HysteresisDecoder
from mmgesture.ops.hysteresis import hysteresis_runs

RATE = 10


def make(num_classes=1, on=.6, **options):
    """At 10 steps a second: patience of a step, at least three steps."""
    values = dict(off_ratio=.5, patience=.1, min_length=.3)
    return HysteresisDecoder(
        DecoderSettings.uniform(num_classes, on, **{**values, **options}),
        RATE)


def feed(decoder, scores, bounds=None, first=0):
    """(step, update) of all messages; scores (T,) or (T, K)."""
    scores = np.asarray(scores, float)
    scores = scores[:, None] if scores.ndim == 1 else scores
    bounds = np.zeros((len(scores), 2)) if bounds is None else bounds
    return [(first + k, u) for k in range(len(scores))
            for u in decoder.feed(first + k, scores[k:k + 1],
                                  bounds[k:k + 1])]


def told(found):
    return [(step, u.state, u.label, u.onset, u.offset) for step, u in found]


def test_a_gesture_from_its_first_word_to_its_last():
    found = feed(make(), [0, .3, .5, .7, .8, .4, .2, .1, .1])
    assert told(found) == [
        (3, 'confirmed', 0, 1, None),  # above .3 since step 1
        (7, 'closed', 0, 1, 6),  # one step below is forgiven, two are not
    ]
    assert {u.id for _, u in found} == {0}
    # the mean over steps 1 to 5
    assert found[-1][1].score == pytest.approx(np.mean([.3, .5, .7, .8, .4]))


def test_a_short_one_is_provisional_and_then_retracted():
    found = feed(make(), [0, .7, .7, 0, 0, 0])
    assert told(found) == [(1, 'provisional', 0, 1, None),
                           (4, 'retracted', 0, 1, None)]


def test_one_that_lasts_is_confirmed():
    found = feed(make(), [.7, .7, .7, 0, 0])
    assert [(s, u.state) for s, u in found] == [
        (0, 'provisional'), (2, 'confirmed'), (4, 'closed')]


def test_what_never_reaches_the_upper_threshold_is_none():
    assert not feed(make(), [.5] * 20 + [0] * 5)


@pytest.mark.parametrize('patience, count', [(0, 2), (.1, 2), (.2, 1)])
def test_a_dip_of_at_most_patience_does_not_end_a_gesture(patience, count):
    scores = [.7, .7, .7, 0, 0, .7, .7, .7]
    decoder = make(patience=patience)
    found = [u for _, u in feed(decoder, scores)] + decoder.finish()
    assert sum(u.state == 'closed' for u in found) == count


def test_the_end_of_the_stream_ends_gestures():
    decoder = make(num_classes=2)
    feed(decoder, [[.7, 0]] * 3 + [[.1, .7]] * 1)
    last = decoder.finish()
    assert [(u.state, u.label, u.onset, u.offset) for u in last] == [
        ('closed', 0, 0, 3), ('retracted', 1, 3, None)]
    assert not decoder.finish()


def test_every_class_has_its_own_threshold():
    decoder = HysteresisDecoder(DecoderSettings((.9, .4)), RATE)
    found = feed(decoder, [[.5, .5]] * 6)
    assert {u.label for _, u in found} == {1}


def test_numbers_go_on_after_the_end():
    decoder = make()
    feed(decoder, [.7] * 4)
    decoder.finish()
    found = feed(decoder, [.7] * 4, first=100)
    assert found[0][1].id == 1 and found[0][1].onset == 100
    decoder.reset()
    assert feed(decoder, [.7] * 4)[0][1].id == 0


@pytest.mark.parametrize('seed', range(8))
def test_one_class_is_what_the_definition_says(seed):
    """Closed gestures are the runs with a peak above the upper threshold."""
    rng = np.random.default_rng(seed)
    scores = np.clip(np.cumsum(rng.normal(0, .15, 300)) % 1.2, 0, 1)
    decoder = make(patience=.2, min_length=.4)
    found = [u for _, u in feed(decoder, scores)] + decoder.finish()
    runs, _, peaks = hysteresis_runs(scores[:, None], .3, 2, 4)
    assert len(runs)
    assert [[u.onset, u.offset] for u in found if u.state == 'closed'] == \
        runs[peaks >= .6].tolist()


def draw(seed, steps=200, num_classes=4):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1, (steps, num_classes + 1)).cumsum(0)
    p = np.exp(logits - logits.max(1, keepdims=True))
    return (p / p.sum(1, keepdims=True))[:, :-1], rng.random((steps, 2))


@pytest.mark.parametrize('seed', range(6))
def test_messages_obey_the_order_of_states(seed):
    scores, bounds = draw(seed)
    decoder = make(4, on=.4, reach=.3)
    found = [u for _, u in feed(decoder, scores, bounds)] + decoder.finish()
    assert found
    for number in {u.id for u in found}:
        own = [u for u in found if u.id == number]
        assert [u.state for u in own] in (
            ['provisional', 'confirmed', 'closed'],
            ['provisional', 'retracted'], ['confirmed', 'closed'])
        assert len({(u.label, u.onset) for u in own}) == 1
        if own[-1].offset is not None:
            assert own[-1].offset > own[-1].onset
    firsts = [next(i for i, u in enumerate(found) if u.id == n)
              for n in sorted({u.id for u in found})]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize('sizes', [[1] * 200, [7] * 28 + [4], [200]])
def test_portions_do_not_matter(sizes):
    scores, bounds = draw(3)
    whole = make(4, on=.4, reach=.3)
    expected = whole.feed(0, scores, bounds) + whole.finish()
    decoder, found, first = make(4, on=.4, reach=.3), [], 0
    for size in sizes:
        part = slice(first, first + size)
        found += decoder.feed(first, scores[part], bounds[part])
        first += size
    assert found + decoder.finish() == expected


@pytest.mark.parametrize('where', [1, 57, 121, 199])
def test_another_decoder_goes_on_from_its_state(where):
    scores, bounds = draw(5)
    first, second = (make(4, on=.4, reach=.3) for _ in range(2))
    first.feed(0, scores[:where], bounds[:where])
    second.load_state_dict(first.state_dict())
    rest = [d.feed(where, scores[where:], bounds[where:]) + d.finish()
            for d in (first, second)]
    assert rest[0] == rest[1] and rest[0]


def test_with_reach_a_gesture_begins_and_ends_where_that_is_probable():
    scores = [0, 0, .4, .7, .7, .7, .7, 0, 0, 0, 0]
    bounds = np.zeros((11, 2))
    bounds[1, 0], bounds[8, 1] = .9, .8
    found = feed(make(reach=.2), scores, bounds)
    assert {(u.onset) for _, u in found} == {1}
    assert found[-1][1].offset == 8
    assert feed(make(), scores, bounds)[-1][1][3:5] == (2, 7)


def test_a_start_that_is_found_after_the_gesture_was_announced_is_too_late():
    """What was said once stays: the onset does not move."""
    bounds = np.zeros((8, 2))
    bounds[2, 0] = .9
    found = feed(make(reach=.2), [.7] * 5 + [0] * 3, bounds)
    assert {u.onset for _, u in found} == {0}


def test_improbable_bounds_are_not_believed():
    bounds = np.full((11, 2), .1)
    bounds[1, 0] = bounds[8, 1] = .19
    scores = [0, 0, .4, .7, .7, .7, .7, 0, 0, 0, 0]
    found = feed(make(reach=.2), scores, bounds)
    assert (found[-1][1].onset, found[-1][1].offset) == (2, 7)


def test_it_keeps_little_however_long_the_stream_is():
    scores, bounds = draw(7)
    decoder = make(4, on=.4, reach=.3)
    sizes = []
    for k in range(40):
        decoder.feed(200 * k, scores, bounds)
        state = decoder.state_dict()
        sizes.append(len(state['runs']) + len(state['ended']) +
                     len(state['bounds']))
    assert max(sizes[5:]) == max(sizes[:5])
