import pytest

from mmgesture.datasets.convert.ma52_lists import (named, read_list,
                                                   read_lists,
                                                   read_test_labels)


@pytest.fixture
def read(tmp_path):
    """Read a list: (lines, problems)."""

    def run(content):
        path = tmp_path / 'train_list_videos.txt'
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)
        problems = []
        return read_list(str(path), problems), problems

    return run


def test_lines_worked_by_hand(read):
    # the first and the last label, a blank in the name, a tab, a folder, the
    # byte order mark, ends of lines of Windows, no end of the last line
    lines, problems = read(
        '\ufeff0003_01_0001.mp4 0\r\n\r\nmy clip 2.mp4 51\r\n'
        'a/b.mp4\t7\r\n  c.mp4   8  '.encode('utf-8'))
    assert problems == []
    assert [(line.file, line.label) for line in lines] == [
        ('0003_01_0001.mp4', 0), ('my clip 2.mp4', 51), ('a/b.mp4', 7),
        ('c.mp4', 8)
    ]
    assert [line.where.rpartition(' ')[2] for line in lines
            ] == ['1', '3', '4', '5']


@pytest.mark.parametrize('content, message', [
    ('a.mp4 1\nb.mp4 52\n', 'line 2: expected a label 0..51, got 52'),
    ('a.mp4 -1\n', 'line 1: expected a label 0..51, got -1 for a.mp4'),
    ('a.mp4\n', 'line 1: expected "<file> <label>" with a label 0..51, got'),
    ('my clip.mp4\n', "line 1: expected \"<file> <label>\""),
    ('7\n', 'line 1: expected "<file> <label>"'),
    ('a.mp4 7.0\n', 'line 1: expected "<file> <label>"'),
    ('a.mp4 B1\n', 'line 1: expected "<file> <label>"'),
    ('a.mp4 1\n\na.mp4 1\n', 'line 3: expected every clip once, a.mp4 is '
     'already on'),
    ('../a.mp4 1\n', "line 1: expected a path below"),
    ('/a.mp4 1\n', "line 1: expected a path below"),
    (b'\xff\xfea 1\n', 'expected text in UTF-8'),
])
def test_wrong_lines_are_named_with_file_line_and_expectation(
        read, content, message):
    _, problems = read(content)
    assert len(problems) == 1 and message in problems[0], problems
    assert 'train_list_videos.txt' in problems[0]


def test_lists_are_compared_with_the_official_counts(tmp_path, monkeypatch):
    (tmp_path / 'train_list_videos.txt').write_text('a.mp4 1\nb.mp4 2\n')
    (tmp_path / 'val_list_videos.txt').write_text(
        ''.join(f'{i}.mp4 3\n' for i in range(5586)))
    problems, notes = [], []
    lists = read_lists(str(tmp_path), problems, notes)
    assert problems == [] and list(lists) == ['train', 'val']
    assert notes == [
        'train: 2 clips listed, the official list has 11,250',
        'val: 5,586 clips listed, as in the official list',
        'test: no test_list_videos.txt'
    ]


def test_a_clip_in_two_lists_is_a_problem_of_both(tmp_path):
    (tmp_path / 'train_list_videos.txt').write_text('a.mp4 1\nb.mp4 2\n')
    (tmp_path / 'val_list_videos.txt').write_text('c.mp4 1\nb.mp4 2\n')
    problems = []
    read_lists(str(tmp_path), problems, [])
    assert len(problems) == 1
    assert 'val_list_videos.txt line 2' in problems[0]
    assert 'train_list_videos.txt line 2' in problems[0]


def test_no_list_at_all_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match='train_list_videos.txt val_'):
        read_lists(str(tmp_path), [], [])


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / 'test_list_videos.txt'
    path.write_text('test0000.mp4 0\ntest0001.mp4 0\n')
    return read_list(str(path), [])


def test_zeros_alone_are_hidden_labels(listed):
    notes = []
    assert read_test_labels(listed, None, [], notes) == {
        'test0000.mp4': None, 'test0001.mp4': None}
    assert 'hidden' in notes[0]


def test_a_test_list_with_other_labels_is_believed_and_told(listed):
    listed[1] = listed[1]._replace(label=9)
    notes = []
    assert read_test_labels(listed, None, [], notes) == {
        'test0000.mp4': 0, 'test0001.mp4': 9}
    assert 'taken as real' in notes[0]


def test_a_file_of_test_labels_must_name_the_test_clips(listed, tmp_path):
    path = tmp_path / 'real.txt'
    path.write_text('test0001.mp4 0\ntest0000.mp4 9\n')
    problems = []
    assert read_test_labels(listed, str(path), problems, []) == {
        'test0000.mp4': 9, 'test0001.mp4': 0}
    assert problems == []
    path.write_text('test0001.mp4 0\ntest0009.mp4 9\n')
    read_test_labels(listed, str(path), problems, [])
    assert 'real.txt line 2: expected a clip of the test list, got ' \
        'test0009.mp4' in problems[0]
    assert 'real.txt: expected a label for each of the 2' in problems[1]
    assert 'test0000.mp4' in problems[1]


def test_long_lists_of_names_are_cut():
    assert named(list('abc')) == 'a, b, c'
    assert named([str(i) for i in range(2005)]) == (
        '0, 1, 2, 3, 4 and 2,000 more')
