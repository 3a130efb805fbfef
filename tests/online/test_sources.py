import av
import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.video import open_video
from mmgesture.online import (SourceLostError, camera_frames, file_frames,
                              file_rate)
from mmgesture.testing import write_tiny_video
from mmgesture.testing_stream import write_cut_video


def collect(frames):
    """What came, and the error at the end."""
    found = []
    try:
        for frame in frames:
            found.append(frame)
    except (UnreadableMediaError, SourceLostError) as error:
        return found, error
    return found, None


@pytest.mark.parametrize('short_side', [None, 24])
def test_frames_and_times_are_those_of_the_reader(tmp_path, short_side):
    path = str(tmp_path / 'v.mp4')
    write_tiny_video(path, 30, fps=12.5)
    found, error = collect(file_frames(path, short_side))
    assert error is None
    with open_video(path) as reader:
        np.testing.assert_allclose([f.time for f in found],
                                   reader.timestamps)
        expected = reader.get_frames(range(30), short_side)
    assert np.array_equal([f.image for f in found], expected)
    assert file_rate(path) == 12.5


def test_a_real_recording_of_a_phone_is_read_upright(shared_path):
    folder = shared_path('data/video_samples')
    for path in sorted(folder.glob('*.mp4')):
        with open_video(str(path)) as reader:
            first = reader.get_frames([0], 64)[0]
            frame = next(file_frames(str(path), 64))
            assert np.array_equal(frame.image, first)


def test_a_file_that_ends_in_the_middle_of_a_frame_gives_all_before_it(
        tmp_path):
    write_tiny_video(tmp_path / 'v.mp4', 60)
    write_cut_video(tmp_path / 'v.mp4', tmp_path / 'cut.mp4')
    found, error = collect(file_frames(str(tmp_path / 'cut.mp4')))
    assert 5 < len(found) < 60
    assert f'after {len(found)} frames' in str(error)
    whole, none = collect(file_frames(str(tmp_path / 'v.mp4')))
    assert len(whole) == 60 and none is None
    assert np.array_equal(found[3].image, whole[3].image)


@pytest.mark.parametrize('content', [b'', b'no video at all' * 100])
def test_what_is_no_video_is_refused(tmp_path, content):
    (tmp_path / 'v.mp4').write_bytes(content)
    found, error = collect(file_frames(str(tmp_path / 'v.mp4')))
    assert not found and 'v.mp4' in str(error)
    found, error = collect(file_frames(str(tmp_path / 'absent.mp4')))
    assert not found and 'absent.mp4' in str(error)


class Camera:
    """Delivers some pictures and then nothing; None: opens not at all."""

    def __init__(self, pictures, holes=()):
        self.pictures, self.holes = pictures, set(holes)
        self.asked, self.released = 0, False

    def __call__(self, number):
        self.number = number
        return self

    def isOpened(self):
        return self.pictures is not None

    def read(self):
        self.asked += 1
        if self.asked in self.holes or not self.pictures:
            return False, None
        return True, self.pictures.pop(0)

    def release(self):
        self.released = True


def pictures(number):
    return [np.full((4, 6, 3), (255, 0, k), np.uint8) for k in range(number)]


def test_a_camera_that_disappears_is_told_after_its_last_frame():
    camera = Camera(pictures(3))
    found, error = collect(camera_frames(2, .05, camera))
    assert len(found) == 3 and camera.released and camera.number == 2
    assert 'camera 2 has delivered no frame for 0.05 s, after 3 frames' in \
        str(error)
    # OpenCV's blue comes first
    assert found[2].image[0, 0].tolist() == [2, 0, 255]
    times = [f.time for f in found]
    assert times[0] == 0 and times == sorted(times)


def test_a_camera_that_misses_a_frame_goes_on():
    found, _ = collect(camera_frames(0, .05, Camera(pictures(4), {2, 3})))
    assert len(found) == 4


@pytest.mark.parametrize('camera, words', [
    (Camera(None), 'cannot be opened'),
    (Camera([]), 'no frame for 0.05 s, from the beginning')])
def test_a_camera_that_is_not_there_is_told(camera, words):
    found, error = collect(camera_frames(0, .05, camera))
    assert not found and words in str(error) and camera.released


def test_the_caller_may_stop_and_the_camera_is_freed():
    camera = Camera(pictures(9))
    frames = camera_frames(0, .05, camera)
    next(frames)
    frames.close()
    assert camera.released
