import json

import numpy as np
import pytest

from mmgesture.datasets import GestureDataset
from mmgesture.datasets.modalities.pose import (PoseSettings, estimate_clip,
                                                extract_poses, next_box)
from mmgesture.datasets.skeleton_files import read_npz
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)
from mmgesture.testing import write_tiny_video

JOINTS = 15


class Square:
    """Finds the brightest square of a tiny video, and keeps its boxes."""

    def __init__(self):
        self.boxes = []

    def __call__(self, frame, box=None):
        self.boxes.append(box)
        grey = frame.astype(int).sum(-1)
        rows, columns = np.nonzero(grey > 0.9 * grey.max())
        centre = np.array([columns.mean(), rows.mean()], np.float32)
        offsets = np.linspace(-3, 3, JOINTS, dtype=np.float32)
        return centre + offsets[:, None], np.full(JOINTS, .9, np.float32)


@pytest.fixture
def data(tmp_path):
    (tmp_path / 'sub').mkdir()
    for number, name in enumerate(('sub/a b', 'c')):
        write_tiny_video(tmp_path / f'{name}.mp4', 12, (40, 60), number)
    write_annotations(
        tmp_path / 'annotations.jsonl', make_header('toy', ['x', 'y']),
        [GestureRecord('a_0', 'sub/a b.mp4', 0, 6, 0, '1', 'train'),
         GestureRecord('a_1', 'sub/a b.mp4', 4, 12, 1, '1', 'train'),
         GestureRecord('c_0', 'c.mp4', 0, 12, 1, '2', 'test')])
    return tmp_path


def run(data, estimator=None, **settings):
    return extract_poses(
        str(data / 'annotations.jsonl'), str(data),
        str(data / 'annotations_pose.jsonl'), 'pose', estimator or Square(),
        PoseSettings('jhmdb-15', **settings), dict(config='toy.py'))


def test_every_video_gets_a_file_that_the_pipeline_reads(data):
    report = run(data)
    assert (report.written, report.reused, report.failed) == (2, 0, [])
    clip = read_npz(str(data / 'pose/sub/a b.npz'))
    assert clip.keypoint.shape == (1, 12, JOINTS, 2)
    assert clip.layout == 'jhmdb-15' and clip.img_shape == (40, 60)
    # the square goes from left to right
    assert (np.diff(clip.keypoint[0, :, 7, 0]) > 1).all()
    found = read_annotations(data / 'annotations_pose.jsonl')
    assert found.header['keypoint_layout'] == 'jhmdb-15'
    assert [r.keypoints for r in found.records] == [
        'pose/sub/a b.npz', 'pose/sub/a b.npz', 'pose/c.npz']
    loaded = GestureDataset(
        'annotations_pose.jsonl', str(data), split='train',
        pipeline=[dict(type='LoadKeypoints', layout='jhmdb-15')])[1]
    np.testing.assert_array_equal(loaded['keypoint'], clip.keypoint[:, 4:12])


def test_complete_files_of_the_same_video_are_reused(data):
    run(data)
    estimator = Square()
    report = run(data, estimator)
    assert (report.written, report.reused) == (0, 2)
    assert not estimator.boxes
    write_tiny_video(data / 'c.mp4', 12, (40, 60), 9)
    report = run(data)
    assert (report.written, report.reused) == (1, 1)


def test_other_settings_are_refused(data):
    run(data)
    with pytest.raises(ValueError, match='made with.*follow'):
        run(data, follow=False)


def test_a_broken_video_is_listed_and_its_samples_stay(data):
    (data / 'c.mp4').write_bytes(b'no video')
    report = run(data)
    assert report.written == 1 and len(report.failed) == 1
    assert report.failed[0].path.endswith('c.mp4')
    records = read_annotations(data / 'annotations_pose.jsonl').records
    assert [r.sample_id for r in records] == ['a_0', 'a_1', 'c_0']
    assert records[2].keypoints is None
    assert not list((data / 'pose').glob('**/.*npz'))


def test_the_box_follows_the_person_and_begins_anew_when_it_is_lost():
    settings = PoseSettings('jhmdb-15', margin=.5)
    joints = np.full((JOINTS, 2), 10., np.float32)
    joints[0], joints[1] = (20, 10), (10, 14)
    scores = np.ones(JOINTS, np.float32)
    # 10 wide, 4 high: widened by 5, and cut at the picture
    np.testing.assert_allclose(
        next_box(joints, scores, settings, (16, 100)), [5, 5, 25, 16])
    scores[:8] = .1  # fewer than half are seen
    assert next_box(joints, scores, settings, (16, 100)) is None
    joints[8] = np.nan
    scores[:] = 1
    assert np.isfinite(next_box(joints, scores, settings, (16, 100))).all()


def test_whole_picture_fixed_part_and_following(data):
    path = str(data / 'c.mp4')
    for settings, first, later in (
            (dict(follow=False), None, None),
            (dict(follow=False, box=(0, 0, .5, 1)), [0, 0, 30, 40],
             [0, 0, 30, 40]), (dict(), None, 'near')):
        estimator = Square()
        clip = estimate_clip(path, estimator,
                             PoseSettings('jhmdb-15', **settings))
        boxes = estimator.boxes
        assert len(boxes) == 12
        assert boxes[0] is None if first is None else \
            boxes[0].tolist() == first
        if later == 'near':
            joints = clip.keypoint[0, 4]
            assert (joints >= boxes[5][:2] - 1e-3).all()
            assert (joints <= boxes[5][2:] + 1e-3).all()
        else:
            assert boxes[5] is None if later is None else \
                boxes[5].tolist() == later


def test_wrong_joints_and_settings_are_told(data):
    with pytest.raises(ValueError, match='has 17 joints, the estimator'):
        estimate_clip(str(data / 'c.mp4'), Square(), PoseSettings('coco-17'))
    with pytest.raises(ValueError, match='box as shares'):
        PoseSettings('coco-17', box=(0, 0, 2, 1))
    with pytest.raises(ValueError, match='margin'):
        PoseSettings('coco-17', margin=-1)
    with pytest.raises(ValueError, match='expected a skeleton layout'):
        PoseSettings('nobody')
    (data / 'none.jsonl').write_text(
        json.dumps(make_header('toy', ['x'])) + '\n')
    with pytest.raises(ValueError, match='no sample names a video'):
        extract_poses(str(data / 'none.jsonl'), str(data), 'o', 'p', Square(),
                      PoseSettings('coco-17'))
