import numpy as np
import pytest
import torch

from mmgesture.datasets.features import CausalSkeleton
from mmgesture.datasets.video import open_video
from mmgesture.online import FeatureInput, FrameInput, KeypointInput
from mmgesture.testing import write_tiny_video


def keypoints():
    return KeypointInput(CausalSkeleton(20, 4, 3, 0))


def test_features_are_taken_as_they_are():
    inputs = FeatureInput(3)
    row = np.array([1., 2., 3.])
    step = inputs.step(inputs.check([row])[0])
    assert step.shape == (1, 3, 1) and step.flatten().tolist() == [1, 2, 3]
    row[:] = 0
    assert inputs.again().flatten().tolist() == [1, 2, 3]


def test_joints_become_the_features_of_the_skeleton():
    data, inputs = np.random.rand(5, 4, 3), keypoints()
    expected = CausalSkeleton(20, 4, 3, 0)(data)
    for joints, row in zip(inputs.check(data), expected):
        step = inputs.step(joints)
        assert step.shape == (1, 24, 1)
        assert np.array_equal(step[0, :, 0], row)
    still = CausalSkeleton(20, 4, 3, 0)(np.concatenate([data, data[-1:]]))
    assert np.array_equal(inputs.again()[0, :, 0], still[-1])


def test_frames_with_unknown_values_show_nobody():
    inputs, lost = keypoints(), np.full((4, 3), np.nan)
    assert not inputs.seen(lost)
    lost[2] = 1
    assert inputs.seen(lost)  # a joint is enough
    assert not FeatureInput(2).seen(np.array([1, np.nan]))
    assert FrameInput(8, (8, 8)).seen(np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize('size', [(32, 40), (40, 32), (17, 16), (9, 12),
                                  (480, 640)])
def test_pictures_of_any_size_become_pictures_of_the_models_size(size):
    inputs = FrameInput(16, (16, 16))
    frame = np.zeros((*size, 3), np.uint8)
    frame[..., 1] = 200
    step = inputs.step(inputs.check([frame])[0])
    assert step.shape == (1, 3, 1, 16, 16)
    assert (step[0, 1] - 200).abs().max() <= 2 and step[0, 0].max() <= 2


def test_a_file_gives_what_its_pipeline_gives_the_model_in_training(
        tmp_path):
    """Shrunk while decoding, or here: the same to some grey levels."""
    write_tiny_video(tmp_path / 'v.mp4', 3, seed=0)
    inputs = FrameInput(24, (24, 24))
    with open_video(str(tmp_path / 'v.mp4')) as reader:
        small = inputs.step(reader.get_frames([1], 24)[0])
        large = inputs.step(reader.get_frames([1])[0])
    assert (small - large).abs().mean() < 3


@pytest.mark.parametrize('inputs, frames, error, words', [
    (FeatureInput(3), np.zeros((2, 4)), ValueError, 'vectors as numbers'),
    (FeatureInput(3), [['a', 'b', 'c']], ValueError, 'could not convert'),
    (keypoints(), np.zeros((2, 5, 3)), ValueError, 'joints as numbers'),
    (keypoints(), [np.zeros((4, 3)), np.zeros((4, 2))], ValueError,
     'joints as numbers'),
    (FrameInput(8, (8, 8)), [np.zeros((8, 8, 3))], TypeError,
     'frame 0: expected RGB as a uint8 array, got float64'),
    (FrameInput(8, (8, 8)), [np.zeros((8, 8), np.uint8)], ValueError,
     r'frame 0: expected the shape \(H, W, 3\)'),
    (FrameInput(8, (8, 8)), [np.zeros((0, 8, 3), np.uint8)], ValueError,
     'frame 0'),
    (FrameInput(8, (8, 8)), ['picture.png'], TypeError, 'got str'),
])
def test_what_is_no_frame_is_refused(inputs, frames, error, words):
    with pytest.raises(error, match=words):
        inputs.check(frames)


def test_no_frames_are_fine():
    for inputs in (FeatureInput(3), keypoints(), FrameInput(8, (8, 8))):
        assert len(inputs.check([])) == 0


def test_a_crop_larger_than_the_picture_is_refused():
    with pytest.raises(ValueError, match='crop of at most 8'):
        FrameInput(8, (9, 8))


@pytest.mark.parametrize('make, frame', [
    (lambda: FeatureInput(3), np.ones(3)),
    (keypoints, np.random.rand(4, 3)),
    (lambda: FrameInput(8, (8, 8)),
     np.full((8, 8, 3), 7, np.uint8))])
def test_another_input_goes_on_from_its_state(make, frame, tmp_path):
    first, second = make(), make()
    first.step(frame)
    torch.save(first.state_dict(), tmp_path / 'state.pth')
    second.load_state_dict(
        torch.load(tmp_path / 'state.pth', weights_only=True))
    assert torch.equal(first.again(), second.again())
    first.reset()
    assert torch.equal(first.step(frame), make().step(frame))
