import shutil

import pytest

from mmgesture.datasets.convert import (ConversionError, TableFormat,
                                        convert_table)
from mmgesture.structures import read_annotations

COLUMNS = dict(
    path='file', start='from', end='to', label='class', subject='who',
    split='set')
HEAD = 'file,from,to,class,who,set\n'


@pytest.fixture
def root(tmp_path, videos):
    (tmp_path / 'my clips').mkdir()
    shutil.copy(videos['plain'], tmp_path / 'my clips' / 'a b.mp4')
    shutil.copy(videos['uneven'], tmp_path / 'uneven.mp4')
    return tmp_path


@pytest.fixture
def convert(root):

    def run(text, columns=COLUMNS, **options):
        table = root / 'table.csv'
        table.write_text(text)
        names = ('dataset', 'missing', 'bad_rows')
        rest = {k: options.pop(k) for k in names if k in options}
        return convert_table([str(table)], str(root), str(root / 'a.jsonl'),
                             TableFormat(columns, **options), **rest)

    return run


def facts(result):
    names = result.annotations.classes
    return [(r.video, r.start, r.end, None if r.label is None else
             names[r.label], r.subject, r.split)
            for r in result.annotations.records]


def test_seconds_become_frames_worked_by_hand(convert, root):
    # 25 frames a second: frame n at n / 25 s
    result = convert(HEAD + 'my clips/a b.mp4,0,0.2,wave,1,train\n'
                     '"my clips/a b.mp4",1.0,99,nod,2,val\n'
                     'my clips/a b.mp4,0.041,0.05,,2,test\n')
    assert facts(result) == [
        ('my clips/a b.mp4', 0, 5, 'wave', '1', 'train'),
        ('my clips/a b.mp4', 25, 60, 'nod', '2', 'val'),
        # between two frames: the next one
        ('my clips/a b.mp4', 2, 3, None, '2', 'test'),
    ]
    assert result.annotations.classes == ['nod', 'wave']
    assert read_annotations(str(root / 'a.jsonl')) == result.annotations
    assert [r.sample_id for r in result.annotations.records] == [
        f'my_clips_a_b_{i:04d}' for i in range(3)
    ]


def test_uneven_timestamps_are_respected(convert, root):
    from mmgesture.datasets.video_index import video_index
    stamps = video_index(str(root / 'uneven.mp4')).timestamps
    result = convert(f'file,from,to\nuneven.mp4,{stamps[17]:.6f},'
                     f'{stamps[40]:.6f}\n',
                     dict(path='file', start='from', end='to'),
                     classes=['x'])
    record, = result.annotations.records
    assert (record.start, record.end) == (17, 40)
    # the mean rate would have been wrong by frames
    assert round(stamps[17] * 89 / stamps[-1]) != 17


@pytest.mark.parametrize('base,inclusive,expected', [(0, False, (10, 20)),
                                                     (0, True, (10, 21)),
                                                     (1, True, (9, 20)),
                                                     (1, False, (9, 19))])
def test_frames_have_a_base_and_an_end(convert, base, inclusive, expected):
    result = convert(
        HEAD + 'uneven.mp4,10,20,a,,\n',
        unit='frames',
        frame_base=base,
        inclusive=inclusive)
    record, = result.annotations.records
    assert (record.start, record.end) == expected
    assert record.subject is None and record.split is None


def test_whole_files_need_no_times(convert):
    result = convert('file,class\nuneven.mp4,x\n',
                     dict(path='file', label='class'))
    assert facts(result) == [('uneven.mp4', None, None, 'x', None, None)]


def test_absent_videos_are_reported_once(convert, root):
    text = HEAD + ''.join(f'gone{i % 3}.mp4,0,1,a,,\n' for i in range(6))
    text += 'uneven.mp4,0,1,a,,\n'
    result = convert(text)
    assert len(result.annotations.records) == 1
    assert result.notes == [
        f'3 of 4 listed videos are not below {root}: gone0.mp4, gone1.mp4, '
        'gone2.mp4'
    ]
    with pytest.raises(ConversionError, match='3 of 4 listed'):
        convert(text, missing='error')


@pytest.mark.parametrize('row,expected', [
    ('uneven.mp4,5,1,a,,', 'row 3: expected 0 <= start < end'),
    ('uneven.mp4,900,901,a,,', 'row 3: the segment starts at 900'),
    ('uneven.mp4,,1,a,,', 'row 3: expected a number'),
    ('uneven.mp4,x,1,a,,', 'row 3: expected a number'),
    ('uneven.mp4,0,1,a', 'row 3: expected 6 cells, got 4'),
    ('../b.mp4,0,1,a,,', 'row 3: expected a path below the data root'),
    ('/etc/b.mp4,0,1,a,,', 'row 3: expected a path below the data root'),
    ('broken.mp4,0,1,a,,', 'row 3: .*broken.mp4: cannot be opened'),
])
def test_wrong_rows_are_named_or_left_out(convert, root, row, expected):
    (root / 'broken.mp4').write_text('no video')
    text = HEAD + f'uneven.mp4,0,1,a,,\n{row}\n'
    with pytest.raises(ConversionError, match=expected):
        convert(text)
    assert not (root / 'a.jsonl').exists()
    result = convert(text, bad_rows='report')
    assert len(result.annotations.records) == 1
    assert 'left out' in result.notes[0]


def test_fractions_of_frames_are_refused(convert):
    with pytest.raises(ConversionError, match='whole frame numbers'):
        convert(HEAD + 'uneven.mp4,1.5,3,a,,\n', unit='frames')


def test_classes_may_be_given_renamed_and_numbered(convert):
    text = HEAD + 'uneven.mp4,0,1,b,,\nuneven.mp4,0,1,c,,\n'
    result = convert(text, classes=['c', 'b', 'a'])
    assert [r.label for r in result.annotations.records] == [1, 0]
    result = convert(text, rename=dict(c='b'))
    assert result.annotations.classes == ['b']
    with pytest.raises(ConversionError, match="row 3: expected a label .*'c'"):
        convert(text, classes=['b'])
    result = convert(
        HEAD + 'uneven.mp4,0,1,1,,\nuneven.mp4,0,1,3,,\n',
        classes=['x', 'y', 'z'],
        label_base=1)
    assert [r.label for r in result.annotations.records] == [0, 2]
    with pytest.raises(ConversionError, match='expected a label'):
        convert(
            HEAD + 'uneven.mp4,0,1,0,,\n', classes=['x'], label_base=1)


def test_intervals_in_one_cell_and_videos_beside_the_table(root, videos):
    folder = root / 'Person 7'
    (folder / 'Day').mkdir(parents=True)
    shutil.copy(videos['plain'], folder / 'Day' / '01.mp4')
    (folder / 'Day.csv').write_text('Name, What \n01.mp4, a[0 to 1]; '
                                    'b c[0.5 to 2; 2 to 2.2]\n')
    form = TableFormat(
        dict(path='Name'),
        intervals='What',
        video_dir='{csv_dir}/{csv_stem}',
        subject_from_path=r'Person (\d+)',
        subject_splits={'7': 'test'})
    result = convert_table([str(folder / 'Day.csv')], str(root),
                           str(root / 'a.jsonl'), form)
    video = 'Person 7/Day/01.mp4'
    assert facts(result) == [(video, 0, 25, 'a', '7', 'test'),
                             (video, 13, 50, 'b c', '7', 'test'),
                             (video, 50, 55, 'b c', '7', 'test')]


def test_subjects_outside_of_the_division_are_told(convert):
    result = convert(
        HEAD + 'uneven.mp4,0,1,a,8,\n', subject_splits={'7': 'extra'})
    assert result.notes == ["subjects without a split: ['8']"]
    result = convert(
        HEAD + 'uneven.mp4,0,1,a,7,\n', subject_splits={'7': 'extra'})
    assert result.annotations.splits == ['train', 'val', 'test', 'extra']


def test_wrong_columns_and_empty_results_are_told(convert):
    with pytest.raises(ConversionError, match=r"column\(s\) \['where'\]"):
        convert(HEAD, dict(path='where'))
    with pytest.raises(ConversionError, match='no samples'):
        convert(HEAD)


# the rules of table_format
@pytest.mark.parametrize('options,expected', [
    (dict(columns=dict(label='x')), 'path'),
    (dict(columns=dict(path='x', speed='y')), 'speed'),
    (dict(columns=dict(path='x', start='y')), 'both start and end'),
    (dict(columns=dict(path='x', label='y'), intervals='z'), 'either'),
    (dict(columns=dict(path='x'), unit='hours'), 'hours'),
    (dict(columns=dict(path='x'), label_base=0), 'list of classes'),
])
def test_impossible_formats_are_refused(options, expected):
    with pytest.raises(ValueError, match=expected):
        TableFormat(**options)


def test_a_real_set_with_uneven_timestamps_is_converted(
        shared_path, tmp_path):
    root = shared_path('data/video_gmdcsa24')
    form = TableFormat(
        dict(path='File Name'),
        intervals='Classes',
        video_dir='{csv_dir}/{csv_stem}',
        subject_from_path=r'Subject (\d+)',
        subject_splits={'1': 'train', '2': 'train', '3': 'train',
                        '4': 'test'})
    tables = sorted(str(p) for p in root.glob('Subject */*.csv'))
    result = convert_table(tables, str(root), str(tmp_path / 'a.jsonl'), form)
    assert len(result.notes) == 1 and ' listed videos' in result.notes[0]
    records = result.annotations.records
    assert len({r.video for r in records}) == 23
    assert {r.subject for r in records} == {'1', '2', '3', '4'}
    assert {r.split for r in records if r.subject == '4'} == {'test'}
    assert 'Falling (SW)' in result.annotations.classes
