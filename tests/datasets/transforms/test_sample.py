import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.transforms.sample import (UniformSampleSegment,
                                                  clamp_segment,
                                                  jittered_indices,
                                                  uniform_indices)

WORKED = {
    1: [0] * 16,
    5: [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    15: [0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14],
    16: list(range(16)),
    17: [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16],
    33: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31],
}


@pytest.mark.parametrize('length', WORKED)
def test_centres_of_equal_parts_worked_by_hand(length):
    assert uniform_indices(length, 16).tolist() == WORKED[length]


def test_several_clips_interleave_worked_by_hand():
    # 8 frames, parts of 2: clips at a quarter and three quarters of each
    assert uniform_indices(8, 4, 2).tolist() == [0, 2, 4, 6, 1, 3, 5, 7]
    assert uniform_indices(6, 2, 3).tolist() == [0, 3, 1, 4, 2, 5]


@pytest.mark.parametrize('clip_len', [1, 2, 7, 16])
@pytest.mark.parametrize('num_clips', [1, 3])
def test_any_length_gives_ascending_indices_in_range(clip_len, num_clips):
    rng = np.random.RandomState(0)
    for length in list(range(1, 70)) + [1000, 20526]:
        for indices in (uniform_indices(length, clip_len, num_clips),
                        jittered_indices(length, clip_len, num_clips, rng)):
            assert indices.shape == (num_clips * clip_len, )
            assert indices.dtype == np.int64
            clips = indices.reshape(num_clips, clip_len)
            assert (np.diff(clips, axis=1) >= 0).all()
            assert indices.min() >= 0 and indices.max() < length


@pytest.mark.parametrize('length', [1, 5, 16, 33, 100])
def test_jitter_stays_in_its_part_and_reaches_all_of_it(length):
    rng = np.random.RandomState(0)
    draws = np.stack([jittered_indices(length, 8, rng=rng)
                      for _ in range(600)])
    for part in range(8):
        low, high = part * length / 8, (part + 1) * length / 8
        reachable = set(range(int(low), int(np.ceil(high))))
        assert set(draws[:, part]) == reachable


def test_the_global_generator_is_used_by_jitter_alone():
    results = dict(total_frames=50, filename='a', start=None, end=None)
    np.random.seed(4)
    state = np.random.get_state()[1].tolist()
    UniformSampleSegment()(dict(results))
    assert np.random.get_state()[1].tolist() == state
    np.random.seed(4)
    first = UniformSampleSegment(jitter=True)(dict(results))['frame_inds']
    np.random.seed(4)
    again = UniformSampleSegment(jitter=True)(dict(results))['frame_inds']
    assert first.tolist() == again.tolist()


def test_the_segment_and_not_the_file_is_sampled():
    results = UniformSampleSegment(clip_len=4, num_clips=2)(
        dict(total_frames=100, filename='a', start=90, end=98))
    assert results['frame_inds'].tolist() == [90, 92, 94, 96, 91, 93, 95, 97]
    assert results['clip_len'] == 4 and results['num_clips'] == 2
    assert results['frame_interval'] == 2


def test_a_whole_file_is_sampled_without_a_segment():
    results = UniformSampleSegment(clip_len=4)(
        dict(total_frames=8, filename='a'))
    assert results['frame_inds'].tolist() == [1, 3, 5, 7]


@pytest.mark.parametrize('segment,expected', [
    ((None, None), (0, 10)),
    ((0, 10), (0, 10)),
    ((4, 14), (4, 10)),
    ((9, 10), (9, 10)),
    ((9, 99), (9, 10)),
])
def test_a_segment_is_clamped_to_the_file(segment, expected):
    assert clamp_segment(*segment, 10, 'a') == expected


def test_a_segment_beyond_the_file_is_unreadable():
    with pytest.raises(UnreadableMediaError, match='beyond the 10 frames'):
        clamp_segment(10, 12, 10, 'a')


def test_wrong_options_are_refused_and_repr_shows_them():
    with pytest.raises(ValueError, match='positive'):
        UniformSampleSegment(clip_len=0)
    assert 'jitter=True' in repr(UniformSampleSegment(jitter=True))
