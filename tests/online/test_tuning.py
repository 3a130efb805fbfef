import numpy as np
import pytest

from mmgesture.online import (DecoderSettings, StepTrack, decode_track,
                              tune_decoder)
from .streams import (RATE, closed, draw_stream,
                                   make_detector)


def draw(seed, height, steps=400, num_classes=2):
    """Noise, and gestures of a second whose class reaches a height."""
    rng = np.random.default_rng(seed)
    classes = rng.uniform(0, .15, (steps, num_classes))
    times, labels = [], []
    for k, start in enumerate(range(20, steps - 40, 40)):
        label = k % num_classes
        classes[start:start + 20, label] = height[label] + rng.uniform(
            -.05, .05, 20)
        times.append((start / RATE, (start + 20) / RATE))
        labels.append(label)
        # a short false one, as high
        classes[start + 28:start + 32, label] = height[label]
    track = StepTrack(np.arange(steps) / RATE, classes,
                      np.zeros((steps, 2)))
    return track, (np.array(times), np.array(labels))


def test_it_finds_thresholds_and_lengths_that_are_right():
    tracks, truth = zip(*(draw(seed, (.45, .45)) for seed in range(3)))
    assert decode_track(tracks[0], DecoderSettings.uniform(2), RATE
                        ).labels.size == 0  # the default is too high
    tuned = tune_decoder(tracks, truth, RATE)
    assert tuned.f1 == 1
    assert max(tuned.settings.on) < .45 and min(tuned.settings.on) > .15
    assert .2 < tuned.settings.min_length < 1


def test_a_class_may_have_a_threshold_of_its_own():
    """Class 1 is never as sure as the noise of class 0."""
    tracks, truth = zip(*(draw(seed, (.8, .35)) for seed in range(3)))
    for track in tracks:
        track.classes[5:18, 0] = .5
        track.classes[-30:-10, 0] = .5
    tuned = tune_decoder(tracks, truth, RATE)
    assert tuned.f1 == 1
    assert tuned.settings.on[1] < .35 < tuned.settings.on[0]


def test_a_rare_class_keeps_the_threshold_of_all():
    track, (times, labels) = draw(0, (.8, .8))
    labels = np.where(np.arange(len(labels)) == 1, 1, 0)
    tuned = tune_decoder([track], [(times, labels)], RATE)
    assert len(set(tuned.settings.on)) == 1


def test_what_it_decodes_is_what_the_detector_closes():
    detector, frames = make_detector(), draw_stream()
    times = np.arange(120) / RATE
    times[60:] += 10  # with a gap
    events, track = detector.scan([(frames, times)])
    found = decode_track(track, detector.settings, RATE)
    order = np.lexsort((found.labels, found.segments[:, 0]))
    expected = sorted(closed(events), key=lambda e: (e.onset, e.label))
    np.testing.assert_allclose(
        found.segments[order], [(e.onset, e.offset) for e in expected],
        atol=1e-9)
    assert found.labels[order].tolist() == [e.label for e in expected]


def test_without_annotations_there_is_nothing_to_tune_on():
    track, _ = draw(0, (.8, .8))
    empty = (np.zeros((0, 2)), np.zeros(0, int))
    with pytest.raises(ValueError, match='annotated validation videos'):
        tune_decoder([track], [empty], RATE)
