"""What the detector promises: each a test, on every kind of input."""
import tracemalloc

import numpy as np
import pytest
import torch

from mmgesture.online import (DecoderSettings, FeatureInput,
                              OnlineGestureDetector, StreamTimeError)
from .streams import (KINDS, closed, draw_stream, make_detector,
                      make_network, run)

LOOKAHEADS = (0., .25, 2.)
TIMES = np.arange(120) / 20


def test_the_stream_has_gestures_of_every_state():
    """Else the tests below would say nothing."""
    events = run(make_detector(), draw_stream(), TIMES)
    assert {e.state for e in events} == {'provisional', 'confirmed',
                                         'closed', 'retracted'}


@pytest.mark.parametrize('size', [7, 64])
@pytest.mark.parametrize('kind', KINDS)
def test_portions_do_not_matter(kind, size):
    """Not even the last bit of a score."""
    frames = draw_stream(kind)
    one, many = (run(make_detector(kind), frames, TIMES, s)
                 for s in (1, size))
    assert one and one == many


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('lookahead', LOOKAHEADS)
def test_what_was_emitted_does_not_depend_on_later_frames(kind, lookahead):
    frames, cut = draw_stream(kind), 70
    before, after = make_detector(kind, lookahead), \
        make_detector(kind, lookahead)
    expected = run(before, frames, TIMES)
    other = frames.copy()
    other[cut:] = draw_stream(kind, seed=9)[cut:]
    found = run(after, other, TIMES)
    early = TIMES[cut]
    said = [e for e in expected if e.emitted < early]
    assert said == [e for e in found if e.emitted < early]
    if lookahead < 1:
        assert said and expected != found


@pytest.mark.parametrize('lookahead', LOOKAHEADS)
def test_nothing_is_said_of_a_moment_before_the_look_ahead_is_over(lookahead):
    for event in run(make_detector(lookahead=lookahead), draw_stream(),
                     TIMES):
        last = TIMES[-1]
        assert event.emitted >= min(event.onset + lookahead, last) - 1e-9


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('lookahead', LOOKAHEADS)
def test_a_whole_recording_gives_what_the_stream_closes(kind, lookahead):
    frames = draw_stream(kind)
    stream = closed(run(make_detector(kind, lookahead), frames, TIMES))
    whole = make_detector(kind, lookahead).detect(frames, TIMES)
    assert len(whole) == len(stream) > 0
    for a, b in zip(whole, stream):
        assert a.score == pytest.approx(b.score, abs=1e-5)
        assert {**a.to_dict(), 'score': 0} == {**b.to_dict(), 'score': 0}


def test_frames_without_timestamps_come_at_the_rate_of_the_model():
    detector = make_detector()
    assert detector.detect(draw_stream()) == detector.detect(
        draw_stream(), TIMES)


def test_a_recording_does_not_disturb_the_stream():
    frames = draw_stream()
    expected = run(make_detector(), frames, TIMES)
    detector = make_detector()
    events = detector.push(frames[:50], TIMES[:50])
    detector.detect(draw_stream(seed=3), TIMES)
    events += detector.push(frames[50:], TIMES[50:])
    assert events + detector.flush() == expected


def test_scan_tells_what_was_said_of_every_step():
    detector, frames = make_detector(lookahead=.25), draw_stream()
    events, track = detector.scan([(frames[:40], TIMES[:40]),
                                   (frames[40:], TIMES[40:])])
    np.testing.assert_allclose(track.times, TIMES)
    whole = detector.network(
        torch.from_numpy(frames.T[None]).float(), .25).classes[0]
    np.testing.assert_allclose(track.classes, whole.detach(), atol=1e-5)
    assert track.bounds.shape == (120, 2)
    assert closed(events) == detector.detect(frames, TIMES)
    assert detector.scan([])[1].classes.shape == (0, 3)


def in_the_middle_of_a_gesture(kind):
    detector, frames = make_detector(kind), draw_stream(kind)
    going = set()
    for k in range(len(frames)):
        for event in detector.push(frames[k:k + 1], TIMES[k:k + 1]):
            (going.discard if event.final else going.add)(event.id)
        if going and k > 30:
            return detector, frames[k + 1:], TIMES[k + 1:]
    raise AssertionError('no gesture to be in the middle of')


@pytest.mark.parametrize('kind', KINDS)
def test_another_process_goes_on_in_the_middle_of_a_gesture(kind, tmp_path):
    detector, frames, times = in_the_middle_of_a_gesture(kind)
    torch.save(detector.state_dict(), tmp_path / 'state.pth')
    other = make_detector(kind)
    other.load_state_dict(
        torch.load(tmp_path / 'state.pth', weights_only=True))
    assert run(other, frames, times) == run(detector, frames, times)
    assert other.counts == detector.counts


def test_a_saved_state_does_not_change_with_the_stream():
    detector, frames, times = in_the_middle_of_a_gesture('features')
    saved = detector.state_dict()
    expected = run(detector, frames, times)
    for _ in range(2):  # loaded twice: it is not used up either
        detector.load_state_dict(saved)
        assert run(detector, frames, times) == expected


def test_a_state_of_other_settings_is_refused_and_changes_nothing():
    detector, frames, times = in_the_middle_of_a_gesture('features')
    other = make_detector(lookahead=.5)
    with pytest.raises(ValueError, match=r'lookahead \(0.25, here 0.5\)'):
        other.load_state_dict(detector.state_dict())
    with pytest.raises(ValueError, match='version 1, got None'):
        other.load_state_dict({})
    assert other.counts.frames == 0


def measure(kind, steps):
    """Bytes that Python and NumPy hold, and those of the state's tensors."""
    detector, frames = make_detector(kind), draw_stream(kind, frames=200)
    events = 0
    sizes = []
    tracemalloc.start()
    try:
        for k in range(steps // 200):
            times = (200 * k + np.arange(200)) / 20
            events += len(detector.push(frames, times))
            if k in (steps // 400, steps // 200 - 1):
                sizes.append((tracemalloc.get_traced_memory()[0],
                              state_bytes(detector.state_dict())))
    finally:
        tracemalloc.stop()
    assert events and detector.counts.used == steps
    return sizes


def state_bytes(node):
    if isinstance(node, torch.Tensor):
        return node.untyped_storage().nbytes()
    if isinstance(node, dict):
        node = list(node.values())
    return sum(map(state_bytes, node)) if isinstance(node, list) else 0


@pytest.mark.parametrize('kind, steps', [
    *((kind, 800) for kind in KINDS),
    pytest.param('features', 100_000, marks=pytest.mark.slow)])
def test_memory_does_not_grow_with_the_stream(kind, steps):
    half, full = measure(kind, steps)
    assert full[1] == half[1]
    assert full[0] - half[0] < 20_000  # of the pushes' own rubbish


def test_late_and_duplicated_frames_change_nothing():
    frames, rng = draw_stream(), np.random.default_rng(1)
    expected = run(make_detector(), frames, TIMES)
    order = []
    for k in range(120):
        order.append(k)
        if rng.random() < .3:
            order.append(max(k - rng.integers(0, 4), 0))
    detector = make_detector()
    assert run(detector, frames[order], TIMES[order]) == expected
    assert detector.counts.late and detector.counts.duplicated
    assert detector.counts.used == 120


def test_dropped_frames_are_held_and_gestures_stay_in_their_place():
    frames = np.repeat(draw_stream(frames=30), 4, axis=0)  # still for 0.2 s
    keep = np.arange(120) % 4 != 2
    expected = run(make_detector(), frames, TIMES)
    detector = make_detector()
    found = run(detector, frames[keep], TIMES[keep])
    assert closed(found) and detector.counts.repeated == 30
    # a message may come when the next frame comes
    for a, b in zip(found, expected):
        assert {**a.to_dict(), 'emitted': 0} == {**b.to_dict(), 'emitted': 0}
        assert 0 <= a.emitted - b.emitted < .051


def test_a_gap_ends_what_was_going_on_and_both_sides_are_streams():
    frames = draw_stream()
    late = TIMES + 100
    detector = make_detector()
    events = run(detector, np.concatenate([frames, frames]),
                 np.concatenate([TIMES, late]))
    alone = closed(run(make_detector(), frames, TIMES))
    found = closed(events)
    assert detector.counts.gaps == 1
    assert len(found) == 2 * len(alone)
    for a, b in zip(found[len(alone):], alone):
        assert a.onset == pytest.approx(b.onset + 100)
        assert a.label == b.label and a.score == pytest.approx(b.score)
    last = TIMES[-1] + .05 + 1e-9
    assert all(e.offset <= last for e in found[:len(alone)])
    assert len({e.id for e in found}) == len(found)


@pytest.mark.parametrize('kind', ['features', 'keypoints'])
def test_nobody_for_long_closes_gestures_while_the_stream_goes_on(kind):
    frames = draw_stream(kind)
    frames[60:110] = np.nan
    detector = make_detector(kind)
    events = []
    for k in range(100):
        events += detector.push(frames[k:k + 1], TIMES[k:k + 1])
    assert detector.counts.gaps == 1
    going = {e.id for e in events} - {e.id for e in events if e.final}
    assert not going
    events += run(detector, frames[100:], TIMES[100:])
    assert all(e.offset <= 3. + 1e-9 or e.onset >= 5.5 - 1e-9
               for e in closed(events))


def test_missing_joints_are_held():
    frames = draw_stream('keypoints')
    held = frames.copy()
    held[40:60, 2] = frames[39, 2]
    frames[40:60, 2] = np.nan
    assert run(make_detector('keypoints'), frames, TIMES) == run(
        make_detector('keypoints'), held, TIMES)


def test_time_that_goes_back_is_an_error_that_costs_nothing():
    frames = draw_stream()
    expected = run(make_detector(), frames, TIMES)
    detector = make_detector()
    events = detector.push(frames[:60], TIMES[:60])
    with pytest.raises(StreamTimeError, match='call reset'):
        detector.push(frames[60:63], [3., 3.05, .5])
    events += detector.push(frames[60:], TIMES[60:])
    assert events + detector.flush() == expected
    detector.reset()
    assert run(detector, frames, TIMES) == expected


@pytest.mark.parametrize('frames, times, error, words', [
    (np.zeros((2, 8)), [0.], ValueError, '2 frames and 1 timestamps'),
    (np.zeros((1, 9)), [9.], ValueError, 'vectors as numbers'),
    (np.zeros((1, 8)), [np.nan], StreamTimeError, 'finite'),
])
def test_bad_input_is_refused_and_the_stream_goes_on(frames, times, error,
                                                     words):
    stream = draw_stream()
    detector = make_detector()
    events = detector.push(stream[:60], TIMES[:60])
    with pytest.raises(error, match=words):
        detector.push(frames, times)
    events += detector.push(stream[60:], TIMES[60:])
    assert events + detector.flush() == run(make_detector(), stream, TIMES)


def test_pictures_may_change_their_size():
    frames = draw_stream('frames')
    wide = [np.pad(f, ((0, 0), (0, 2 * (k % 5)), (0, 0)), mode='edge')
            for k, f in enumerate(frames)]
    detector = make_detector('frames')
    assert run(detector, wide, TIMES)
    assert detector.counts.used == 120


def test_a_single_frame_may_be_pushed_by_itself():
    frames = draw_stream()
    detector, events = make_detector(), []
    for frame, time in zip(frames, TIMES):
        events += detector.push(frame, float(time))
    assert events + detector.flush() == run(make_detector(), frames, TIMES)


def test_an_empty_stream_is_no_error():
    detector = make_detector()
    assert detector.flush() == [] and detector.push([], []) == []
    assert detector.detect(np.zeros((0, 8))) == []


def test_after_a_flush_the_stream_may_go_on():
    frames = draw_stream()
    detector = make_detector()
    first = run(detector, frames[:60], TIMES[:60])
    second = run(detector, frames[60:], TIMES[60:])
    ids = {e.id for e in first}
    assert ids and not ids & {e.id for e in second}
    assert all(e.onset >= 3. - 1e-9 for e in second)


def test_thresholds_and_names_must_fit_the_network():
    inputs, network = FeatureInput(8), make_network(8)
    for settings, names in ((DecoderSettings.uniform(2), None),
                            (DecoderSettings.uniform(3), ['a', 'b'])):
        with pytest.raises(ValueError, match='the 3 classes'):
            OnlineGestureDetector(network, inputs, settings, 0., names)
    with pytest.raises(ValueError, match='look-ahead of'):
        OnlineGestureDetector(network, inputs, DecoderSettings.uniform(3),
                              .3)
