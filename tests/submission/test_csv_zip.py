import zipfile

import pytest

from mmgesture.submission import ValidationReport
from mmgesture.submission.csv_zip import (check_ids, class_number,
                                          read_csv_zip, write_csv_zip)


@pytest.fixture
def report():
    return ValidationReport(path='x.zip', format='toy')


def test_rows_come_back_as_they_were_written(tmp_path, report):
    out = tmp_path / 'folder' / 'x.zip'
    write_csv_zip(out, 'p.csv', [['id', 'n'], ['a, b', 3]])
    assert read_csv_zip(out, 'p.csv', report) == [['id', 'n'], ['a, b', '3']]
    assert report.ok


def test_an_encrypted_or_damaged_zip_is_a_problem_and_no_crash(
        tmp_path, report):
    out = tmp_path / 'x.zip'
    write_csv_zip(out, 'p.csv', [['id', 'n']] * 50)
    data = bytearray(out.read_bytes())
    # the bit of the flags that says "encrypted", in both headers
    for sign, offset in ((b'PK\x03\x04', 6), (b'PK\x01\x02', 8)):
        data[data.index(sign) + offset] |= 1
    out.write_bytes(bytes(data))
    assert read_csv_zip(out, 'p.csv', report) is None
    assert 'not a zip' in report.problems[0]
    with zipfile.ZipFile(out, 'w') as archive:
        archive.writestr('p.csv', b'\xff\xfe')
    assert read_csv_zip(out, 'p.csv', report) is None
    assert 'not a zip with a UTF-8 csv' in report.problems[1]


def test_ids_are_compared_both_ways(report):
    check_ids(['a', 'b', 'b', 'x'], ['a', 'b', 'c'], report)
    assert report.problems == [
        '1 ids are missing: c', '1 ids are not expected: x',
        '1 ids occur more than once: b'
    ]


@pytest.mark.parametrize('text, number, problems', [
    ('1', 1, 0), ('3', 3, 0), ('4', 4, 1), ('0', 0, 1), ('-1', -1, 1),
    ('1.0', None, 1), ('', None, 1), ('1_0', None, 1), (' 1', None, 1)])
def test_class_numbers_are_plain_and_in_range(report, text, number, problems):
    assert class_number(text, 3, 1, 'p.csv, line 2', report) == number
    assert len(report.problems) == problems
    assert all('p.csv, line 2' in problem for problem in report.problems)
