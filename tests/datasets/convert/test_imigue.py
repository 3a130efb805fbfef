import json
import shutil

import numpy as np
import pytest

from mmgesture.datasets.checks import check_annotations
from mmgesture.datasets.convert import ConversionError, convert_imigue
from mmgesture.datasets.convert.imigue_keypoints import (read_keypoints,
                                                         write_keypoints)
from mmgesture.structures import GestureRecord, read_annotations


@pytest.fixture(scope='module')
def drawn(tmp_path_factory, imigue_layout):
    return imigue_layout.write_set(tmp_path_factory.mktemp('imigue') / 'set')


@pytest.fixture
def root(drawn, tmp_path):
    """A set without skeletons that a test may change."""
    shutil.copytree(drawn, tmp_path / 'set')
    return tmp_path / 'set'


def convert(root, **options):
    return convert_imigue(str(root), **options)


def test_the_official_layout_becomes_records_worked_by_hand(root):
    result = convert(root)
    found = read_annotations(str(root / 'annotations.jsonl'))
    assert found == result.annotations
    val = 'imigue_rgb_phase1/validation_data/0001/0001.mp4'
    train = 'imigue_rgb_phase1/train_data/0054/0054.mp4'
    test = 'imigue_rgb_phase2/0067/0067.mp4'
    assert found.records == [
        # 99 is class 31; both ends belong to the gesture
        GestureRecord('0001_0', val, 5, 9, 31, None, 'val'),
        GestureRecord('0001_1', val, 10, 21, 4, None, 'val'),
        # the very first frame, one frame long
        GestureRecord('0054_0', train, 0, 1, 0, None, 'train'),
        GestureRecord('0054_1', train, 3, 13, 31, None, 'train'),
        # up to the very last frame; 31 is class 30
        GestureRecord('0054_2', train, 20, 30, 30, None, 'train'),
        GestureRecord('0067_0', test, 1, 5, None, None, 'test'),
        GestureRecord('0067_1', test, 6, 10, None, None, 'test')
    ]
    assert found.dataset == 'imigue' and len(found.classes) == 32
    assert found.header['split_scheme'] == 'miga'
    videos = {v['video_id']: v for v in found.header['videos']}
    assert videos['0054']['num_frames'] == 30 and videos['0054']['fps'] == 25
    assert videos['0054']['labelled'] and not videos['0067']['labelled']
    assert any('starts at frame 0' in n for n in result.notes)


def test_the_set_passes_the_data_check(root):
    convert(root)
    report = check_annotations(str(root / 'annotations.jsonl'), str(root))
    assert report.errors == []
    assert report.samples == 7


def test_the_config_reads_the_set(root, repository):
    import mmgesture  # noqa: F401
    from mmengine.config import Config
    from mmgesture.registry import DATASETS
    convert(root)
    cfg = Config.fromfile(str(repository / 'configs/_base_/datasets' /
                              'imigue.py'))
    for loader, number in (('train', 3), ('val', 2), ('test', 2)):
        data = cfg[f'{loader}_dataloader'].dataset
        assert data.data_root == 'data/imigue'
        data.data_root = str(root)
        data.pipeline = []
        assert len(DATASETS.build(data)) == number


@pytest.mark.parametrize('base,first', [(0, (3, 13)), (1, (2, 12))])
def test_the_frame_base_is_an_option(root, imigue_layout, base, first):
    imigue_layout.put_labels(root, 'train', '0054', [(99, 3, 12)])
    records = convert(root, frame_base=base).annotations.select('train')
    assert [(r.start, r.end) for r in records] == [first]


@pytest.mark.parametrize('rows,expected', [
    ([(0, 1, 2)], 'row 1: expected an iMiGUE class 1..31 or 99, got 0'),
    ([(1, 1, 2), (32, 3, 4)], 'row 2: expected an iMiGUE class .* got 32'),
    ([(98, 1, 2)], 'row 1: expected an iMiGUE class .* got 98'),
    ([(1, 9, 8)], 'row 1: expected start <= end, got 9 and 8'),
    ([(1, -1, 8)], 'row 1: expected a start of at least 0, got -1'),
    ([(1, 5, 31)], 'row 1: expected frames up to 29, got 5 to 31; the video '
     'has 30 frames'),
    ([(1, 30, 30)], 'row 1: expected frames up to 29, got 30 to 30'),
    ([(1, 2, 5), (2, 2, 5), (1, 2, 5)], r'row 3: .* already in row 1'),
    ([(1, 2)], 'row 1: expected three whole numbers'),
    ([('', 2, 5)], 'row 1: expected three whole numbers'),
    ('class,start,end\n1,2,3\n', 'row 1: expected three whole numbers'),
    ('1,2.5,3\n', 'row 1: expected three whole numbers'),
])
def test_wrong_rows_are_named_and_nothing_is_written(root, imigue_layout,
                                                     rows, expected):
    imigue_layout.put_labels(root, 'train', '0054', rows)
    with pytest.raises(ConversionError, match=expected) as info:
        convert(root)
    assert '0054_label.csv row' in str(info.value)
    assert not (root / 'annotations.jsonl').exists()


def test_skip_bad_leaves_wrong_rows_out_and_lists_them(root, imigue_layout):
    imigue_layout.put_labels(root, 'train', '0054',
                             [(32, 1, 2), (1, 5, 99), (2, 3, 4), (2, 3, 4)])
    result = convert(root, skip_bad=True)
    assert [r.sample_id for r in result.annotations.select('train')
            ] == ['0054_2']
    assert sum(n.startswith('left out: ') for n in result.notes) == 3


def test_one_frame_beyond_is_cut_told_and_hints_at_the_base(
        root, imigue_layout):
    imigue_layout.put_labels(root, 'train', '0054', [(1, 20, 30)])
    result = convert(root)
    assert result.annotations.select('train')[0].end == 30
    assert any('0054_0 (1)' in n and 'beyond' in n for n in result.notes)
    assert any('--frame-base 1 may be right' in n for n in result.notes)
    with pytest.raises(ConversionError, match='up to 29'):
        convert(root, tolerance=0)
    imigue_layout.put_labels(root, 'train', '0054', [(1, 20, 34)])
    assert convert(
        root, tolerance=5).annotations.select('train')[0].end == 30


def test_the_challenge_split_comes_from_folders_and_ids(root, imigue_layout):
    # a validation video of the challenge in a folder for training
    imigue_layout.put_video(root, 'train', '0002')
    imigue_layout.put_labels(root, 'train', '0002', [(1, 2, 3)])
    # 0005 is none of them
    imigue_layout.put_video(root, 'train', '0005')
    imigue_layout.put_labels(root, 'train', '0005', [(1, 2, 3)])
    result = convert(root)
    splits = {r.sample_id: r.split for r in result.annotations.records}
    assert splits['0002_0'] == 'val' and splits['0005_0'] == 'train'
    assert any('0002 (train)' in n for n in result.notes)


def test_other_nestings_are_found_and_told(root, tmp_path):
    expected = convert(root).annotations.records
    other = tmp_path / 'other'
    for split, video in (('Train', '0054'), ('my_validation', '0001'),
                         ('TEST', '0067')):
        (other / split).mkdir(parents=True)
        for file in root.rglob(f'{video}*.*'):
            if file.is_file():
                shutil.copy(file, other / split)
    result = convert(other)
    assert [(r.sample_id, r.start, r.label, r.split)
            for r in result.annotations.records
            ] == [(r.sample_id, r.start, r.label, r.split) for r in expected]
    assert any("'TEST', which is no folder of the official layout; its name "
               'says test' in n for n in result.notes)


def test_videos_without_any_sign_of_a_split_stay_unassigned(root, tmp_path):
    flat = tmp_path / 'flat'
    flat.mkdir()
    for file in root.rglob('0054*.*'):
        if file.is_file():
            shutil.copy(file, flat)
    result = convert(flat)
    assert {r.split for r in result.annotations.records} == {None}
    assert any('1 videos without a split' in n for n in result.notes)
    people = tmp_path / 'people.csv'
    people.write_text('video,subject\n54,2\n')
    result = convert(flat, subjects=str(people))
    assert {(r.split, r.subject)
            for r in result.annotations.records} == {('train', '2')}
    result = convert(root, subjects=str(people))
    assert any('2 videos without an athlete in the table: 0001, 0067' in n
               for n in result.notes)


def test_the_official_split_goes_by_athlete(root, tmp_path):
    people = tmp_path / 'people.csv'
    people.write_text('0001,2\n54,72\n0067,1\n')
    result = convert(root, split='official', subjects=str(people))
    assert {(r.sample_id[:4], r.subject, r.split)
            for r in result.annotations.records} == {
                ('0001', '2', 'train'), ('0054', '72', 'test'),
                ('0067', '1', 'test')}
    assert result.annotations.splits == ['train', 'test']


def test_the_official_split_says_what_it_lacks(root, tmp_path):
    with pytest.raises(ValueError, match='--subjects.*authors of the set'):
        convert(root, split='official')
    people = tmp_path / 'people.csv'
    people.write_text('0001,2\n0067,1\n')
    with pytest.raises(ConversionError, match='video 0054: expected a row'):
        convert(root, split='official', subjects=str(people))
    with pytest.raises(ValueError, match='belongs to the challenge'):
        convert(root, split='official', subjects=str(people), test_ids='x')


def test_test_ids_give_the_order_and_choose(root, tmp_path, imigue_layout):
    clip = root / 'clips' / '0070_3.mp4'
    clip.parent.mkdir()
    shutil.copy(root / 'imigue_rgb_phase2/0067/0067.mp4', clip)
    ids = tmp_path / 'ids.json'
    ids.write_text(json.dumps(['0070_3', '0067_1', '0099_0']))
    result = convert(root, test_ids=str(ids))
    assert [(r.sample_id, r.video, r.start, r.label)
            for r in result.annotations.select('test')] == [
                ('0070_3', 'clips/0070_3.mp4', None, None),
                ('0067_1', 'imigue_rgb_phase2/0067/0067.mp4', 6, None)]
    assert any('1 of 3 listed test ids' in n and '0099_0' in n
               for n in result.notes)
    assert any('not on the list, left out: 0067_0' in n
               for n in result.notes)
    ids.write_text(json.dumps(['0054_0']))
    with pytest.raises(ConversionError, match=r'0054_0 \(train\)'):
        convert(root, test_ids=str(ids))


def test_parts_may_be_missing(root, imigue_layout):
    # labels without media, a video without labels, a test video likewise
    imigue_layout.put_labels(root, 'train', '0100', [(1, 2, 3)])
    imigue_layout.put_video(root, 'train', '0101')
    imigue_layout.put_video(root, 'test', '0102')
    result = convert(root)
    assert len(result.annotations.records) == 7
    assert any('left out: 0100' in n for n in result.notes)
    assert any('without a label file' in n and '0101 (train), 0102 (test)'
               in n for n in result.notes)
    listed = {v['video_id'] for v in result.annotations.header['videos']}
    assert listed == {'0001', '0054', '0067', '0101', '0102'}


def test_keypoints_alone_are_enough_and_lengths_are_compared(
        root, imigue_layout):
    pytest.importorskip('openpyxl')
    shutil.rmtree(root / 'imigue_rgb_phase1/train_data')
    keypoints = imigue_layout.put_skeleton(root, 'train', '0054', 30)
    imigue_layout.put_skeleton(root, 'val', '0001', 25)
    result = convert(root)
    records = {r.sample_id: r for r in result.annotations.records}
    assert records['0054_2'].video is None
    assert records['0054_2'].keypoints == 'keypoints/0054.npz'
    assert records['0067_0'].keypoints is None
    np.testing.assert_array_equal(
        read_keypoints(str(root / 'keypoints/0054.npz')),
        keypoints.astype(np.float32))
    assert any('0001 (video 30, skeleton 25)' in n for n in result.notes)
    # the shorter one counts
    imigue_layout.put_labels(root, 'val', '0001', [(1, 5, 26)])
    with pytest.raises(ConversionError, match='has 30 frames, the skeleton '
                       '25'):
        convert(root)
    # without keypoints only the recording counts
    result = convert(root, keypoints=False)
    assert result.annotations.select('val')[0].end == 27
    assert not result.annotations.select('train')


def test_wrong_labels_are_told_before_tables_are_converted(
        root, imigue_layout):
    table = (root / imigue_layout.SKELETON_FOLDERS['train'] / '0054' /
             '0054_openpose.xlsx')
    table.write_bytes(b'never opened')
    imigue_layout.put_labels(root, 'train', '0054', [(77, 1, 2)])
    with pytest.raises(ConversionError, match='1 problem.*\n.* got 77'):
        convert(root)


def test_kept_keypoints_need_no_library(root, monkeypatch, imigue_layout):
    table = (root / imigue_layout.SKELETON_FOLDERS['train'] / '0054' /
             '0054_openpose.xlsx')
    table.write_bytes(b'12345')
    monkeypatch.setitem(__import__('sys').modules, 'openpyxl', None)
    with pytest.raises(ImportError, match=r'mmgesture\[xlsx\]'):
        convert(root)
    write_keypoints(
        str(root / 'keypoints/0054.npz'), np.zeros((30, 137, 3)), 5)
    records = convert(root).annotations.select('train')
    assert {r.keypoints for r in records} == {'keypoints/0054.npz'}


def test_an_unreadable_recording_is_named(root, broken):
    video = root / 'imigue_rgb_phase1/train_data/0054/0054.mp4'
    shutil.copy(broken['text'], video)
    with pytest.raises(ConversionError, match='0054.mp4'):
        convert(root)
    result = convert(root, skip_bad=True)
    assert not result.annotations.select('train')
    assert any('left out' in n and '0054' in n for n in result.notes)


def test_a_folder_without_the_set_and_wrong_options_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match='--release 2023'):
        convert(tmp_path)
    for options in (dict(split='mine'), dict(frame_base=2),
                    dict(tolerance=-1)):
        with pytest.raises(ValueError, match='expected split'):
            convert(tmp_path, **options)
