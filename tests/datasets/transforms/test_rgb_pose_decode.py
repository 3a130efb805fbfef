import numpy as np
import pytest
import torch

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.transforms import (DecodeRGBPose,
                                           GestureGeneratePoseTarget,
                                           PackRGBPoseInputs,
                                           SampleRGBPoseFrames)
from mmgesture.testing import write_tiny_video


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    path = str(tmp_path_factory.mktemp('rgb_pose') / 'a.mp4')
    return path, write_tiny_video(path, num_frames=30, size=(40, 60))


def sample(path, start=5, length=20, **more):
    """Joint v of frame t lies at (2 v + t, v)."""
    joint, frame = np.meshgrid(np.arange(6), np.arange(length))
    keypoint = np.stack([2 * joint + frame, joint], -1)[None]
    results = dict(
        sample_id='s', filename=path, start=start, label=1,
        total_frames=length, keypoint=keypoint.astype(np.float32),
        keypoint_score=np.ones((1, length, 6), np.float32))
    results.update(more)
    return SampleRGBPoseFrames(4, 8)(results)


def test_pictures_and_joints_are_of_the_same_moments(video):
    path, frames = video
    found = DecodeRGBPose()(sample(path))
    assert found['img_shape'] == found['original_shape'] == (40, 60)
    chosen = found['RGB_inds']
    pose = found['Pose_inds']
    assert (chosen - 5 == pose[1::2]).all()
    for picture, number in zip(found['imgs'], chosen):
        # encoded: near the frame of that number, and of no other
        near = [np.abs(picture - f.astype(float)).mean() for f in frames]
        assert int(np.argmin(near)) == number
    np.testing.assert_array_equal(found['keypoint'][0, :, 0, 0], pose)
    assert found['keypoint_score'].shape == (1, 8, 6)


def test_joints_follow_the_size_of_the_pictures(video):
    path, _ = video
    found = DecodeRGBPose(short_side=20)(sample(path))
    assert found['imgs'][0].shape == (20, 30, 3)
    np.testing.assert_allclose(found['keypoint'][0, 0, :, 1],
                               np.arange(6) / 2)
    # pixels of a picture twice as large as the video
    found = DecodeRGBPose()(sample(path, img_shape=(80, 120)))
    np.testing.assert_allclose(found['keypoint'][0, 0, :, 1],
                               np.arange(6) / 2)
    assert found['img_shape'] == (40, 60)


def test_a_video_shorter_than_its_skeleton_shows_its_last_frame(video):
    path, frames = video
    found = DecodeRGBPose()(sample(path, start=20))
    assert max(found['RGB_inds']) > 29
    last = found['imgs'][-1].astype(float)
    near = [np.abs(last - f.astype(float)).mean() for f in frames]
    assert int(np.argmin(near)) == 29


def test_what_cannot_be_read_is_told_and_black_in_test(video, tmp_path):
    path, _ = video
    with pytest.raises(UnreadableMediaError, match='begins at frame 30'):
        DecodeRGBPose()(sample(path, start=30))
    with pytest.raises(UnreadableMediaError, match='names no video'):
        DecodeRGBPose()(sample(None))
    absent = str(tmp_path / 'none.mp4')
    with pytest.raises(UnreadableMediaError, match='none.mp4'):
        DecodeRGBPose()(sample(absent))
    found = DecodeRGBPose()(sample(absent, end=25, unreadable=True))
    assert found['img_shape'] == (240, 320)
    assert not np.stack(found['imgs']).any()
    with pytest.raises(ValueError, match='short_side'):
        DecodeRGBPose(short_side=0)
    assert 'short_side=None' in repr(DecodeRGBPose())


def test_packed_inputs_are_pictures_and_heatmaps_of_one_sample(video):
    from mmaction.datasets.transforms import FormatShape
    path, _ = video
    results = DecodeRGBPose()(sample(path))
    results = GestureGeneratePoseTarget(scaling=.5)(results)
    packed = PackRGBPoseInputs()(FormatShape('NCTHW')(results))
    inputs = packed['inputs']
    assert inputs['imgs'].shape == (1, 3, 4, 40, 60)
    assert inputs['imgs'].dtype == torch.uint8
    assert inputs['heatmap_imgs'].shape == (1, 6, 8, 20, 30)
    assert inputs['heatmap_imgs'].dtype == torch.float32
    assert packed['data_samples'].sample_id == 's'
    assert packed['data_samples'].gt_label.item() == 1
