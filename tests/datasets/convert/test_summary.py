from io import StringIO

from rich.console import Console

from mmgesture.datasets.convert import ConversionError, summary_tables
from mmgesture.structures import AnnotationFile, GestureRecord, make_header


def test_the_tables_count_by_split_and_class():
    records = [
        GestureRecord('1', 'a.mp4', label=0, split='train', subject='1'),
        GestureRecord('2', 'a.mp4', label=0, split='train', subject='2'),
        GestureRecord('3', 'b.mp4', label=None, split=None)
    ]
    stream = StringIO()
    console = Console(file=stream, width=100)
    for table in summary_tables(
            AnnotationFile(make_header('toy', ['wave']), records)):
        console.print(table)
    lines = [
        [cell.strip() for cell in line.strip('│').split('│')]
        for line in stream.getvalue().splitlines() if line.startswith('│')
    ]
    assert ['train', '2', '1', '2', '0'] in lines
    # a sample without a subject counts for none
    assert ['(none)', '1', '1', '0', '1'] in lines
    assert ['0', 'wave', '2', '0'] in lines


def test_many_problems_are_cut_short():
    error = ConversionError([f'row {i}' for i in range(30)])
    assert '30 problem(s)' in str(error) and '10 more' in str(error)
    assert 'row 19' in str(error) and 'row 20' not in str(error)
