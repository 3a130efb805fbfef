"""The tiny stream model of mmgesture.testing_stream."""
import pytest

from mmgesture.apis.stream import load_stream_detector
from mmgesture.apis.stream_data import recordings
from mmgesture.online import DecoderSettings
from mmgesture.testing_stream import (tiny_stream_config, write_tiny_stream,
                                      write_tiny_stream_set)


@pytest.mark.parametrize('kind', ['frames', 'keypoints'])
def test_it_finds_something_in_its_set(kind, tmp_path):
    write_tiny_stream_set(tmp_path / 'set')
    detector = load_stream_detector(
        *write_tiny_stream(tmp_path, kind),
        settings=DecoderSettings.uniform(3, .4, min_length=.2))
    config = tiny_stream_config(kind, str(tmp_path / 'set'))
    videos = recordings(config, 'test')
    assert [v.video.video_id for v in videos] == ['test_2', 'test_3']
    for video in videos:
        events, track = detector.scan(video.portions(size=7))
        assert len(track.times) == 60 and events
