"""Online submissions: miga_online, miga_online_2023, frame_rule."""
import csv
import zipfile

import pytest

from mmgesture.structures import GestureSegment, VideoDetections
from mmgesture.submission import (DetectionFile, FrameRule,
                                  validate_online, validate_online2023,
                                  write_online, write_online2023)
from mmgesture.submission.miga_online import read_online_template
from mmgesture.submission.miga_online_2023 import sequence_name

VIDEOS = [VideoDetections('Sample0036', num_frames=100, fps=20.),
          VideoDetections('Sample0037', num_frames=50, fps=20.)]


@pytest.fixture
def content():
    return DetectionFile(
        [
            VideoDetections('Sample0037', [[0, 50.4]], [0], [.8]),
            VideoDetections('Sample0036',
                            [[9.6, 20.4], [2, 2.2], [60, 70]], [1, 0, 1],
                            [.9, .6, .2], num_frames=100, fps=20.),
        ], ['x', 'y'], threshold=.5)


IDS = ['Sample0036', 'Sample0037']


def rows(path):
    with open(path, newline='') as file:
        return list(csv.reader(file))


def test_the_csv_has_what_counts_in_the_order_wanted(content, tmp_path):
    out = tmp_path / 's.csv'
    write_online(content, out, IDS)
    assert rows(out) == [
        ['video_id', 'class', 'start_frame', 'end_frame'],
        ['Sample0036', '1', '2', '2'],  # at least one frame, end inclusive
        ['Sample0036', '2', '10', '19'],
        ['Sample0037', '1', '0', '49'],
    ]
    report = validate_online(out, VIDEOS, 2)
    assert report.ok, report
    assert report.num_rows == 3 and report.histogram == {1: 2, 2: 1}


def test_bases_and_ends_are_options(content, tmp_path):
    rule = FrameRule(label_base=0, frame_base=1, inclusive=False)
    out = tmp_path / 's.csv'
    write_online(content, out, IDS, rule=rule)
    assert rows(out)[2] == ['Sample0036', '1', '11', '21']
    assert validate_online(out, VIDEOS, 2, rule=rule).ok
    assert not validate_online(out, VIDEOS, 2).ok  # class 0


def test_a_template_names_columns_videos_and_numbers_rows(content, tmp_path):
    template = tmp_path / 'sample_submission.csv'
    template.write_text('Id,EndFrame,StartFrame,Gesture,Sequence,Confidence\n'
                        '0,1,2,3,Sequence0036,0.5\n0,1,2,3,Sequence0037,1\n')
    form = read_online_template(template)
    assert form.roles == ['row', 'end', 'start', 'class', 'video', 'score']
    out = tmp_path / 's.csv'
    write_online(content, out, IDS, template)
    assert rows(out)[1:] == [
        ['0', '2', '2', '1', 'Sequence0036', '0.6'],
        ['1', '19', '10', '2', 'Sequence0036', '0.9'],
        ['2', '49', '0', '1', 'Sequence0037', '0.8']]
    assert validate_online(out, VIDEOS, 2, template).ok


def test_the_form_of_macs_second_track_is_a_template_too(tmp_path):
    template = tmp_path / 't.csv'
    template.write_text(',video_id,t_start,t_end,class,score\n')
    content = DetectionFile(
        [VideoDetections('a', [[10, 25]], [3], [.5], num_frames=40, fps=20.)],
        list('wxyz'), threshold=0)
    out = tmp_path / 's.csv'
    rule = FrameRule(label_base=0, unit='seconds')
    write_online(content, out, None, template, rule)
    assert rows(out)[1] == ['0', 'a', '0.50', '1.25', '3', '0.5']
    assert validate_online(out, content.videos, 4, template, rule).ok


def test_a_single_id_column_is_the_videos(tmp_path):
    template = tmp_path / 't.csv'
    template.write_text('id,label,start,end\n')
    assert read_online_template(template).roles[0] == 'video'


@pytest.mark.parametrize('text, message', [
    ('', 'is empty'),
    ('video,class,start,end,colour\n', "'colour' cannot be told"),
    ('video,start,end\n', r"no \['class'\]"),
])
def test_templates_that_cannot_be_read_are_refused(tmp_path, text, message):
    (tmp_path / 't.csv').write_text(text)
    with pytest.raises(ValueError, match=message):
        read_online_template(tmp_path / 't.csv')


@pytest.mark.parametrize('text, problem', [
    ('video_id,class,start,end\n', 'expected the header'),
    ('Sample0036,1,0\n', 'expected 4 columns'),
    ('Sample0099,1,0,5\n', 'videos are not expected: Sample0099'),
    ('Sample0036,3,0,5\n', 'class from 1 to 2'),
    ('Sample0036,x,0,5\n', 'expected a class number'),
    ('Sample0036,1,6,5\n', 'start <= end <= 99'),
    ('Sample0036,1,0,100\n', 'start <= end <= 99'),
    ('Sample0036,1,-1,5\n', '0 <= start'),
    ('Sample0036,1,0.5,5\n', 'start and end in frames'),
    ('Sample0036,1,0,5\nSample0036,1,0,5\n', 'occurs twice'),
])
def test_what_a_server_would_refuse_is_told(tmp_path, text, problem):
    path = tmp_path / 's.csv'
    header = '' if text.startswith('video_id') else \
        'video_id,class,start_frame,end_frame\n'
    path.write_text(header + text)
    report = validate_online(path, VIDEOS, 2)
    assert not report.ok and problem in str(report), report


def test_silent_videos_are_noted_and_files_that_are_none_told(tmp_path):
    path = tmp_path / 's.csv'
    path.write_text('video_id,class,start_frame,end_frame\n'
                    'Sample0036,1,0,5\n')
    report = validate_online(path, VIDEOS, 2)
    assert report.ok and 'note: 1 videos have no detection' in str(report)
    path.write_bytes(b'\xff\xfe')
    assert 'not a UTF-8 csv' in str(validate_online(path, VIDEOS, 2))
    assert 'no such file' in str(validate_online(tmp_path / 'x', VIDEOS, 2))


def test_2023_wants_a_file_for_each_sequence(content, tmp_path):
    out = tmp_path / 's.zip'
    write_online2023(content, out, IDS)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ['Sequence0036_prediction.csv',
                                      'Sequence0037_prediction.csv']
        assert archive.read('Sequence0036_prediction.csv') == \
            b'1,2,2\n2,10,19\n'
    report = validate_online2023(out, VIDEOS, 2)
    assert report.ok and report.num_rows == 3
    again = tmp_path / 'again.zip'
    write_online2023(content, again, IDS)
    assert again.read_bytes() == out.read_bytes()


def test_a_silent_sequence_has_an_empty_file(tmp_path):
    content = DetectionFile([VideoDetections('Sample0036')], ['x'],
                            threshold=0)
    write_online2023(content, tmp_path / 's.zip')
    assert validate_online2023(tmp_path / 's.zip', VIDEOS[:1], 1).ok


@pytest.mark.parametrize('files, problem', [
    ({'Sequence0036_prediction.csv': ''}, 'missing'),
    ({'Sequence0036_prediction.csv': '', 'Sequence0037_prediction.csv': '',
      'a.txt': ''}, 'not expected'),
    ({'Sequence0036_prediction.csv': '1,2\n',
      'Sequence0037_prediction.csv': ''}, 'expected 3 columns'),
    ({'Sequence0036_prediction.csv': '1,9,2\n',
      'Sequence0037_prediction.csv': ''}, 'start <= end'),
    ({'Sequence0036_prediction.csv': '1,2,9\n1,2,9\n',
      'Sequence0037_prediction.csv': ''}, 'occurs twice'),
])
def test_wrong_zips_are_told(tmp_path, files, problem):
    with zipfile.ZipFile(tmp_path / 's.zip', 'w') as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    report = validate_online2023(tmp_path / 's.zip', VIDEOS, 2)
    assert not report.ok and problem in str(report)


def test_names_and_templates_of_2023(content, tmp_path):
    assert sequence_name('Sample0036') == 'Sequence0036_prediction.csv'
    assert sequence_name('abc') == 'abc_prediction.csv'
    with pytest.raises(ValueError, match='no template'):
        write_online2023(content, tmp_path / 's', template='t.csv')
    twins = DetectionFile([VideoDetections('a1'), VideoDetections('b1')],
                          ['x'], threshold=0)
    with pytest.raises(ValueError, match='would share'):
        write_online2023(twins, tmp_path / 's')
    assert not validate_online2023(tmp_path / 'absent', VIDEOS, 2).ok
    (tmp_path / 'bad').write_bytes(b'PK')
    assert 'not a zip' in str(validate_online2023(tmp_path / 'bad', VIDEOS, 2))


def test_missing_videos_and_thresholds_are_errors(content, tmp_path):
    with pytest.raises(ValueError, match='Sample0038'):
        write_online(content, tmp_path / 's', [*IDS, 'Sample0038'])
    content.threshold = None
    with pytest.raises(ValueError, match='tune one'):
        write_online(content, tmp_path / 's', IDS)
    write_online(content, tmp_path / 's', IDS, threshold=.1)
    assert len(rows(tmp_path / 's')) == 5


def test_times_stay_in_the_video():
    video = VideoDetections('a', num_frames=10)
    for segment, expected in (((-3, 4), ('0', '3')), ((8.6, 30), ('9', '9')),
                              ((9.9, 10), ('9', '9'))):
        assert FrameRule().times(
            GestureSegment(*segment, 0), video) == expected
    with pytest.raises(ValueError, match='rate is unknown'):
        FrameRule(unit='seconds').times(GestureSegment(0, 1, 0), video)
    with pytest.raises(ValueError, match='expected a unit'):
        FrameRule(unit='days')
