import numpy as np
import pytest

from mmgesture.apis.array_reader import ArrayReader
from mmgesture.datasets.video import open_video
from mmgesture.testing import write_tiny_video


def test_frames_come_back_by_number():
    frames = np.arange(5, dtype=np.uint8)[:, None, None, None]
    frames = np.broadcast_to(frames, (5, 6, 8, 3))
    with ArrayReader(frames, fps=10) as reader:
        assert len(reader) == 5 and reader.shape == (6, 8)
        found = reader.get_frames([4, 0, 4])
        assert found[:, 0, 0, 0].tolist() == [4, 0, 4]
        assert reader.seconds_to_frame(0.2) == 2
        with pytest.raises(IndexError, match='0..4'):
            reader.get_frames([5])


def test_shrinking_is_close_to_that_of_the_file_reader(tmp_path):
    write_tiny_video(tmp_path / 'v.mp4', size=(80, 104))
    with open_video(tmp_path / 'v.mp4') as reader:
        full = reader.get_frames(range(len(reader)))
        small = reader.get_frames([3], short_side=40)
    found = ArrayReader(full).get_frames([3], short_side=40)
    assert found.shape == small.shape == (1, 40, 52, 3)
    assert np.abs(found.astype(int) - small).mean() < 4


@pytest.mark.parametrize('frames, error, message', [
    (np.zeros((2, 4, 4, 3)), TypeError, 'uint8 array, got float64'),
    ([[1]], TypeError, 'got list'),
    (np.zeros((4, 4, 3), np.uint8), ValueError, r'\(T, H, W, 3\)'),
    (np.zeros((2, 3, 4, 4), np.uint8), ValueError, r'\(T, H, W, 3\)'),
    (np.zeros((0, 4, 4, 3), np.uint8), ValueError, 'at least one frame'),
    (np.zeros((2, 0, 4, 3), np.uint8), ValueError, 'at least one'),
])
def test_wrong_arrays_are_refused(frames, error, message):
    with pytest.raises(error, match=message):
        ArrayReader(frames)
