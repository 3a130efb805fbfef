import pytest

from mmgesture.datasets.convert.imigue_tables import (LabelRow,
                                                      read_label_rows,
                                                      read_subjects)


def read(tmp_path, text, **options):
    path = tmp_path / '0054_label.csv'
    path.write_text(text)
    problems = []
    return read_label_rows(str(path), problems, **options), problems


def test_rows_keep_their_number_as_id(tmp_path):
    rows, problems = read(tmp_path, '\ufeff 99 ,3,12\n\n31,20,29\n')
    assert rows == [LabelRow(0, 3, 12, 31), LabelRow(2, 20, 29, 30)]
    assert not problems


def test_only_the_test_part_may_hide_its_classes(tmp_path):
    text = '0,1,2\n-1,3,4\n,5,6\n7,8\n5,9,9\n'
    rows, problems = read(tmp_path, text, may_hide=True)
    assert [r.label for r in rows] == [None, None, None, None, 4]
    assert (rows[3].start, rows[3].end) == (7, 8) and not problems
    rows, problems = read(tmp_path, text)
    assert [r.label for r in rows] == [4] and len(problems) == 4


def test_an_empty_file_has_no_rows_and_bytes_are_a_problem(tmp_path):
    assert read(tmp_path, '') == ([], [])
    path = tmp_path / 'bad.csv'
    path.write_bytes(b'\xff\xfe1,2,3')
    problems = []
    assert read_label_rows(str(path), problems) == []
    assert 'bad.csv: expected text in UTF-8' in problems[0]


@pytest.mark.parametrize('text', ['Video,Subject\n0054,72\n1,2\n',
                                  '54,72\n0001, 2\n54,72\n'])
def test_athletes_are_read_with_and_without_a_header(tmp_path, text):
    path = tmp_path / 'people.csv'
    path.write_text(text)
    assert read_subjects(str(path)) == {'0054': 72, '0001': 2}


@pytest.mark.parametrize('text,expected', [
    ('0054,73\n', 'row 1: expected video,subject .* 1..72'),
    ('video,subject\n0054,0\n', 'row 2'),
    ('0054\n', 'row 1'),
    ('0054,anna\n', 'row 1'),
    ('0054,1\n54,2\n', 'row 2: video 0054 has subject 2, a row before says '
     '1'),
])
def test_wrong_athletes_are_named(tmp_path, text, expected):
    path = tmp_path / 'people.csv'
    path.write_text(text)
    with pytest.raises(ValueError, match=expected):
        read_subjects(str(path))
