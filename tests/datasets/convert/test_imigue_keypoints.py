import sys

import numpy as np
import pytest

from mmgesture.datasets.convert import imigue_keypoints
from mmgesture.datasets.convert.imigue_keypoints import (
    column_name, convert_openpose_tables, read_keypoints, read_openpose_xlsx,
    write_keypoints, written_frames)


@pytest.fixture
def table(tmp_path, imigue_layout):
    """A function that writes rows to an xlsx file and gives its path."""
    pytest.importorskip('openpyxl')

    def write(rows):
        path = tmp_path / '0054_openpose.xlsx'
        imigue_layout.write_rows(path, rows)
        return str(path)

    return write


def rows_of(keypoints):
    return keypoints.reshape(len(keypoints), 411).tolist()


def test_a_table_becomes_frames_of_137_points(table, imigue_layout):
    keypoints = imigue_layout.draw_keypoints(7)
    found = read_openpose_xlsx(table(rows_of(keypoints)))
    assert found.dtype == np.float32 and found.shape == (7, 137, 3)
    np.testing.assert_array_equal(found, keypoints.astype(np.float32))


def test_one_frame_and_whole_numbers_are_fine(table):
    found = read_openpose_xlsx(table([list(range(411))]))
    assert found.shape == (1, 137, 3)
    assert found[0, 1].tolist() == [3, 4, 5]


def test_blank_rows_are_frames_of_zeros_but_not_at_the_end(
        table, imigue_layout):
    rows = rows_of(imigue_layout.draw_keypoints(3))
    rows[1] = [None] * 411
    found = read_openpose_xlsx(table([*rows, [None] * 411, []]))
    assert found.shape == (3, 137, 3)
    assert not found[1].any() and found[2].all()


@pytest.mark.parametrize('column,value,expected', [
    (4, 'left', "row 2: column E: expected a finite number, got 'left'"),
    (410, 'nan', "row 2: column OU: expected a finite number, got 'nan'"),
    (0, None, 'row 2: column A: expected a finite number, got None'),
    (410, None, r'row 2: expected 411 columns \(137 keypoints x \(x, y, '
     r'confidence\)\), got 410'),
    (411, 1.5, 'row 2: expected 411 columns .* got 412'),
])
def test_wrong_cells_are_named(table, imigue_layout, column, value, expected):
    rows = rows_of(imigue_layout.draw_keypoints(3))
    rows[1][column:column + 1] = [value]
    with pytest.raises(ValueError, match=f'0054_openpose.xlsx: {expected}'):
        read_openpose_xlsx(table(rows))


def test_a_header_is_told_as_such(table, imigue_layout):
    rows = [[f'x{i}' for i in range(411)]]
    rows += rows_of(imigue_layout.draw_keypoints(1))
    with pytest.raises(ValueError, match="row 1: column A: .* got 'x0'"):
        read_openpose_xlsx(table(rows))


def test_files_that_are_no_tables_are_named(table, tmp_path):
    with pytest.raises(ValueError, match='it is empty'):
        read_openpose_xlsx(table([]))
    data = open(table([[1.0] * 411]), 'rb').read()
    for content in (b'', b'no zip', data[:len(data) // 2]):
        path = tmp_path / '0055_openpose.xlsx'
        path.write_bytes(content)
        with pytest.raises(ValueError, match='0055_openpose.xlsx: cannot be'):
            read_openpose_xlsx(str(path))
    with pytest.raises(FileNotFoundError):
        read_openpose_xlsx(str(tmp_path / 'absent.xlsx'))


@pytest.mark.parametrize('index,letters', [(0, 'A'), (25, 'Z'), (26, 'AA'),
                                           (410, 'OU'), (702, 'AAA')])
def test_columns_are_lettered_as_in_a_spreadsheet(index, letters):
    assert column_name(index) == letters


def test_without_the_library_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, 'openpyxl', None)
    with pytest.raises(ImportError, match=r'mmgesture\[xlsx\].*--no-keyp'):
        imigue_keypoints.import_openpyxl()


def test_arrays_are_kept_with_their_origin(tmp_path):
    path = str(tmp_path / 'k' / '0054.npz')
    assert written_frames(path, 7) is None
    keypoints = np.arange(5 * 22 * 3.).reshape(5, 22, 3)
    write_keypoints(path, keypoints, 7)
    found = read_keypoints(path)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, keypoints)
    assert written_frames(path, 7) == 5
    assert written_frames(path, 8) is None
    data = open(path, 'rb').read()
    for content in (b'', b'no zip', data[:len(data) // 2]):
        open(path, 'wb').write(content)
        assert written_frames(path, 7) is None


@pytest.mark.parametrize('workers', [1, 2])
def test_a_run_goes_on_where_it_stopped(tmp_path, imigue_layout, workers,
                                        monkeypatch):
    pytest.importorskip('openpyxl')
    jobs, calls, problems = {}, [], []
    for name, frames in (('0001', 2), ('0002', 3), ('0003', 4)):
        source = tmp_path / f'{name}_openpose.xlsx'
        imigue_layout.write_rows(
            source, rows_of(imigue_layout.draw_keypoints(frames)))
        jobs[name] = (str(source), str(tmp_path / f'{name}.npz'))
    imigue_layout.write_rows(jobs['0002'][0], [[1.0] * 410])
    found = convert_openpose_tables(
        jobs, problems, workers, lambda *n: calls.append(n))
    assert found == {'0001': 2, '0003': 4}
    assert sorted(calls) == [(1, 3), (2, 3), (3, 3)]
    assert len(problems) == 1 and '0002_openpose.xlsx: row 1' in problems[0]
    assert {p.name for p in tmp_path.glob('*.npz')} == {'0001.npz',
                                                        '0003.npz'}
    # the second run only reads what is new
    imigue_layout.write_rows(jobs['0002'][0], [[1.0] * 411])
    read = []
    monkeypatch.setattr(
        imigue_keypoints, 'read_openpose_xlsx',
        lambda path: read.append(path) or read_openpose_xlsx(path))
    found = convert_openpose_tables(jobs, [], 1)
    assert found == {'0001': 2, '0002': 1, '0003': 4}
    assert read == [jobs['0002'][0]]
