"""The common form: clip and npz."""
import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.skeleton_files.clip import (fill_gaps, frame_range,
                                                    make_clip)
from mmgesture.datasets.skeleton_files.npz import (npz_source, read_npz,
                                                   write_npz)

NAN = float('nan')


def track(values, score=None):
    """One person, one joint, x over time and y = 10 x."""
    x = np.array(values, np.float32)
    keypoint = np.stack([x, 10 * x], -1)[None, :, None]
    return make_clip('a', keypoint,
                     None if score is None else
                     np.array(score, np.float32)[None, :, None])


def test_nan_makes_a_joint_unseen():
    clip = track([1, NAN, 3], [.9, .9, .9])
    assert clip.score[0, :, 0].tolist() == [np.float32(.9), 0,
                                            np.float32(.9)]
    assert np.isnan(clip.keypoint[0, 1]).all()


def test_zeros_without_scores_are_unseen():
    assert track([0, 5]).score[0, :, 0].tolist() == [0, 1]
    assert not track([0, 0]).seen and track([0, 1]).seen


@pytest.mark.parametrize('values,expected', [
    ([1, NAN, NAN, 4], [1, 2, 3, 4]),
    ([NAN, 2, 4], [2, 2, 4]),
    ([2, 4, NAN], [2, 4, 4]),
    ([NAN, NAN], [0, 0]),
    ([NAN, 7, NAN], [7, 7, 7]),
])
def test_gaps_are_filled_linearly_and_held_at_the_ends(values, expected):
    filled = fill_gaps(track(values))
    assert filled.keypoint[0, :, 0, 0].tolist() == expected
    assert filled.keypoint[0, :, 0, 1].tolist() == [10 * x for x in expected]


def test_unseen_joints_are_filled_when_asked():
    clip = track([1, 9, 3], [1, 0, 1])
    assert fill_gaps(clip).keypoint[0, 1, 0, 0] == 9
    filled = fill_gaps(clip, 'unseen')
    assert filled.keypoint[0, 1, 0, 0] == 2
    assert filled.score[0, 1, 0] == 0
    assert clip.keypoint[0, 1, 0, 0] == 9  # the given one is untouched
    with pytest.raises(ValueError, match='expected which'):
        fill_gaps(clip, 'all')


@pytest.mark.parametrize('keypoint,score', [
    (np.zeros((3, 2)), None),
    (np.zeros((1, 3, 2, 4)), None),
    (np.zeros((0, 3, 2)), None),
    (np.array([[['a', 'b']]]), None),
    (np.zeros((3, 5, 2)), np.zeros((3, 4))),
])
def test_wrong_shapes_are_named_with_the_file(keypoint, score):
    with pytest.raises(UnreadableMediaError, match='^b.npz: expected'):
        make_clip('b.npz', keypoint, score)


def test_segments_are_clamped_and_never_empty():
    assert frame_range('a', 2, 99, 5) == slice(2, 5)
    assert frame_range('a', None, None, 5) == slice(0, 5)
    with pytest.raises(UnreadableMediaError, match='beyond the 5 frames'):
        frame_range('a', 5, 9, 5)


@pytest.mark.parametrize('persons', [1, 2])
def test_npz_comes_back_as_written(tmp_path, persons):
    rng = np.random.RandomState(0)
    clip = make_clip('a', rng.rand(persons, 5, 4, 3), rng.rand(persons, 5, 4),
                     'x', (48, 64))
    path = str(tmp_path / 'sub' / 'a.npz')
    write_npz(path, clip, source=7)
    back = read_npz(path, 1, 4)
    assert np.array_equal(back.keypoint, clip.keypoint[:, 1:4])
    assert np.array_equal(back.score, clip.score[:, 1:4])
    assert (back.layout, back.img_shape) == ('x', (48, 64))
    assert npz_source(path) == 7
    assert npz_source(str(tmp_path / 'absent.npz')) is None


@pytest.mark.parametrize('channels,dims', [(2, 2), (3, 2), (4, 3)])
def test_channels_without_scores_end_with_the_confidence(tmp_path, channels,
                                                         dims):
    data = np.full((5, 3, channels), 0.5, np.float32)
    np.savez(tmp_path / 'a.npz', keypoints=data)
    clip = read_npz(str(tmp_path / 'a.npz'))
    assert clip.keypoint.shape == (1, 5, 3, dims)
    assert clip.score[0, 0, 0] == (1 if channels == 2 else 0.5)


def test_broken_npz_are_named(tmp_path):
    broken = tmp_path / 'broken.npz'
    for content in (b'', b'nothing', b'PK\x03\x04xx'):
        broken.write_bytes(content)
        with pytest.raises(UnreadableMediaError, match='broken.npz: (expect|the file is empty)'):
            read_npz(str(broken))
    np.savez(broken, other=np.zeros(3))
    with pytest.raises(UnreadableMediaError, match='"keypoints"'):
        read_npz(str(broken))
    np.savez(broken, keypoints=np.array([object()]))
    with pytest.raises(UnreadableMediaError, match='broken.npz'):
        read_npz(str(broken))
    with pytest.raises(UnreadableMediaError, match='no such file'):
        read_npz(str(tmp_path / 'absent.npz'))
