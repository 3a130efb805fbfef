import numpy as np
import pytest

from mmgesture.analysis.skeleton_svm import (clip_features, resampled,
                                             skeleton_floor)
from mmgesture.datasets.convert import convert_jhmdb
from mmgesture.datasets.skeleton_files import make_clip, write_npz
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)


def test_resampling_by_hand():
    track = np.array([0., 2., 4.]).reshape(3, 1, 1)
    assert resampled(track, 5).ravel().tolist() == [0, 1, 2, 3, 4]
    assert resampled(track, 2).ravel().tolist() == [0, 4]
    assert resampled(track[:1], 3).ravel().tolist() == [0, 0, 0]


def test_features_are_coordinates_and_their_steps():
    track = np.arange(6.).reshape(3, 1, 2)
    found = clip_features(track, frames=3)
    assert found.tolist() == [0, 1, 2, 3, 4, 5, 2, 2, 2, 2]
    moved = clip_features(3 * track + 7, 'ratio', 3)
    np.testing.assert_allclose(moved, clip_features(track, 'ratio', 3))
    with pytest.raises(ValueError, match='expected a norm'):
        clip_features(track, 'l2')


@pytest.fixture
def root(tmp_path):
    """One joint that goes left or right."""
    rng = np.random.RandomState(0)
    records = []
    for number in range(24):
        way = np.linspace(0, 1, 12) * (1 if number % 2 else -1)
        joints = np.stack([way, 0 * way], -1)[:, None]
        joints = joints + .05 * rng.randn(12, 15, 2)
        name = f'{number}.npz'
        write_npz(str(tmp_path / name), make_clip(
            name, joints, np.ones((12, 15)), 'jhmdb-15'))
        records.append(GestureRecord(
            f's_{number}', None, label=number % 2, keypoints=name,
            split='train' if number < 16 else 'test'))
    write_annotations(tmp_path / 'a.jsonl', make_header('toy', ['l', 'r']),
                      records)
    return tmp_path


def test_a_simple_set_is_solved_and_counted(root):
    found = skeleton_floor(str(root / 'a.jsonl'), str(root))
    assert found == (1., 16, 8)
    with pytest.raises(ValueError, match='no labelled clip'):
        skeleton_floor(str(root / 'a.jsonl'), str(root), test=['val'])


def test_the_floor_of_jhmdb_is_the_published_one(shared_path, tmp_path):
    path = shared_path('data/skeleton_jhmdb/jhmdb_gt_pose.npz')
    convert_jhmdb(str(path), str(tmp_path))
    found = skeleton_floor(
        str(tmp_path / 'annotations_split1.jsonl'), str(tmp_path))
    assert round(found.top1, 3) == .636
    assert (found.train, found.test) == (433, 176)
