import pytest
import torch
from mmaction.structures import ActionDataSample

from mmgesture.models import WindowDataPreprocessor


def sample(**meta):
    sample = ActionDataSample()
    sample.set_metainfo(meta)
    return sample


def batch(*windows, steps=None):
    samples = [
        sample(video_id='v', window_start=7, num_steps=n) for n in steps
    ] if steps else None
    return dict(inputs=list(windows), data_samples=samples)


def test_features_are_stacked_and_masked_by_the_number_of_steps():
    data = WindowDataPreprocessor()(
        batch(torch.ones(2, 4), torch.ones(2, 4), steps=[4, 1]))
    assert data['inputs'].sum((1, 2)).tolist() == [8, 2]
    assert data['mask'].sum((1, 2)).tolist() == [4, 1]
    assert data['mask'].shape == (2, 1, 4)
    assert data['mask'].dtype == torch.bool


def test_without_samples_every_step_is_valid():
    data = WindowDataPreprocessor()(batch(torch.ones(2, 4)))
    assert data['mask'].all() and data['data_samples'] is None


def test_frames_are_normalised_and_zero_beyond_the_end():
    frames = torch.full((3, 4, 2, 2), 200, dtype=torch.uint8)
    data = WindowDataPreprocessor([100.] * 3, [50.] * 3)(
        batch(frames, steps=[3]))
    assert data['inputs'].dtype == torch.float32
    assert (data['inputs'][:, :, :3] == 2).all()
    assert not data['inputs'][:, :, 3:].any()


def test_mean_of_a_clip_is_that_of_its_valid_frames():
    frames = torch.tensor([1, 3, 99], dtype=torch.uint8)
    frames = frames.view(1, 3, 1, 1).expand(3, 3, 2, 2)
    data = WindowDataPreprocessor(subtract_clip_mean=True)(
        batch(frames, steps=[2]))
    assert data['inputs'][0, 0, :, 0, 0].tolist() == [-1, 1, 0]


def test_values_that_are_not_finite_are_an_error_that_names_the_video():
    window = torch.ones(2, 4)
    window[0, 1] = torch.nan
    with pytest.raises(ValueError, match='v from step 7.*not finite'):
        WindowDataPreprocessor()(batch(window, steps=[4]))
    # beyond the valid steps nothing is looked at
    assert WindowDataPreprocessor()(batch(window, steps=[1]))


@pytest.mark.parametrize('steps', [0, 5])
def test_impossible_number_of_steps_is_an_error(steps):
    with pytest.raises(ValueError, match='num_steps expected 1 to 4'):
        WindowDataPreprocessor()(batch(torch.ones(2, 4), steps=[steps]))


def test_windows_of_two_shapes_are_an_error():
    with pytest.raises(ValueError, match='one shape'):
        WindowDataPreprocessor()(batch(torch.ones(2, 4), torch.ones(2, 5)))


def test_mean_without_deviation_is_an_error():
    with pytest.raises(ValueError, match='mean and std'):
        WindowDataPreprocessor(mean=[1., 1., 1.])
