import pytest

from mmgesture.datasets.convert.imigue_files import (enumerate_names,
                                                     find_imigue_videos,
                                                     folder_split)


@pytest.mark.parametrize('folder,expected', [
    ('imigue_data_phase1/datasets/imigue_skeleton_train/0054', 'train'),
    ('imigue_data_phase1/datasets/imigue_skeleton_validate/0001', 'val'),
    ('imigue_data_phase2/imigue_skeleton_test/0067', 'test'),
    ('imigue_rgb_phase1/train_data/0054', 'train'),
    ('imigue_rgb_phase1/validation_data/0001', 'val'),
    ('imigue_rgb_phase2/0067', 'test'),
    ('Training', 'train'),
    # the innermost folder counts
    ('test_of_mine/train/0054', 'train'),
    ('latest/trainer/values', None),
    ('.', None),
])
def test_names_of_folders_tell_the_split(folder, expected):
    assert folder_split(folder) == expected


def put(root, *paths, content=b''):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def find(root):
    problems, notes = [], []
    return find_imigue_videos(str(root), problems, notes), problems, notes


def test_only_names_of_the_set_count(tmp_path):
    put(tmp_path, 'train/a/298.mp4', 'train/0298_label.csv',
        'train/~$0298_openpose.xlsx', 'train/._0298.mp4', 'train/notes.csv',
        'train/54.mp4', 'train/00054.mp4', 'cut/0300_12.mp4')
    videos, problems, notes = find(tmp_path)
    assert list(videos) == ['0298', '0300'] and not problems
    assert videos['0298'].video == 'train/a/298.mp4'
    assert videos['0298'].labels == 'train/0298_label.csv'
    assert videos['0298'].skeleton is None
    assert videos['0300'].clips == {12: 'cut/0300_12.mp4'}
    assert videos['0300'].hint is None
    assert len(notes) == 2


def test_the_official_layout_needs_no_notes(tmp_path):
    put(tmp_path, 'imigue_rgb_phase1/train_data/0054/0054.mp4',
        'x/imigue_rgb_phase2/0067/0067.mp4')
    videos, problems, notes = find(tmp_path)
    assert not problems and not notes
    assert [v.hint for v in videos.values()] == ['train', 'test']


def test_contradictions_are_problems(tmp_path):
    put(tmp_path, 'train/0054.mp4', 'test/0054_label.csv')
    put(tmp_path, 'train/again/0054.mp4', content=b'more')
    _, problems, _ = find(tmp_path)
    assert len(problems) == 2
    assert 'differ: expected one video file' in problems[0]
    assert "0054: its files lie in folders of different splits " \
        "['test', 'train']" in problems[1]


def test_equal_copies_are_no_problem(tmp_path):
    put(tmp_path, 'train/0054.mp4', 'train/again/0054.mp4')
    assert not find(tmp_path)[1]


def test_long_lists_are_shortened():
    assert enumerate_names(['a', 'b']) == 'a, b'
    assert enumerate_names(list('abcdefghij')).endswith('h and 2 more')


def test_linked_folders_are_followed_and_circles_end(tmp_path):
    put(tmp_path / 'disk', 'train_data/0054/0054.mp4')
    root = tmp_path / 'root'
    root.mkdir()
    (root / 'train').symlink_to(tmp_path / 'disk')
    (tmp_path / 'disk' / 'circle').symlink_to(root)
    videos, problems, _ = find(root)
    assert not problems
    assert videos['0054'].video == 'train/train_data/0054/0054.mp4'
