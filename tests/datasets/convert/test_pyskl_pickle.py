"""Sets of skeletons alone: pyskl_pickle, clip_files, jhmdb."""
import pickle

import numpy as np
import pytest

from mmgesture.datasets.convert import (ConversionError, convert_jhmdb,
                                        convert_pickle)
from mmgesture.datasets.convert.clip_files import clip_paths
from mmgesture.datasets.skeleton_files import read_npz
from mmgesture.structures import read_annotations


def annotation(name, label=0, joints=22):
    rng = np.random.RandomState(label)
    return dict(frame_dir=name, label=label, total_frames=4,
                img_shape=(48, 64), keypoint=rng.rand(1, 4, joints, 2),
                keypoint_score=rng.rand(1, 4, joints))


def dump(tmp_path, split, *annotations):
    path = tmp_path / 'set.pkl'
    path.write_bytes(pickle.dumps(dict(split=split,
                                       annotations=list(annotations))))
    return str(path)


def test_a_pickle_becomes_annotations_and_clips(tmp_path):
    one = annotation('a/b 1', 2)
    path = dump(tmp_path, dict(train=['a/b 1'], test=['c']), one,
                annotation('c', 1))
    result = convert_pickle(path, str(tmp_path / 'out'), 'imigue-22',
                            hidden=['test'])
    back = read_annotations(str(tmp_path / 'out' / 'annotations.jsonl'))
    assert back.header['keypoint_layout'] == 'imigue-22'
    assert back.classes == ['class 0', 'class 1', 'class 2']
    assert [(r.sample_id, r.label, r.split) for r in back.records] == [
        ('a/b 1', 2, 'train'), ('c', None, 'test')]
    clip = read_npz(str(tmp_path / 'out' / back.records[0].keypoints))
    assert np.allclose(clip.keypoint, one['keypoint'])
    assert np.allclose(clip.score, one['keypoint_score'])
    assert (clip.layout, clip.img_shape) == ('imigue-22', (48, 64))
    assert result.notes


def test_a_second_run_leaves_finished_files_alone(tmp_path):
    path = dump(tmp_path, dict(train=['a']), annotation('a'))
    convert_pickle(path, str(tmp_path), 'imigue-22')
    first = (tmp_path / 'keypoints/a.npz').stat().st_mtime_ns
    convert_pickle(path, str(tmp_path), 'imigue-22')
    assert (tmp_path / 'keypoints/a.npz').stat().st_mtime_ns == first


def test_splits_are_chosen_by_name(tmp_path):
    path = dump(tmp_path, dict(xsub=['a'], xview=['a', 'b']), annotation('a'),
                annotation('b'))
    with pytest.raises(ConversionError, match='--splits'):
        convert_pickle(path, str(tmp_path), 'imigue-22')
    result = convert_pickle(path, str(tmp_path), 'imigue-22',
                            splits=dict(train='xsub'))
    assert [r.sample_id for r in result.annotations.records] == ['a']
    with pytest.raises(ValueError, match="got \\['nope'\\]"):
        convert_pickle(path, str(tmp_path), 'imigue-22',
                       splits=dict(train='nope'))


@pytest.mark.parametrize('wrong,expected', [
    (annotation('b', joints=25), r'\(b\): expected 22 joints.*got 25'),
    (annotation('b', label=7), r'\(b\): expected a label 0..1, got 7'),
    (dict(frame_dir='b'), r'annotation 1 \(b\): .*has none'),
])
def test_faults_are_named_and_nothing_is_written(tmp_path, wrong, expected):
    path = dump(tmp_path, dict(train=['a', 'b']), annotation('a'), wrong)
    with pytest.raises(ConversionError, match=expected):
        convert_pickle(path, str(tmp_path), 'imigue-22', classes=['x', 'y'])
    assert not (tmp_path / 'keypoints').exists()


def test_names_that_look_alike_get_files_of_their_own():
    paths = clip_paths(['a/b', 'a b', 'A_B', '../x', '..'])
    assert len({p.lower() for p in paths.values()}) == 5
    assert all(p.startswith('keypoints/') and '..' not in p
               and p.count('/') == 1 for p in paths.values())


def test_jhmdb_has_one_annotation_file_per_split(tmp_path):
    rng = np.random.RandomState(0)
    poses = rng.rand(7, 15, 2).astype(np.float32)
    arrays = {}
    for split in (1, 2, 3):
        for part, piece, length in (('train', poses[:5], [2, 3]),
                                    ('test', poses[5:], [2])):
            arrays[f'{part}{split}_pose'] = piece
            arrays[f'{part}{split}_length'] = np.array(length)
            arrays[f'{part}{split}_label'] = np.array(
                ['run', 'clap'][:len(length)])
    np.savez(tmp_path / 'a.npz', **arrays)
    results = convert_jhmdb(str(tmp_path / 'a.npz'), str(tmp_path / 'out'))
    assert len(results) == 3
    back = read_annotations(str(tmp_path / 'out/annotations_split2.jsonl'))
    assert back.classes == ['clap', 'run']
    assert [(r.label, r.split) for r in back.records] == [
        (1, 'train'), (0, 'train'), (1, 'test')]
    assert len(list((tmp_path / 'out/keypoints').iterdir())) == 3
