import json

import pytest

from mmgesture.textio import (expecting, parse_json, read_csv, read_json,
                              read_text, shown)


@pytest.fixture
def write(tmp_path):
    def make(data, name='x.txt'):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


def test_text_loses_its_byte_order_mark_and_nothing_else(write):
    path = write('\ufeffa\r\nü\u2028'.encode())
    assert read_text(path) == 'a\r\nü\u2028'


@pytest.mark.parametrize('data', [b'ab\xffc', b'\xc3', 'ü'.encode('utf-16')])
def test_other_bytes_name_file_and_place(write, data):
    with pytest.raises(ValueError, match=r'x\.txt.*UTF-8.*at \d') as caught:
        read_text(write(data))
    assert not isinstance(caught.value, UnicodeDecodeError)


@pytest.mark.parametrize('text, message', [
    ('{"a": ', 'cut short'),
    ('[' * 10**5, 'nested too deep'),
    ('[' + '9' * 5000 + ']', 'digits'),
    ('', 'not JSON'),
])
def test_what_is_no_json_names_the_file(write, text, message):
    with pytest.raises(ValueError, match=message) as caught:
        read_json(write(text.encode()))
    assert 'x.txt' in str(caught.value) and len(str(caught.value)) < 400


def test_json_is_what_python_makes_of_it():
    value = dict(a=[1, 2.5, None, 'ü'])
    assert parse_json(json.dumps(value), 'here') == value


def test_csv_keeps_lines_within_cells_and_counts_rows(write):
    path = write(b'a;"b\nc"\r\n\r\n1;2')
    assert list(read_csv(path, ';')) == [(1, ['a', 'b\nc']), (2, []),
                                         (3, ['1', '2'])]


def test_csv_with_a_cell_that_is_too_long_names_the_file(write):
    with pytest.raises(ValueError, match=r'x\.txt: cannot be read as csv'):
        list(read_csv(write(b'"' + b'x' * 200000)))


@pytest.mark.parametrize('value, text', [
    ('ab', "'ab'"), ([1, 2], '[1, 2]'), (None, 'None'), (7, '7')])
def test_short_values_are_shown_whole(value, text):
    assert shown(value) == text


@pytest.mark.parametrize('value', [
    'x' * 10**6, list(range(10**5)), {i: i for i in range(999)}, 10**6000,
    -10**6000, b'x' * 999], ids=range(6))
def test_values_of_any_size_are_shown_short(value):
    assert len(shown(value)) <= 80


@pytest.mark.parametrize('error', [
    KeyError('a'), TypeError('b'), OverflowError('c'), IndexError('d'),
    AttributeError('e'), ValueError('f')])
def test_wrong_kinds_of_values_are_the_file_s_fault(error):
    with pytest.raises(ValueError, match='x.json: expected a list: ') as told:
        with expecting('x.json', 'a list'):
            raise error
    assert told.value.__cause__ is error


def test_errors_that_name_the_file_and_foreign_ones_pass():
    for error in (ValueError('x.json: bad'), OSError('disk')):
        with pytest.raises(type(error)) as caught:
            with expecting('x.json', 'a list'):
                raise error
        assert caught.value is error
