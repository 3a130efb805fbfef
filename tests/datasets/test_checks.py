import json
import re
import shutil

import pytest

from mmgesture.datasets.checks import check_annotations, check_video
from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.structures import (GestureRecord, annotation_hash,
                                  make_header, write_annotations)


@pytest.fixture
def check(tmp_path, videos):

    shutil.copy(videos['plain'], tmp_path / 'a b.mp4')
    shutil.copy(videos['mkv'], tmp_path / 'b.mkv')
    path = str(tmp_path / 'a.jsonl')

    def run(*records, **options):
        write_annotations(path, make_header('toy', ['x', 'y']), records)
        return check_annotations(path, str(tmp_path), **options)

    return run


def record(name, video='a b.mp4', start=0, end=10, label=0, subject='1',
           split='train', **more):
    return GestureRecord(name, video, start, end, label, subject, split,
                         **more)


def test_a_sound_set_has_neither_errors_nor_warnings(check, tmp_path):
    seen = []
    report = check(
        record('1'), record('2', start=10, end=60, label=1),
        record('3', 'b.mkv', None, None, 1, '2', 'test'),
        advance=seen.append)
    assert report.errors == [] and report.warnings == []
    assert seen == ['a b.mp4', 'b.mkv']
    assert report.videos['a b.mp4'] == dict(
        frames=60, fps=25, seconds=2.4, height=48, width=64, rotation=0)
    assert report.histogram == dict(
        train=dict(x=1, y=1), test=dict(x=0, y=1))
    assert report.subjects == dict(train=['1'], test=['2'])
    assert report.sha256 == annotation_hash(str(tmp_path / 'a.jsonl'))
    data = json.loads(json.dumps(report.to_dict()))
    assert data['ok'] and data['samples'] == 3


@pytest.mark.parametrize('records,expected', [
    ([record('1', 'gone.mp4')], r'gone.mp4: no such file \(1 samples\)'),
    ([record('1', keypoints='k.csv')], 'keypoints file is absent: k.csv'),
    ([record('1', start=60, end=61)], 'beyond the 60 frames'),
    ([record('1'), record('2', start=9, end=20, split='test')],
     r'different splits, the first is 1 and 2 \(train, test\)'),
    ([record('1'), record('2', start=None, end=None, split='test')],
     'different splits'),
    ([], 'no samples'),
])
def test_errors_are_found(check, records, expected):
    report = check(*records)
    assert len(report.errors) == 1
    import re
    assert re.search(expected, report.errors[0])
    assert not report.to_dict()['ok']


@pytest.mark.parametrize('records,expected', [
    ([record('1', end=61)], 'ends beyond the 60 frames'),
    ([record('1'), record('2')], 'same segment with the same label'),
    ([record('1'), record('2', start=9, end=20)], '1 pairs of segments'),
    ([record('1'), record('2', 'b.mkv', split='test')],
     "subject 1 is in several splits: ['test', 'train']"),
    ([record('1'), record('2', 'b.mkv', label=1, subject='2', split='val')],
     "without training samples: ['y']"),
])
def test_warnings_are_found(check, records, expected):
    report = check(*records)
    assert report.errors == [] and len(report.warnings) == 1
    assert expected in report.warnings[0]


def test_many_subjects_in_several_splits_are_one_warning(check):
    records = [
        record(f'{split}{i}', video, 6 * i, 6 * i + 6, subject=f'{i:04d}',
               split=split) for i in range(6)
        for split, video in (('train', 'a b.mp4'), ('val', 'b.mkv'))
    ]
    report = check(*records, record('o', start=50, subject='9', end=60))
    assert report.warnings == [
        '6 of 7 subjects are in several splits, the first is 0000: '
        "['train', 'val']"
    ]
    report = check(*records[:10])
    assert len(report.warnings) == 5
    assert "subject 0004 is in several splits" in report.warnings[4]


def test_touching_segments_do_not_overlap(check):
    report = check(record('1'), record('2', start=10, end=20))
    assert not report.warnings and not report.errors


def test_an_odd_frame_rate_is_told(check, tmp_path, video_tools):
    video_tools.write(tmp_path / 'slow.mp4', 10, fps=5)
    report = check(
        record('1'), record('2', 'b.mkv'), record('3', 'slow.mp4'))
    assert report.warnings == [
        'slow.mp4: 5.0 frames a second, the median of the set is 25.0'
    ]


def test_hidden_labels_are_counted_apart(check):
    report = check(record('1'), record('2', 'b.mkv', label=None))
    assert report.histogram['train'] == {'x': 1, 'y': 0, '(hidden)': 1}


def test_rotation_is_part_of_the_facts(rotated):
    facts = check_video(rotated)
    assert facts['rotation'] == 270  # counterclockwise
    assert (facts['height'], facts['width']) == (64, 48)


def header_errors(tmp_path, videos, classes, dataset='toy', **facts):
    """Errors and warnings of a set with this header."""
    shutil.copy(videos['plain'], tmp_path / 'v.mp4')
    path = str(tmp_path / 'h.jsonl')
    entries = [dict(video_id='v', video='v.mp4', **facts)]
    write_annotations(
        path, make_header(dataset, classes, extra=dict(videos=entries)),
        [record('1', 'v.mp4')])
    report = check_annotations(path, str(tmp_path))
    return report.errors, report.warnings


def test_classes_of_a_known_set_in_another_order_are_an_error(
        tmp_path, videos):
    names = list(SMG_CLASSES)
    assert header_errors(tmp_path, videos, names)[0] == []
    # the name of the set does not matter: the order of the labels does
    (error, ), _ = header_errors(tmp_path, videos, sorted(names))
    assert 'classes of smg in another order' in error
    assert "label 0 is 'Turtling neck and shoulder' in the set" in error
    errors, warnings = header_errors(
        tmp_path, videos, [*names[:-1], 'Talking'], 'smg')
    assert errors == [] and any('other classes than smg' in w
                                for w in warnings)


@pytest.mark.parametrize('facts, words', [
    (dict(fps=25), None), (dict(fps=25.2, num_frames=61), None),
    (dict(fps=None, num_frames=None), None),
    (dict(fps=28), '25.* frames a second, the header says 28'),
    (dict(num_frames=67), '60 frames, the header says 67'),
])
def test_rate_and_length_are_those_of_the_header(tmp_path, videos, facts,
                                                 words):
    errors, _ = header_errors(tmp_path, videos, ['x'], **facts)
    if words is None:
        assert errors == []
    else:
        assert re.search(words, errors[0])
