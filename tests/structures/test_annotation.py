import hashlib
import json
import pickle

import pytest

from mmgesture.structures import (AnnotationError, GestureRecord,
                                  annotation_hash, make_header,
                                  read_annotations, write_annotations)

HEADER = make_header('toy', ['wave', 'nod', 'shrug'])
RECORD = dict(
    sample_id='a_0',
    video='some folder/a b.mp4',
    start=3,
    end=9,
    label=2,
    subject='7',
    split='train')


@pytest.fixture
def write(tmp_path):

    def write_lines(*lines):
        path = tmp_path / 'annotations.jsonl'
        path.write_text(
            '\n'.join(x if isinstance(x, str) else json.dumps(x)
                      for x in lines) + '\n',
            encoding='utf-8')
        return str(path)

    return write_lines


def changed(**changes):
    return {**RECORD, **changes}


def test_what_is_written_is_read_back(tmp_path):
    path = str(tmp_path / 'new folder' / 'annotations.jsonl')
    records = [
        GestureRecord('a_0', 'a b.mp4', 0, 1, 0, '1', 'train', 'a.csv',
                      'd.mp4'),
        GestureRecord('b', 'größe.mp4', split='test', extra=dict(fps=28.5)),
        GestureRecord('c', None, 1, 2, None, None, None, 'c.csv'),
    ]
    header = make_header('toy', ['x', 'y'], extra=dict(notes=['n']))
    write_annotations(path, header, records)
    found = read_annotations(path)
    assert found.header == header and found.records == records
    assert found.classes == ['x', 'y'] and found.dataset == 'toy'
    assert found.splits == ['train', 'val', 'test']


def test_segments_may_be_absent_and_blank_lines_are_skipped(write):
    short = {k: RECORD[k] for k in ('sample_id', 'video', 'label', 'split')}
    found = read_annotations(write('', HEADER, '', short))
    assert found.records == [
        GestureRecord('a_0', 'some folder/a b.mp4', label=2, split='train')
    ]


@pytest.mark.parametrize('wrong,expected', [
    ('{"sample_id": ', 'line 3: expected one JSON object'),
    ([1, 2], 'line 3: expected a JSON object, got list'),
    ({k: v for k, v in RECORD.items() if k != 'label'},
     r"line 3: missing key\(s\) \['label'\]"),
    (changed(sample_id=5), 'line 3: expected "sample_id"'),
    (changed(sample_id=''), 'line 3: expected "sample_id"'),
    (changed(video=None), 'line 3: expected "video"'),
    (changed(label=3), r'line 3: expected "label" .* 0\.\.2 .* got 3'),
    (changed(label=-1), 'expected "label"'),
    (changed(label=True), 'expected "label"'),
    (changed(label='2'), 'expected "label"'),
    (changed(start=9), 'start < end .* start 9 and end 9'),
    (changed(start=-1), 'start < end'),
    (changed(start=1.5), 'two ints or both null'),
    (changed(start=None), 'two ints or both null'),
    (changed(split='dev'), r'"split" .* got .dev.'),
    (changed(subject=7), 'expected "subject"'),
    (changed(video='/etc/passwd'), 'stays inside'),
    (changed(video='a/../../b.mp4'), 'stays inside'),
    (changed(video='C:/b.mp4'), 'stays inside'),
    (changed(video='a\\b.mp4'), 'stays inside'),
    (changed(keypoints='../k.csv'), 'expected "keypoints"'),
    (changed(sample_id='first'), "'first' is already on line 2"),
])
def test_wrong_lines_are_named_with_file_line_and_expectation(
        write, wrong, expected):
    path = write(HEADER, changed(sample_id='first'), wrong)
    with pytest.raises(AnnotationError, match=expected) as info:
        read_annotations(path)
    assert path in str(info.value) and 'line 3' in str(info.value)


@pytest.mark.parametrize('header,expected', [
    (RECORD, 'expected the header'),
    ('no json', 'line 1'),
    ({**HEADER, 'mmgesture_annotations': 2}, 'version 1, got 2'),
    ({**HEADER, 'classes': []}, '"classes"'),
    ({**HEADER, 'classes': ['a', 'a']}, "distinct, repeated: \\['a'\\]"),
    ({**HEADER, 'classes': ['a', 3]}, '"classes"'),
    ({**HEADER, 'splits': 'train'}, '"splits"'),
    ({**HEADER, 'dataset': None}, '"dataset"'),
])
def test_wrong_headers_are_refused(write, header, expected):
    with pytest.raises(AnnotationError, match=expected):
        read_annotations(write(header, RECORD))


def test_an_empty_file_is_refused(write):
    with pytest.raises(AnnotationError, match='empty'):
        read_annotations(write(''))


def test_all_problems_are_listed_at_once(write):
    with pytest.raises(AnnotationError) as info:
        read_annotations(write(HEADER, changed(label=9, end=1), changed(
            sample_id='b', split='x')))
    assert len(info.value.problems) == 3
    again = pickle.loads(pickle.dumps(info.value))
    assert str(again) == str(info.value)


def test_outside_paths_are_read_only_on_request(write):
    path = write(HEADER, changed(video='/data/a.mp4'))
    assert read_annotations(
        path, allow_outside=True).records[0].video == '/data/a.mp4'


def test_own_split_names_replace_the_default_ones(write):
    header = make_header('toy', ['a', 'b', 'c'], splits=['fold1', 'fold2'])
    assert read_annotations(write(header, changed(
        split='fold2'))).records[0].split == 'fold2'
    with pytest.raises(AnnotationError, match='fold1'):
        read_annotations(write(header, RECORD))


def test_nothing_is_written_when_something_is_wrong(tmp_path):
    path = tmp_path / 'annotations.jsonl'
    path.write_text('old')
    record = GestureRecord('a', 'a.mp4', 0, 1, 0, split='train')
    for header, records in ((HEADER, [record, record]),
                            (HEADER, [GestureRecord('a', 'a.mp4', label=3)]),
                            ({}, [record])):
        with pytest.raises(AnnotationError):
            write_annotations(str(path), header, records)
    assert path.read_text() == 'old'
    assert list(tmp_path.iterdir()) == [path]


def test_the_hash_is_that_of_the_bytes(write):
    path = write(HEADER, RECORD)
    expected = hashlib.sha256(open(path, 'rb').read()).hexdigest()
    assert annotation_hash(path) == expected
