import numpy as np
import pytest

from mmgesture.apis.stream import load_stream_detector
from mmgesture.apis.stream_data import recordings
from mmgesture.apis.stream_evaluation import (stream_recordings,
                                              tune_lookahead)
from mmgesture.apis.trained_model import load_model
from mmgesture.online import DecoderSettings, tune_decoder
from mmgesture.testing_stream import (write_tiny_stream,
                                      write_tiny_stream_set)

LOW = DecoderSettings.uniform(3, .4, min_length=.2)


@pytest.fixture(scope='module')
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp('evaluation')
    write_tiny_stream_set(folder / 'set')
    return write_tiny_stream(folder, 'keypoints', str(folder / 'set'))


def test_every_recording_is_a_stream_that_begins_at_zero(material):
    detector = load_stream_detector(*material, .25, LOW)
    videos = recordings(load_model(*material).cfg, 'test')
    steps = []
    told = stream_recordings(detector, videos, lambda: steps.append(1))
    assert len(steps) == len(told) == 2
    for video, result in zip(videos, told):
        detector.reset()
        pushed = [event for frame, time in video.frames()
                  for event in detector.push(frame, time)]
        pushed += detector.flush()
        assert [(e.id, e.state, e.label, e.onset, e.offset, e.emitted)
                for e in result.events] == [
                    (e.id, e.state, e.label, e.onset, e.offset, e.emitted)
                    for e in pushed]
        assert result.seconds == 6 and len(result.gt_labels) == 2
        assert result.video_id == video.video.video_id
    assert any(result.events for result in told)


def test_thresholds_are_those_that_suit_the_tracks_of_the_videos(material):
    trained = load_model(*material)
    videos = recordings(trained.cfg, 'val')
    steps = []
    tuned = tune_lookahead(trained, material[1], videos, 1.,
                           lambda: steps.append(1))
    detector = load_stream_detector(*material, 1., LOW)
    tracks = [detector.scan(video.portions())[1] for video in videos]
    expected = tune_decoder(
        tracks, [(v.gt_times, v.gt_labels) for v in videos], 10.)
    assert tuned == expected
    assert len(steps) > 24 and np.isfinite(tuned.f1)


def test_a_look_ahead_that_the_model_has_not_is_refused(material):
    trained = load_model(*material)
    with pytest.raises(ValueError, match='look-ahead of'):
        tune_lookahead(trained, 'm', recordings(trained.cfg, 'val'), .7)
