import pytest

from mmgesture.datasets import GestureDataset
from mmgesture.datasets.checks import check_annotations
from mmgesture.datasets.convert import ConversionError, convert_ma52
from mmgesture.datasets.ma52 import ma52_groups
from mmgesture.structures import GestureRecord, read_annotations

LISTS = dict(
    train='0003_01_0001.mp4 9\n0003_06_0003.mp4 51\n0004_00_0002.mp4 0\n',
    val='0003_01_0005.mp4 8\n0004 x.mp4 45\n',
    test='test0000.mp4 0\ntest0001.mp4 0\n')


@pytest.fixture(scope='session')
def tiny(tmp_path_factory, video_tools):
    """The bytes of a video of four frames."""
    path = video_tools.write(tmp_path_factory.mktemp('tiny') / 'a.mp4', 4)
    with open(path, 'rb') as file:
        return file.read()


@pytest.fixture
def root(tmp_path, tiny):
    """The official layout, with three, two and two clips."""
    for split, text in LISTS.items():
        (tmp_path / f'{split}_list_videos.txt').write_text(text)
        folder = tmp_path / f'videos_{split}'
        folder.mkdir()
        for line in text.splitlines():
            (folder / line.rpartition(' ')[0]).write_bytes(tiny)
    return tmp_path


def ids(result, split=None):
    return [r.sample_id for r in result.annotations.select(split)]


def test_the_official_layout_becomes_records_worked_by_hand(root):
    result = convert_ma52(str(root))
    found = read_annotations(str(root / 'annotations.jsonl'))
    assert found == result.annotations
    assert found.records == [
        GestureRecord('0003_01_0001.mp4', 'videos_train/0003_01_0001.mp4',
                      label=9, subject='0003', split='train'),
        GestureRecord('0003_06_0003.mp4', 'videos_train/0003_06_0003.mp4',
                      label=51, subject='0003', split='train'),
        GestureRecord('0004_00_0002.mp4', 'videos_train/0004_00_0002.mp4',
                      label=0, subject='0004', split='train'),
        GestureRecord('0003_01_0005.mp4', 'videos_val/0003_01_0005.mp4',
                      label=8, subject='0003', split='val'),
        # no recording in the name
        GestureRecord('0004 x.mp4', 'videos_val/0004 x.mp4', label=45,
                      split='val'),
        GestureRecord('test0000.mp4', 'videos_test/test0000.mp4',
                      split='test'),
        GestureRecord('test0001.mp4', 'videos_test/test0001.mp4',
                      split='test'),
    ]
    assert found.dataset == 'ma52' and len(found.classes) == 52
    assert found.header['groups'] == ma52_groups()


def test_the_converted_set_passes_the_check_and_loads(root):
    result = convert_ma52(str(root))
    report = check_annotations(str(root / 'annotations.jsonl'), str(root))
    assert report.errors == [] and report.samples == 7
    assert all(facts['frames'] == 4 for facts in report.videos.values())
    # the recordings that train and val share
    assert "subject 0003 is in several splits: ['train', 'val']" in \
        report.warnings
    assert any('1 of the 1 recordings of val are in train' in note
               for note in result.notes)
    dataset = GestureDataset(
        'annotations.jsonl', str(root), split='test', test_mode=True)
    assert dataset.get_labels().tolist() == [-1, -1]
    assert dataset.metainfo['groups'] == ma52_groups()


def test_sizes_are_compared_with_the_official_ones(root):
    notes = convert_ma52(str(root)).notes
    assert 'train: 3 clips listed, the official list has 11,250' in notes
    assert any('hidden' in note for note in notes)


def test_lists_may_lie_elsewhere_and_splits_may_be_absent(root):
    folder = root / 'lists'
    folder.mkdir()
    (root / 'val_list_videos.txt').rename(folder / 'val_list_videos.txt')
    out = root / 'val.jsonl'
    result = convert_ma52(str(root), str(out), lists=str(folder))
    assert out.exists() and not (root / 'annotations.jsonl').exists()
    assert ids(result) == ['0003_01_0005.mp4', '0004 x.mp4']
    assert 'train: no train_list_videos.txt' in result.notes


def test_absent_videos_of_train_are_left_out_and_told(root):
    (root / 'videos_train' / '0003_06_0003.mp4').unlink()
    result = convert_ma52(str(root))
    assert ids(result, 'train') == ['0003_01_0001.mp4', '0004_00_0002.mp4']
    assert ('train: 1 of 3 listed videos are absent (0003_06_0003.mp4), '
            'left out') in result.notes


def test_an_absent_test_video_keeps_its_place_in_the_submission(root):
    (root / 'videos_test' / 'test0000.mp4').unlink()
    result = convert_ma52(str(root))
    assert ids(result, 'test') == ['test0000.mp4', 'test0001.mp4']
    assert any('kept so that a submission is complete' in note
               for note in result.notes)
    (root / 'videos_test' / 'test0001.mp4').unlink()
    assert ids(convert_ma52(str(root)), 'test') == []


def test_videos_in_no_list_are_told(root):
    (root / 'videos_val' / '0009_01_0001.mp4').touch()
    (root / 'videos_val' / '.DS_Store').touch()
    result = convert_ma52(str(root))
    assert '0009_01_0001.mp4' not in ids(result)
    assert ('val: 0009_01_0001.mp4 in videos_val are in no list, left out'
            ) in result.notes


def test_a_video_in_the_folder_of_another_split_is_refused(root):
    (root / 'videos_train' / '0003_06_0003.mp4').rename(
        root / 'videos_val' / '0003_06_0003.mp4')
    with pytest.raises(
            ConversionError,
            match='train_list_videos.txt line 2: expected 0003_06_0003.mp4 '
            'in videos_train, it lies in videos_val'):
        convert_ma52(str(root))


def test_all_problems_are_told_at_once_and_nothing_is_written(root):
    with open(root / 'train_list_videos.txt', 'a') as file:
        file.write('0005_01_0001.mp4 52\n0003_01_0005.mp4 8\nno label\n')
    with pytest.raises(ConversionError, match='3 problem') as info:
        convert_ma52(str(root))
    text = str(info.value)
    assert 'train_list_videos.txt line 4: expected a label 0..51' in text
    assert 'val_list_videos.txt line 1: expected every clip in one split' \
        in text
    assert 'train_list_videos.txt line 6: expected "<file> <label>"' in text
    assert not (root / 'annotations.jsonl').exists()


def test_labels_in_another_order_are_suspected(root):
    # B1 of the papers is nodding, and the second part of the name is head
    assert not any('body group' in n for n in convert_ma52(str(root)).notes)
    path = root / 'train_list_videos.txt'
    path.write_text(path.read_text().replace('0001.mp4 9', '0001.mp4 12'))
    notes = convert_ma52(str(root)).notes
    assert any(note.startswith('1 of 4 labels are of another body group')
               and 'letter codes' in note for note in notes)


def test_real_test_labels_replace_the_zeros(root):
    path = root / 'real.txt'
    path.write_text('test0001.mp4 0\ntest0000.mp4 31\n')
    result = convert_ma52(str(root), test_labels=str(path))
    assert [r.label for r in result.annotations.select('test')] == [31, 0]
    path.write_text('test0001.mp4 0\n')
    with pytest.raises(ConversionError, match='test0000.mp4 are absent'):
        convert_ma52(str(root), test_labels=str(path))
    (root / 'test_list_videos.txt').unlink()
    with pytest.raises(ConversionError, match='there is no test_list_vid'):
        convert_ma52(str(root), test_labels=str(path))
    with pytest.raises(FileNotFoundError):
        (root / 'test_list_videos.txt').write_text(LISTS['test'])
        convert_ma52(str(root), test_labels=str(root / 'gone.txt'))


def test_a_folder_without_the_set_is_refused(root, tmp_path_factory):
    empty = tmp_path_factory.mktemp('empty')
    with pytest.raises(FileNotFoundError, match='no list of MA-52'):
        convert_ma52(str(empty))
    with pytest.raises(ConversionError, match='no listed video'):
        convert_ma52(str(empty), lists=str(root))
