"""Readers of others' forms: smg, openpose, pyskl, miga2023, jhmdb."""
import json
import pickle

import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.skeleton_files import (read_jhmdb, read_miga2023,
                                               read_openpose, read_pyskl,
                                               read_skeleton, read_smg)


def smg_rows(frames=5):
    """Value = 1000 frame + 11 joint + column, one row per frame."""
    base = np.arange(275)[None] + 1000 * np.arange(1, frames + 1)[:, None]
    return [','.join(map(str, row)) for row in base]


def write_smg(path, rows):
    path.write_text('\n'.join(rows) + '\n')
    return str(path)


def test_smg_columns_are_metres_and_pixels(tmp_path):
    path = write_smg(tmp_path / 'a.csv', smg_rows())
    world, pixel = read_smg(path), read_smg(path, dims=2)
    assert world.keypoint.shape == (1, 5, 25, 3)
    assert world.keypoint[0, 2, 1].tolist() == [3011, 3012, 3013]
    assert pixel.keypoint[0, 2, 1].tolist() == [3018, 3019]
    assert world.layout == 'kinect-25' and (world.score == 1).all()


def test_smg_segments_are_rows_and_clamped(tmp_path):
    path = write_smg(tmp_path / 'a.csv', smg_rows())
    assert read_smg(path, 1, 3).keypoint[0, :, 0, 0].tolist() == [2000, 3000]
    assert read_smg(path, 4, 99).keypoint.shape[1] == 1
    with pytest.raises(UnreadableMediaError, match=r'a.csv: the segment \[5'):
        read_smg(path, 5, 9)


def test_smg_rows_without_a_body_are_unseen(tmp_path):
    rows = smg_rows()
    rows[1], rows[2], rows[3] = '', ','.join(['0'] * 275), ',' * 274
    clip = read_smg(write_smg(tmp_path / 'a.csv', rows))
    assert clip.score[0, :, 0].tolist() == [1, 0, 0, 0, 1]
    assert clip.keypoint[0, 4, 0, 0] == 5000


def test_smg_faults_are_named_with_their_row(tmp_path):
    rows = smg_rows()
    rows[3] += ',1'
    with pytest.raises(UnreadableMediaError, match='row 4: expected 275.*276'):
        read_smg(write_smg(tmp_path / 'a.csv', rows))
    rows[3] = 'x' + smg_rows()[3]
    with pytest.raises(UnreadableMediaError, match='row 4: expected numbers'):
        read_smg(write_smg(tmp_path / 'a.csv', rows), 2, 4)
    with pytest.raises(ValueError, match='dims'):
        read_smg(str(tmp_path / 'a.csv'), dims=4)
    (tmp_path / 'empty.csv').write_text('')
    with pytest.raises(UnreadableMediaError, match='empty'):
        read_smg(str(tmp_path / 'empty.csv'))


def person(x, sure=1.0, hands=True):
    body = [x, 1.0, sure] * 25
    found = dict(pose_keypoints_2d=body, face_keypoints_2d=[])
    if hands:
        found['hand_left_keypoints_2d'] = [x + 1, 2.0, .5] * 21
    return found


def write_frame(folder, number, people):
    path = folder / f'v_{number:012d}_keypoints.json'
    path.write_text(json.dumps(dict(people=people)))


def test_openpose_pieces_lie_in_their_places(tmp_path):
    write_frame(tmp_path, 0, [person(5)])
    clip = read_skeleton(str(tmp_path))
    assert clip.keypoint.shape == (1, 1, 137, 2)
    assert clip.keypoint[0, 0, 24].tolist() == [5, 1]
    assert clip.keypoint[0, 0, 95].tolist() == [6, 2]
    assert clip.score[0, 0, 94] == 0 and clip.score[0, 0, 116] == 0
    assert clip.layout == 'openpose-137'


def test_openpose_follows_one_person_over_gaps(tmp_path):
    write_frame(tmp_path, 0, [person(1, .2), person(50, .9)])
    write_frame(tmp_path, 1, [person(52, .3), person(2, .9)])
    write_frame(tmp_path, 2, [])
    write_frame(tmp_path, 4, [person(3, .9), person(51, .1)])
    clip = read_openpose(str(tmp_path))
    assert clip.keypoint[0, :, 0, 0].tolist() == [50, 52, 0, 0, 51]
    assert clip.score[0, 2:4].max() == 0
    assert read_openpose(str(tmp_path), 1, 99).keypoint.shape[1] == 4


def test_openpose_faults_are_named_with_their_file(tmp_path):
    with pytest.raises(UnreadableMediaError, match='found none'):
        read_openpose(str(tmp_path))
    write_frame(tmp_path, 3, [dict(pose_keypoints_2d=[1.0] * 54)])
    with pytest.raises(UnreadableMediaError, match='3_keypoints.*75.*got 54'):
        read_openpose(str(tmp_path))
    with pytest.raises(UnreadableMediaError, match='beyond the 4 frames'):
        read_openpose(str(tmp_path), 4, 6)
    with pytest.raises(UnreadableMediaError, match='expected a folder'):
        read_openpose(str(tmp_path / 'absent'))


def annotation(name='a', **changes):
    return {
        **dict(
            frame_dir=name,
            label=1,
            total_frames=4,
            img_shape=(48, 64),
            keypoint=np.ones((1, 4, 22, 2), np.float16),
            keypoint_score=np.ones((1, 4, 22), np.float16)),
        **changes
    }


def dump(path, content):
    path.write_bytes(pickle.dumps(content))
    return str(path)


def test_pyskl_pickles_give_samples_and_splits(tmp_path):
    path = dump(tmp_path / 'a.pkl', dict(
        split=dict(train=['a'], val=['b']),
        annotations=[annotation(), annotation('b', label=None)]))
    found = read_pyskl(path)
    assert [(s.name, s.label) for s in found.samples] == [('a', 1),
                                                          ('b', None)]
    assert found.splits == dict(train=['a'], val=['b'])
    clip = found.samples[0].clip
    assert clip.keypoint.dtype == np.float32 and clip.img_shape == (48, 64)
    assert not found.problems


@pytest.mark.parametrize('changes,expected', [
    (dict(keypoint=np.ones((4, 22, 2))), r'\(M, T, V, C\), got \(4, 22, 2'),
    (dict(keypoint_score=np.ones((1, 3, 22))), 'expected scores of shape'),
    (dict(total_frames=9), 'total_frames is 9, keypoint has 4'),
    (dict(label=1.5), 'whole number'),
    (dict(label='x'), 'x'),
    (dict(frame_dir='b'), 'annotation 0 has the same'),
])
def test_pyskl_faults_are_named_and_the_rest_is_read(tmp_path, changes,
                                                     expected):
    import re
    path = dump(tmp_path / 'a.pkl', [annotation('b'),
                                     annotation(**changes)])
    found = read_pyskl(path)
    assert len(found.samples) == 1 and len(found.problems) == 1
    assert re.search(f'a.pkl annotation 1.*{expected}', found.problems[0])


def test_pyskl_pickles_run_nothing(tmp_path):
    path = tmp_path / 'a.pkl'
    path.write_bytes(b'cos\nsystem\n(S"touch nothing"\ntR.')
    with pytest.raises(ValueError, match='a.pkl.*os.system.*refused'):
        read_pyskl(str(path))
    with pytest.raises(ValueError, match='"split" and "annotations"'):
        read_pyskl(dump(path, dict(x=1)))


def test_miga2023_rows_are_trimmed(tmp_path):
    data = np.zeros((2, 3, 90, 22, 1), np.float32)
    data[1, :, :7] = 2
    np.save(tmp_path / 'train_data.npy', data)
    path = str(tmp_path / 'train_data.npy')
    clip = read_miga2023(path, 1)
    assert clip.keypoint.shape == (1, 7, 22, 2) and (clip.score == 2).all()
    assert not read_miga2023(path, 0).seen
    with pytest.raises(UnreadableMediaError, match='row 0..1, got 2'):
        read_miga2023(path, 2)
    np.save(path, data[:, :, :, :21])
    with pytest.raises(UnreadableMediaError, match=r'npy: expected numbers'):
        read_miga2023(path, 0)


def test_jhmdb_clips_are_cut_by_their_lengths(tmp_path):
    path = str(tmp_path / 'a.npz')
    poses = np.arange(7 * 30, dtype=np.float32).reshape(7, 15, 2)
    arrays = {}
    for part in ('train1', 'test1'):
        arrays.update({f'{part}_pose': poses,
                       f'{part}_length': np.array([3, 4], np.int32),
                       f'{part}_label': np.array(['clap', 'run'])})
    np.savez(path, **arrays)
    clap, run = read_jhmdb(path)['train']
    assert (clap.label, run.label) == ('clap', 'run')
    assert clap.clip.keypoint.shape == (1, 3, 15, 2)
    assert np.array_equal(run.clip.keypoint[0], poses[3:])
    assert clap.name.startswith('clap_') and len(clap.name) == 13
    with pytest.raises(UnreadableMediaError, match='train2_pose'):
        read_jhmdb(path, 2)
    arrays['test1_length'] = np.array([3, 3], np.int32)
    np.savez(path, **arrays)
    with pytest.raises(UnreadableMediaError, match='summing up to 6'):
        read_jhmdb(path)


def test_the_three_splits_of_jhmdb_share_their_clips(shared_path):
    path = str(shared_path('data/skeleton_jhmdb/jhmdb_gt_pose.npz'))
    found = [read_jhmdb(path, split) for split in (1, 2, 3)]
    names = [{s.name for p in f.values() for s in p} for f in found]
    assert len(names[0]) == 609 and names[0] == names[1] == names[2]
    assert [len(f['train']) for f in found] == [433, 433, 434]


def test_other_files_are_refused_with_the_way_out(tmp_path):
    with pytest.raises(UnreadableMediaError, match='from_pickle.py'):
        read_skeleton(str(tmp_path / 'a.pkl'))
    with pytest.raises(UnreadableMediaError, match='tools/data/imigue'):
        read_skeleton(str(tmp_path / 'a.xlsx'))
