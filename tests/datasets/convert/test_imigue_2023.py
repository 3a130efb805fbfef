import pickle

import numpy as np
import pytest

from mmgesture.datasets.convert import ConversionError, convert_imigue_2023
from mmgesture.datasets.convert.imigue_2023 import label_base_of, trim
from mmgesture.datasets.convert.imigue_keypoints import read_keypoints
from mmgesture.structures import GestureRecord, read_annotations


def draw(number):
    """Gestures of 5, 6, ... frames, padded with zeros to 90."""
    data = np.zeros((number, 3, 90, 22, 1), np.float32)
    for row in range(number):
        data[row, :, :5 + row] = np.random.default_rng(row).uniform(
            1, 2, (3, 5 + row, 22, 1))
    return data


def put(root, part, data, names=None, labels=None):
    root.mkdir(exist_ok=True)
    np.save(root / f'{part}_data.npy', data)
    if names is not None:
        with open(root / f'{part}_label.pkl', 'wb') as file:
            pickle.dump((names, labels), file)


@pytest.fixture
def root(tmp_path):
    put(tmp_path / 'task1', 'train', draw(3), ['0054_0', '0054_1', '0001_7'],
        [1, 99, 31])
    put(tmp_path / 'task1', 'test', draw(2))
    return tmp_path


def test_the_release_becomes_records_worked_by_hand(root, tmp_path):
    ids = tmp_path / 'ids.txt'
    ids.write_text('0067_1\n0067_0\n')
    result = convert_imigue_2023(str(root), test_ids=str(ids))

    def record(name, label, split):
        return GestureRecord(
            name, None, label=label, split=split,
            keypoints=f'keypoints/{name}.npz')

    # in later challenges video 0001 is of the validation part
    assert read_annotations(str(root / 'annotations.jsonl')).records == [
        record('0054_0', 0, 'train'), record('0054_1', 31, 'train'),
        record('0001_7', 30, 'val'), record('0067_1', None, 'test'),
        record('0067_0', None, 'test')
    ]
    assert result.annotations.header['keypoint_layout'] == 'imigue-22'
    assert any('numbered by file' in n for n in result.notes)
    found = read_keypoints(str(root / 'keypoints' / '0054_1.npz'))
    assert found.shape == (6, 22, 3)
    # (3, T, V) -> (T, V, 3)
    np.testing.assert_array_equal(
        found, draw(2)[1, :, :6, :, 0].transpose(1, 2, 0))


def test_a_test_part_without_ids_is_left_out_and_told(root):
    result = convert_imigue_2023(str(root))
    assert len(result.annotations.records) == 3
    assert any('no test_label.pkl and no --test-ids, its 2 samples are left '
               'out' in n for n in result.notes)


def test_the_official_split_goes_by_athlete(root, tmp_path):
    people = tmp_path / 'people.csv'
    people.write_text('0054,1\n0001,2\n')
    result = convert_imigue_2023(
        str(root), split='official', subjects=str(people))
    assert [(r.sample_id, r.split, r.subject)
            for r in result.annotations.records] == [
                ('0054_0', 'test', '1'), ('0054_1', 'test', '1'),
                ('0001_7', 'train', '2')]
    with pytest.raises(ConversionError, match='sample 0: video 0054'):
        convert_imigue_2023(str(root), split='official')


def test_labels_may_be_numbered_from_zero(root):
    put(root / 'task1', 'train', draw(2), np.array(['0054_0', '0054_1']),
        np.array([0, 31]))
    result = convert_imigue_2023(str(root))
    assert [r.label for r in result.annotations.records] == [0, 31]
    with pytest.raises(ConversionError, match=r'sample 0 \(0054_0\): expected '
                       'an iMiGUE class 1..31 or 99, got 0'):
        convert_imigue_2023(str(root), label_base='file')


@pytest.mark.parametrize('labels,base', [([1, 99], 'file'),
                                         ([0, 31], 'index')])
def test_the_numbering_is_found_out(labels, base):
    assert label_base_of(labels) == base


@pytest.mark.parametrize('labels', [[1, 31], [0, 99]])
def test_an_unclear_numbering_has_to_be_said(root, labels):
    put(root / 'task1', 'train', draw(2), ['0054_0', '0054_1'], labels)
    with pytest.raises(ConversionError, match='--label-base'):
        convert_imigue_2023(str(root))


@pytest.mark.parametrize('names,labels,expected', [
    (['0054_0'], [1], '1 names and 1 labels, the array has 2 samples'),
    (['0054_0', '0054_0'], [1, 99], "sample 1: expected distinct samples, "
     "'0054_0' is already"),
    (['0054_0', '../x'], [1, 99], "sample 1: expected a name such as 0054_0, "
     "got '../x'"),
    (['0054_0', '0054_1'], [1.5, 99.0], 'expected whole numbers as labels'),
    (['0054_0', '0054_1'], ['a', 'b'], 'expected whole numbers as labels'),
    (['0054_0', '0054_1', '0'], [99, 40], '3 names and 2 labels'),
    (['0054_0', '0054_1'], [99, 40], r'sample 1 \(0054_1\): expected an '
     'iMiGUE class'),
])
def test_wrong_labels_are_named(root, names, labels, expected):
    put(root / 'task1', 'train', draw(2), names, labels)
    with pytest.raises(ConversionError, match=expected):
        convert_imigue_2023(str(root))
    assert not (root / 'annotations.jsonl').exists()


def test_a_pickle_of_anything_else_is_refused(root):
    path = root / 'task1' / 'train_label.pkl'
    path.write_bytes(pickle.dumps(dict(a=1)))
    with pytest.raises(ConversionError, match='expected the pair'):
        convert_imigue_2023(str(root))
    path.write_bytes(pickle.dumps((print, [1])))
    with pytest.raises(ConversionError, match='print, which is refused'):
        convert_imigue_2023(str(root))


@pytest.mark.parametrize('shape', [(2, 3, 90, 22), (2, 2, 90, 22, 1),
                                   (2, 3, 90, 21, 1), (2, 3, 0, 22, 1)])
def test_wrong_shapes_are_named(root, shape):
    put(root / 'task1', 'train', np.zeros(shape, np.float32))
    with pytest.raises(ConversionError, match=r'train_data.npy: expected '
                       r'numbers of shape \(N, 3, 90, 22, 1\), got float32'):
        convert_imigue_2023(str(root))


def test_arrays_of_objects_and_broken_ones_are_refused(root):
    path = root / 'task1' / 'train_data.npy'
    np.save(path, np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(ConversionError, match='cannot be read as an array'):
        convert_imigue_2023(str(root))
    path.write_bytes(b'')
    with pytest.raises(ConversionError, match='the file is empty'):
        convert_imigue_2023(str(root))


def test_numbers_that_are_not_finite_are_named(root):
    data = draw(3)
    data[1, 0, 2, 5] = np.nan
    put(root / 'task1', 'train', data)
    with pytest.raises(ConversionError, match=r'sample 1 \(0054_1\): expected '
                       'finite numbers'):
        convert_imigue_2023(str(root))


def test_keypoints_are_written_once(root):
    convert_imigue_2023(str(root))
    path = root / 'keypoints' / '0054_0.npz'
    before = path.stat().st_mtime_ns
    convert_imigue_2023(str(root))
    assert path.stat().st_mtime_ns == before
    put(root / 'task1', 'train', draw(3) + 1)
    convert_imigue_2023(str(root))
    assert read_keypoints(str(path)).shape == (90, 22, 3)


def test_a_sample_of_zeros_stays_whole():
    assert trim(np.zeros((3, 90, 22, 1))).shape == (90, 22, 3)
    one = np.zeros((3, 90, 22, 1))
    one[2, 4, 3] = 1
    assert trim(one).shape == (5, 22, 3)


def test_counted_test_ids_and_present_arrays_are_needed(root, tmp_path):
    ids = tmp_path / 'ids.txt'
    ids.write_text('0067_1\n')
    with pytest.raises(ConversionError, match='expected 2 ids'):
        convert_imigue_2023(str(root), test_ids=str(ids))
    empty = tmp_path / 'empty'
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match='train_data.npy'):
        convert_imigue_2023(str(empty))
    with pytest.raises(ValueError, match='label_base'):
        convert_imigue_2023(str(root), label_base='guess')
