"""Folders of features: folder, arrays; check, see test_untrimmed."""
import json

import numpy as np
import pytest
import torch

from mmgesture.datasets.features import FeatureFolder, write_features
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.structures import UntrimmedVideo

RECIPE = dict(stride=4, window=16, fps=None, made_by='test')


@pytest.fixture
def array():
    return np.arange(60, dtype=np.float32).reshape(20, 3)


@pytest.fixture
def folder(tmp_path, array):
    write_features(str(tmp_path), 'v', array, RECIPE)
    return str(tmp_path)


def video(num_frames=None, fps=None):
    return UntrimmedVideo('v', num_frames=num_frames, fps=fps)


def test_what_was_written_is_read_in_windows(folder, array):
    found = FeatureFolder(folder).read('v', 5, 7)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, array[5:12])


def test_the_file_is_a_plain_npy_of_steps_and_channels(folder, array):
    # what OpenTAD, ActionFormer and others load
    np.testing.assert_array_equal(np.load(f'{folder}/v.npy'), array)
    assert json.load(open(f'{folder}/features.json'))['stride'] == 4


def test_the_grid_is_in_frames_of_the_video(folder):
    grid = FeatureFolder(folder).grid(video(92))  # 19 * 4 + 16
    assert (grid.stride, grid.offset, grid.num_steps) == (4, 8, 20)


def test_another_sampling_rate_stretches_the_grid(tmp_path, array):
    write_features(str(tmp_path), 'v', array, dict(RECIPE, fps=14))
    grid = FeatureFolder(str(tmp_path)).grid(video(184, 28))
    assert (grid.stride, grid.offset) == (8, 16)
    with pytest.raises(ValueError, match='14 frames per second'):
        FeatureFolder(str(tmp_path)).grid(video(184))


def test_dense_features_may_be_thinned_out(folder, array):
    every = FeatureFolder(folder, every=3)
    grid = every.grid(video(92))
    assert (grid.stride, grid.offset, grid.num_steps) == (12, 8, 7)
    np.testing.assert_array_equal(every.read('v', 1, 3), array[3:10:3])
    assert every.description['stride'] == 4  # what the file holds
    with pytest.raises(ValueError, match='every expected'):
        FeatureFolder(folder, every=0)


@pytest.mark.parametrize('frames', [76, 92, 96, 110])
def test_incomplete_last_windows_are_no_error(folder, frames):
    FeatureFolder(folder).grid(video(frames))


@pytest.mark.parametrize('frames, guess', [(400, '20.21'), (46, '1.58')])
def test_features_of_another_stride_or_video_are_named(folder, frames, guess):
    with pytest.raises(UnreadableMediaError, match=f'about {guess}'):
        FeatureFolder(folder).grid(video(frames))


def test_features_made_elsewhere_want_their_stride(tmp_path, array):
    np.save(tmp_path / 'v.npy', array.T)
    with pytest.raises(ValueError, match='need stride'):
        FeatureFolder(str(tmp_path))
    other = FeatureFolder(str(tmp_path), stride=4, window=16, layout='CT')
    np.testing.assert_array_equal(other.read('v', 0, 20), array)
    assert other.num_channels('v') == 3


@pytest.mark.parametrize('suffix', ['.npz', '.pt'])
def test_other_files_can_be_read(tmp_path, array, suffix):
    if suffix == '.pt':
        torch.save(torch.from_numpy(array), tmp_path / 'v.pt')
    else:
        np.savez(tmp_path / 'v.npz', array)
    found = FeatureFolder(str(tmp_path), 4, 16, suffix=suffix)
    np.testing.assert_array_equal(found.read('v', 3, 4), array[3:7])


def test_nan_is_an_error_or_interpolated(tmp_path, array):
    array[4, 1] = np.nan
    array[0, 2] = np.inf
    np.save(tmp_path / 'v.npy', array)
    with pytest.raises(UnreadableMediaError, match='2 of the steps 0 to 9'):
        FeatureFolder(str(tmp_path), 4, 16).read('v', 0, 10)
    FeatureFolder(str(tmp_path), 4, 16).read('v', 5, 10)
    found = FeatureFolder(str(tmp_path), 4, 16, nan='fill').read('v', 0, 10)
    assert found[4, 1] == 13 and found[0, 2] == 5


def test_a_channel_without_any_number_cannot_be_filled(tmp_path, array):
    array[:, 1] = np.nan
    np.save(tmp_path / 'v.npy', array)
    with pytest.raises(UnreadableMediaError, match='NaN'):
        FeatureFolder(str(tmp_path), 4, 16, nan='fill').read('v', 0, 10)


@pytest.mark.parametrize('content', [b'', b'\x93NUMPY\x01', b'hello'])
def test_a_broken_file_is_named(tmp_path, content):
    (tmp_path / 'v.npy').write_bytes(content)
    with pytest.raises(UnreadableMediaError, match='v.npy'):
        FeatureFolder(str(tmp_path), 4, 16).grid(video())


def test_an_array_of_objects_is_not_unpickled(tmp_path):
    np.save(tmp_path / 'v.npy', np.array([{}], dtype=object))
    with pytest.raises(UnreadableMediaError, match='cannot be read'):
        FeatureFolder(str(tmp_path), 4, 16).grid(video())


@pytest.mark.parametrize('shape', [(0, 3), (5, ), (5, 3, 2)])
def test_another_shape_is_named(tmp_path, shape):
    np.save(tmp_path / 'v.npy', np.zeros(shape, np.float32))
    with pytest.raises(UnreadableMediaError, match='steps, channels'):
        FeatureFolder(str(tmp_path), 4, 16).grid(video())


def test_absent_files_and_folders_are_named(folder, tmp_path):
    with pytest.raises(UnreadableMediaError, match='no such file'):
        FeatureFolder(folder).grid(UntrimmedVideo('w'))
    with pytest.raises(FileNotFoundError, match='extract_features'):
        FeatureFolder(str(tmp_path / 'absent'))


def test_contradicting_the_description_is_an_error(folder, array):
    with pytest.raises(ValueError, match='says stride 4'):
        FeatureFolder(folder, stride=8)
    assert FeatureFolder(folder, stride=4).window == 16
    with pytest.raises(ValueError, match='were made with'):
        write_features(folder, 'w', array, dict(RECIPE, stride=8))


def test_a_foreign_description_is_an_error(tmp_path):
    (tmp_path / 'features.json').write_text('{"stride": 3}')
    with pytest.raises(ValueError, match='mmgesture_features'):
        FeatureFolder(str(tmp_path))


@pytest.mark.parametrize('wrong', [
    np.zeros((0, 3)), np.zeros(4), np.array([[np.nan]])])
def test_features_that_are_none_are_not_written(tmp_path, wrong):
    with pytest.raises(ValueError, match='expected finite'):
        write_features(str(tmp_path), 'v', wrong, RECIPE)
    assert not list(tmp_path.iterdir())
