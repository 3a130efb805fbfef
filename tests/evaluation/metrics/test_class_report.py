import csv

import numpy as np

from mmgesture.evaluation.functional import per_class_table
from mmgesture.evaluation.metrics.class_report import (format_class_table,
                                                       write_class_report)


def test_table_shows_names_in_brackets_as_they_are():
    text = format_class_table(per_class_table([0], [0], 2, ['[bold]x', 'y']))
    assert '0 [bold]x' in text and '\x1b' not in text


def test_table_marks_undefined_figures_with_a_dash():
    lines = format_class_table(per_class_table([0, 0], [0, 1], 3)).split('\n')
    row = next(line for line in lines if ' 2 2 ' in line)
    assert row.count(' - ') == 3
    row = next(line for line in lines if ' 0 0 ' in line)
    assert '0.500' in row and '1.000' in row and '0.667' in row


def test_files_hold_commas_and_quotes_of_names(tmp_path):
    names = ['a, "b"', 'c']
    rows = per_class_table([0, 1, 1], [0, 0, 1], 2, names)
    write_class_report(tmp_path / 'x', rows, np.array([[1, 0], [1, 1]]),
                       names)
    with open(tmp_path / 'x' / 'confusion_matrix.csv', newline='') as file:
        assert list(csv.reader(file)) == [
            ['true \\ predicted', 'a, "b"', 'c'], ['a, "b"', '1', '0'],
            ['c', '1', '1']]
    with open(tmp_path / 'x' / 'per_class.csv', newline='') as file:
        found = list(csv.DictReader(file))
    assert found[0]['class'] == 'a, "b"'
    assert found[0]['precision'] == '0.500000'
    assert found[1]['recall'] == '0.500000'
