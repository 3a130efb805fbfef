import pytest
import torch
from mmengine.logging import MMLogger

from mmgesture.apis.stream import (detect_video, load_stream_detector,
                                   store_stream_settings, stream_input)
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.engine import CheckpointError
from mmgesture.online import (DecoderSettings, FeatureInput, FrameInput,
                              KeypointInput, file_frames)
from mmgesture.structures.skeleton import get_layout
from mmgesture.testing import (TINY_CLASSES, write_tiny_model,
                               write_tiny_video)
from mmgesture.testing_stream import tiny_stream_config, write_tiny_stream

LOW = DecoderSettings.uniform(3, .4, min_length=.2)


@pytest.fixture
def model(tmp_path):
    return write_tiny_stream(tmp_path)


def test_a_file_gives_what_pushing_its_frames_gives(model, tmp_path):
    path = str(tmp_path / 'v.mp4')
    write_tiny_video(path, 70, fps=10)
    detector = load_stream_detector(*model, settings=LOW)
    events, track = detect_video(detector, path)
    pushed = []
    for image, time in file_frames(path, detector.inputs.short_side):
        pushed += detector.push(image, time)
    pushed += detector.flush()
    assert [e.state for e in events] == [e.state for e in pushed]
    assert events and track.classes.shape == (70, 3)
    assert detector.counts.used == 70


def test_classes_and_look_ahead_come_with_the_model(model):
    detector = load_stream_detector(*model, settings=LOW)
    assert detector.classes == list(TINY_CLASSES)
    assert detector.lookahead == .5
    assert load_stream_detector(*model, 2., LOW).lookahead == 2
    with pytest.raises(ValueError, match='look-ahead of'):
        load_stream_detector(*model, .3)


def test_tuned_settings_travel_with_the_checkpoint(model):
    tuned = DecoderSettings((.3, .4, .5), reach=.2)
    before = torch.load(model[1], weights_only=True)
    store_stream_settings(model[1], {.5: tuned, 0.: LOW})
    assert load_stream_detector(*model).settings == tuned
    assert load_stream_detector(*model, 0.).settings == LOW
    after = torch.load(model[1], weights_only=True)
    assert after['meta']['classes'] == before['meta']['classes']
    for name, value in before['state_dict'].items():
        assert torch.equal(value, after['state_dict'][name])


def test_without_tuned_settings_there_is_a_warning(model, caplog):
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        detector = load_stream_detector(*model)
    finally:
        logger.removeHandler(caplog.handler)
    assert detector.settings == DecoderSettings.uniform(3)
    assert 'tune_stream.py' in caplog.text


def test_another_model_is_no_stream_model(tmp_path):
    with pytest.raises(ValueError, match='expected a stream model'):
        load_stream_detector(*write_tiny_model(tmp_path))


def test_absent_and_damaged_checkpoints_are_told_by_name(model, tmp_path):
    with pytest.raises(FileNotFoundError, match='absent.pth'):
        load_stream_detector(model[0], tmp_path / 'absent.pth')
    (tmp_path / 'broken.pth').write_bytes(b'nothing')
    with pytest.raises(CheckpointError, match='broken.pth'):
        load_stream_detector(model[0], tmp_path / 'broken.pth')


def test_every_kind_of_input_is_made_from_its_config():
    cfg = tiny_stream_config('frames')
    frames = stream_input(cfg)
    assert isinstance(frames, FrameInput) and frames.crop == (16, 16)
    keypoints = stream_input(tiny_stream_config('keypoints'))
    assert isinstance(keypoints, KeypointInput)
    cfg.stream = dict(type='features', step_rate=10)
    assert isinstance(stream_input(cfg), FeatureInput)
    cfg.stream = dict(type='keypoints', layout='kinect-25', dims=3,
                      step_rate=10)
    body = get_layout('kinect-25')
    skeleton = stream_input(cfg).skeleton
    assert skeleton.shape == (25, 3) and skeleton.center == body.center
    assert len(skeleton.edges) == len(body.edges)


@pytest.mark.parametrize('stream, words', [
    (None, 'step_rate'), (dict(type='frames'), 'step_rate'),
    (dict(type='sound', step_rate=10), "type='frames'"),
    (dict(type='frames', step_rate=10), 'short_side'),
    (dict(type='keypoints', layout='none', step_rate=10), 'layout'),
])
def test_a_wrong_description_of_the_stream_is_refused(stream, words):
    cfg = tiny_stream_config('frames')
    cfg.stream = stream
    with pytest.raises(ValueError, match=words):
        stream_input(cfg)


def test_a_file_that_breaks_off_is_told(model, tmp_path):
    (tmp_path / 'v.mp4').write_bytes(b'')
    detector = load_stream_detector(*model, settings=LOW)
    with pytest.raises(UnreadableMediaError, match='v.mp4'):
        detect_video(detector, tmp_path / 'v.mp4')


def test_joints_are_no_pictures(tmp_path):
    detector = load_stream_detector(
        *write_tiny_stream(tmp_path, 'keypoints'), settings=LOW)
    with pytest.raises(ValueError, match='a detector on frames'):
        detect_video(detector, tmp_path / 'v.mp4')
