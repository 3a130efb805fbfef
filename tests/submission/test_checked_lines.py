import json

import pytest

from mmgesture.submission.checked_lines import read_lines, write_lines

ROWS = [dict(id='ü'), dict(id=None, x=[1.5, 2]), dict(id='\u2028 ')]


@pytest.fixture
def path(tmp_path):
    write_lines(tmp_path / 'new' / 'x.jsonl', dict(kind=1), ROWS)
    return tmp_path / 'new' / 'x.jsonl'


def test_rows_come_back_with_their_places(path):
    (where, header), *rows = read_lines(path)
    assert where == f'{path}, line 1'
    assert header['kind'] == 1 and header['rows'] == 3
    assert [row for _, row in rows] == ROWS


@pytest.mark.parametrize('lines', [[0, 1, 2], [0, 1], [0], [0, 2, 1, 3],
                                   [0, 1, 2, 3, 3]])
def test_missing_turned_and_added_lines_are_told(path, lines):
    text = path.read_text(encoding='utf-8').split('\n')
    path.write_text(
        '\n'.join(text[i] for i in lines) + '\n', encoding='utf-8')
    with pytest.raises(ValueError, match=f'{len(lines) - 1} rows are there'):
        list(read_lines(path))


def test_changed_figure_is_told(path):
    path.write_text(path.read_text().replace('1.5', '1.6'))
    with pytest.raises(ValueError, match='checksum'):
        list(read_lines(path))


def test_other_line_ends_and_blank_lines_are_no_change(path):
    data = path.read_bytes().replace(b'\n', b'\r\n') + b'\r\n\r\n'
    path.write_bytes(data)
    assert len(list(read_lines(path))) == 4


def test_file_without_checksum_is_taken_as_it_is(path):
    lines = path.read_text(encoding='utf-8').split('\n')
    header = json.loads(lines[0])
    del header['rows'], header['sha256']
    path.write_text(json.dumps(header) + '\n' + lines[1])
    assert len(list(read_lines(path))) == 2


@pytest.mark.parametrize('data', [b'\xff\xfe{}', b'{"a": ' + b'[' * 10**5,
                                  b'[1]', b'{"a": 1'])
def test_garbage_is_an_error_that_names_the_file(tmp_path, data):
    path = tmp_path / 'x.jsonl'
    path.write_bytes(data)
    with pytest.raises(ValueError, match='x.jsonl'):
        list(read_lines(path))
