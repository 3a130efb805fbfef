import numpy as np
import pytest
import torch

from mmgesture.datasets.transforms.skeleton_format import (
    FormatSkeletonInput, PackSkeletonInputs)


def sample(persons=1, frames=4):
    rng = np.random.RandomState(0)
    return dict(
        sample_id='a_1', filename=None, keypoints='a.npz', label=2,
        keypoint=rng.rand(persons, frames, 3, 2),
        keypoint_score=np.full((persons, frames, 3), .5),
        index_t=np.linspace(-1, 1, frames, dtype=np.float32))


def test_time_is_the_last_channel_of_every_joint():
    data = sample()
    keypoint = data['keypoint'].astype(np.float32)
    out = FormatSkeletonInput(with_score=True)(data)['keypoint']
    assert out.shape == (1, 1, 4, 3, 4) and out.dtype == np.float32
    assert (out[0, ..., :2] == keypoint).all() and (out[..., 2] == .5).all()
    assert (out[..., 3] == data['index_t'][:, None]).all()


def test_most_certain_persons_stay_in_their_order():
    data = sample(persons=3)
    keypoint = data['keypoint'].astype(np.float32)
    data['keypoint_score'][0] = .1
    out = FormatSkeletonInput(2, with_time=False)(dict(data))['keypoint']
    assert (out[0] == keypoint[1:]).all()
    del data['keypoint_score']
    out = FormatSkeletonInput(2, with_time=False)(data)['keypoint']
    assert (out[0] == keypoint[:2]).all()


@pytest.mark.parametrize('persons', [0, 1])
def test_absent_persons_are_zero_but_have_the_time(persons):
    out = FormatSkeletonInput(2)(sample(persons))['keypoint']
    assert out.shape == (1, 2, 4, 3, 3)
    assert not out[0, persons:, ..., :2].any()
    assert (out[0, 1, :, 0, 2] == out[0, 0, :, 0, 2]).all()


def test_several_clips_are_the_first_axis():
    data = sample(persons=2, frames=6)
    keypoint = data['keypoint'].astype(np.float32)
    data['num_clips'] = 3
    out = FormatSkeletonInput(2)(data)['keypoint']
    assert out.shape == (3, 2, 2, 3, 3)
    for number in range(3):
        assert (out[number, ..., :2] ==
                keypoint[:, 2 * number:2 * number + 2]).all()


def test_what_is_absent_is_told():
    with pytest.raises(ValueError, match='SampleSkeletonFrames makes'):
        FormatSkeletonInput()(dict(sample(), index_t=None))
    with pytest.raises(ValueError, match='keypoint_score'):
        FormatSkeletonInput(with_score=True)(
            dict(sample(), keypoint_score=None))
    with pytest.raises(ValueError, match='num_persons'):
        FormatSkeletonInput(0)
    assert 'with_time=True' in repr(FormatSkeletonInput())


def test_packed_sample_keeps_its_identity_and_hides_no_label():
    packed = PackSkeletonInputs()(FormatSkeletonInput()(sample()))
    assert packed['inputs'].dtype == torch.float32
    assert packed['inputs'].shape == (1, 1, 4, 3, 3)
    found = packed['data_samples']
    assert found.gt_label.item() == 2
    assert (found.sample_id, found.video, found.num_clips) \
        == ('a_1', 'a.npz', 1)
    hidden = PackSkeletonInputs()(
        FormatSkeletonInput()(dict(sample(), label=None)))
    assert 'gt_label' not in hidden['data_samples']
