"""SFINGE3D: streams, gestures, folds."""
import csv

import numpy as np
import pytest

from mmgesture.datasets import UntrimmedDataset
from mmgesture.datasets.convert import ConversionError, convert_sfinge3d
from mmgesture.datasets.convert.sfinge3d import fold_split
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.skeleton_files import read_skeleton
from mmgesture.structures import read_annotations

FILES = ('sfinge3d.npz', 'sequencesGT.csv', 'groups.csv')


@pytest.fixture
def source(tmp_path):
    rng = np.random.default_rng(0)
    folder = tmp_path / 'source'
    folder.mkdir()
    np.savez(folder / FILES[0], **{
        f'stream/{s}': rng.normal(0, 1, (40 + s, 140)).astype(np.float32)
        for s in range(1, 5)})
    (folder / FILES[1]).write_text(
        '1,2,3,5,10,13,12,20\n2,1,1,30,43\n3,0\n4,1,7,1,44\n')
    with open(folder / FILES[2], 'w', newline='') as file:
        csv.writer(file).writerows(
            [('stream', 'group'), (1, 'x'), (2, 'y'), (3, 'x'), (4, 'y')])
    return folder


def convert(source, root):
    return convert_sfinge3d(*(str(source / f) for f in FILES), str(root))


def test_frames_become_half_open_and_the_end_is_clamped(source, tmp_path):
    folds = convert(source, tmp_path / 'out')
    assert list(folds) == ['x', 'y']
    records = folds['x'].annotations.records
    assert [(r.sample_id, r.label, r.start, r.end, r.split)
            for r in records] == [
                ('stream_01_00', 2, 4, 10, 'test'),
                ('stream_01_01', 12, 11, 20, 'test'),
                ('stream_02_00', 0, 29, 42, 'val'),
                ('stream_04_00', 6, 0, 44, 'val')]
    assert len(folds['x'].notes) == 1 and 'row 2' in folds['x'].notes[0]


def test_streams_are_kept_as_skeletons_and_as_features(source, tmp_path):
    root = tmp_path / 'out'
    convert(source, root)
    stream = np.load(source / FILES[0])['stream/3'].reshape(-1, 20, 7)
    found = read_skeleton(str(root / 'keypoints' / 'stream_03.npz'))
    np.testing.assert_array_equal(found.keypoint[0], stream[..., :3])
    data = UntrimmedDataset(
        'annotations_foldy.jsonl', 16, features=dict(folder='features/joints'),
        data_root=str(root), split='test', test_mode=True,
        pipeline=[dict(type='LoadFeatureWindow'),
                  dict(type='PackWindowInputs')])
    assert data[0]['inputs'].shape == (120, 16)
    assert {v.video_id for v in data.videos} == {'stream_02', 'stream_04'}


def test_the_next_group_validates_and_the_others_train(tmp_path, source):
    groups = {1: 'a', 2: 'b', 3: 'c', 4: 'a'}
    assert fold_split(groups, 'c') == {1: 'val', 2: 'train', 3: 'test',
                                       4: 'val'}
    assert fold_split(groups, 'a', False) == {1: 'test', 2: 'train',
                                              3: 'train', 4: 'test'}
    convert(source, tmp_path)
    whole = read_annotations(str(tmp_path / 'annotations_foldx_all.jsonl'))
    assert {r.split for r in whole.records} == {'train', 'test'}


@pytest.mark.parametrize('name, text, message', [
    (FILES[1], '1,2,3,5\n2,0\n3,0\n4,0\n', 'row 1: expected stream,n'),
    (FILES[1], '1,0\n2,0\n3,0\n4,1,14,1,5\n', 'class of 1 to 13'),
    (FILES[1], '1,0\n2,0\n3,0\n4,1,1,9,5\n', '1 <= first <= last'),
    (FILES[1], '1,0\n2,0\n3,0\n4,1,1,45,46\n', 'in 44 frames'),
    (FILES[1], '1,0\n2,0\n3,0\n', r'no row for the streams \[4\]'),
    (FILES[1], '1,0\n2,0\n3,0\n4,0\n9,0\n', 'every stream of the npz'),
    (FILES[2], 'stream,group\n1,a\n', r'no group for the streams \[2, 3'),
    (FILES[2], 'a,b\n1,2\n', 'columns stream and group'),
])
def test_wrong_tables_name_file_and_row(source, tmp_path, name, text,
                                        message):
    (source / name).write_text(text)
    with pytest.raises(ConversionError, match=message):
        convert(source, tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_an_npz_of_another_form_is_named(source, tmp_path):
    np.savez(source / FILES[0], **{'stream/1': np.zeros((5, 139))})
    with pytest.raises(UnreadableMediaError, match='stream/1: expected'):
        convert(source, tmp_path / 'out')
    np.savez(source / FILES[0], a=np.zeros(3))
    with pytest.raises(UnreadableMediaError, match='there is none'):
        convert(source, tmp_path / 'out')
    with pytest.raises(UnreadableMediaError, match='no such file'):
        convert_sfinge3d('absent.npz', '', '', str(tmp_path))


def test_the_real_streams_convert_with_two_repairs(shared_path, tmp_path):
    folder = shared_path('data/online_sfinge3d')
    folds = convert(folder, tmp_path)
    assert len(folds) == 5
    first = folds['0']
    assert len(first.notes) == 2 and len(first.annotations.records) == 278
    tests = sum(sum(r.split == 'test' for r in f.annotations.records)
                for f in folds.values())
    assert tests == 278
