import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.skeleton_files import make_clip, write_npz
from mmgesture.datasets.transforms import LoadKeypoints


def sample(tmp_path, joints=22, frames=6, dims=2, **changes):
    keypoint = np.arange(frames * joints * dims, dtype=np.float32).reshape(
        frames, joints, dims) + 1
    write_npz(str(tmp_path / 'a.npz'),
              make_clip('a', keypoint, np.ones((frames, joints))))
    return {
        **dict(sample_id='a', keypoints=str(tmp_path / 'a.npz'), start=None,
               end=None, label=0),
        **changes
    }


def test_a_segment_is_loaded_as_mmaction2_has_it(tmp_path):
    out = LoadKeypoints('imigue-22', img_shape=(48, 64))(
        sample(tmp_path, start=1, end=4))
    assert out['keypoint'].shape == (1, 3, 22, 2)
    assert out['keypoint'].dtype == np.float32
    assert out['keypoint'][0, 0, 0].tolist() == [45, 46]
    assert out['keypoint_score'].shape == (1, 3, 22)
    assert (out['total_frames'], out['start_index']) == (3, 0)
    assert out['layout'] == 'imigue-22' and out['modality'] == 'Pose'
    assert out['img_shape'] == out['original_shape'] == (48, 64)
    assert (out['start'], out['end']) == (1, 4) and not out['unreadable']


def test_137_points_become_22(tmp_path):
    out = LoadKeypoints('imigue-22', 'openpose-137')(sample(tmp_path, 137))
    assert out['keypoint'].shape == (1, 6, 22, 2)
    # joint 12 is point 120: 2 * 120 + 1
    assert out['keypoint'][0, 0, 12].tolist() == [241, 242]


def test_wrong_settings_stop_at_once_with_the_file(tmp_path):
    with pytest.raises(ValueError, match='a.npz: expected 22 joints.*got 137,'
                       ' as openpose-137 has'):
        LoadKeypoints('imigue-22')(sample(tmp_path, 137))
    with pytest.raises(ValueError, match='a.npz: expected 2 coord.*got 3'):
        LoadKeypoints('imigue-22')(sample(tmp_path, dims=3))
    with pytest.raises(ValueError, match='lacks'):
        LoadKeypoints('imigue-22', 'coco-17')
    with pytest.raises(ValueError, match='dims'):
        LoadKeypoints('imigue-22', dims=1)
    with pytest.raises(ValueError, match='no_person'):
        LoadKeypoints('imigue-22', no_person='skip')


def test_a_file_that_names_another_layout_is_refused(tmp_path):
    results = sample(tmp_path)
    write_npz(results['keypoints'],
              make_clip('a', np.ones((6, 25, 2)), None, 'kinect-25'))
    with pytest.raises(ValueError, match="a.npz: 'kinect-25' cannot become"):
        LoadKeypoints('imigue-22')(results)
    with pytest.raises(ValueError, match="a.npz.*file_layout.*'kinect-25'"):
        LoadKeypoints('imigue-22', 'openpose-137')(results)


def test_nan_is_interpolated(tmp_path):
    results = sample(tmp_path)
    keypoint = np.ones((3, 22, 2), np.float32) * np.array(
        [1, np.nan, 3], np.float32)[:, None, None]
    np.savez(results['keypoints'], keypoints=keypoint)
    out = LoadKeypoints('imigue-22')(results)
    assert (out['keypoint'][0, 1] == 2).all()
    assert (out['keypoint_score'][0, 1] == 0).all()


def test_nobody_in_the_clip_is_unreadable_or_kept(tmp_path):
    results = sample(tmp_path)
    np.savez(results['keypoints'], keypoints=np.zeros((6, 22, 3)))
    with pytest.raises(UnreadableMediaError, match='a.npz: nobody is seen'):
        LoadKeypoints('imigue-22')(dict(results))
    out = LoadKeypoints('imigue-22', no_person='keep')(dict(results))
    assert not out['keypoint_score'].any()


def test_an_absent_file_is_unreadable_and_its_blank_has_its_length(tmp_path):
    results = sample(tmp_path, start=2, end=9)
    results['keypoints'] = str(tmp_path / 'absent.npz')
    with pytest.raises(UnreadableMediaError, match='absent.npz'):
        LoadKeypoints('imigue-22')(dict(results))
    out = LoadKeypoints('imigue-22')(dict(results, unreadable=True))
    assert out['keypoint'].shape == (1, 7, 22, 2)
    assert not out['keypoint'].any() and out['unreadable']
    with pytest.raises(UnreadableMediaError, match='no\\s+"keypoints"'):
        LoadKeypoints('imigue-22')(dict(sample_id='a', keypoints=None))
