import numpy as np
import pytest

from mmgesture.datasets.transforms import SampleRGBPoseFrames
from mmgesture.datasets.transforms.sample import uniform_indices


@pytest.mark.parametrize('jitter', [False, True])
@pytest.mark.parametrize('length', [1, 5, 31, 32, 33, 500])
@pytest.mark.parametrize('clips', [1, 3])
def test_every_picture_has_its_skeleton(jitter, length, clips):
    found = SampleRGBPoseFrames(8, 32, clips, jitter)(
        dict(total_frames=length, start=100))
    rgb = found['RGB_inds'].reshape(clips, 8) - 100
    pose = found['Pose_inds'].reshape(clips, 32)
    # the third of every four skeletons
    np.testing.assert_array_equal(rgb, pose[:, 2::4])
    for one in (*rgb, *pose):
        assert (np.diff(one) >= 0).all()  # never back to the beginning
        assert one.min() >= 0 and one.max() < length
    assert found['clip_len'] == dict(RGB=8, Pose=32)
    assert found['modality'] == ['RGB', 'Pose']
    assert found['RGB_inds'].dtype == np.int32


def test_skeleton_frames_are_those_of_the_uniform_sampler():
    found = SampleRGBPoseFrames(4, 12, 2)(dict(total_frames=50))
    assert found['Pose_inds'].tolist() == uniform_indices(50, 12, 2).tolist()
    # hand: the parts have 50 / 12 frames; clip 0 takes a quarter of each
    assert found['Pose_inds'][:3].tolist() == [1, 5, 9]
    assert found['RGB_inds'][0] == 5


def test_test_sampling_leaves_the_global_generator_alone():
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    SampleRGBPoseFrames()(dict(total_frames=40))
    assert np.random.random() == expected


def test_jitter_follows_the_global_generator():
    def draw(seed):
        np.random.seed(seed)
        return SampleRGBPoseFrames(jitter=True)(
            dict(total_frames=300))['Pose_inds'].tolist()

    assert draw(1) == draw(1) != draw(2)


def test_mmaction2_goes_on_from_here(tmp_path):
    pytest.importorskip('decord')
    cv2 = pytest.importorskip('cv2')
    from mmaction.datasets.transforms import FormatShape, MMDecode

    from mmgesture.datasets.transforms import GestureGeneratePoseTarget
    path = str(tmp_path / 'clip.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 25,
                             (64, 48))
    for number in range(40):
        writer.write(np.full((48, 64, 3), 6 * number, np.uint8))
    writer.release()
    # joint 0 lies as far right as the brightness of its frame says
    keypoint = np.zeros((1, 30, 17, 2), np.float32)
    keypoint[0, :, 0, 0] = np.arange(10, 40)
    results = dict(
        filename=path, start=10, end=40, total_frames=30, keypoint=keypoint,
        keypoint_score=np.ones((1, 30, 17), np.float32), img_shape=(48, 64))
    results = MMDecode()(SampleRGBPoseFrames(4, 8, 2)(results))
    brightness = np.array([frame.mean() / 6 for frame in results['imgs']])
    x = results['keypoint'][0, :, 0, 0].reshape(-1, 2)[:, 1]
    np.testing.assert_allclose(brightness, x, atol=.6)
    results = GestureGeneratePoseTarget(scaling=.25)(results)
    results = FormatShape('NCTHW')(results)
    assert results['imgs'].shape == (2, 3, 4, 48, 64)
    assert results['heatmap_imgs'].shape == (2, 17, 8, 12, 16)


def test_wrong_lengths_are_errors():
    with pytest.raises(ValueError, match='multiple of rgb_len'):
        SampleRGBPoseFrames(8, 30)
    with pytest.raises(ValueError, match='multiple of rgb_len'):
        SampleRGBPoseFrames(8, 4)
    with pytest.raises(ValueError, match='positive'):
        SampleRGBPoseFrames(0, 0)
    with pytest.raises(ValueError, match='at least one frame'):
        SampleRGBPoseFrames()(dict(total_frames=0, sample_id='a'))
