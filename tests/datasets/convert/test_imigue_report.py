from mmgesture.datasets.convert.imigue_report import completeness
from mmgesture.datasets.imigue import IMIGUE_CLASSES
from mmgesture.structures import AnnotationFile, GestureRecord, make_header


def make_set(scheme='miga', videos=(), **counts):
    records = [
        GestureRecord(f'{split}_{i}', 'a.mp4', i, i + 1,
                      None if split == 'test' else 0, split=split)
        for split, number in counts.items() for i in range(number)
    ]
    header = make_header('imigue', IMIGUE_CLASSES, None,
                         dict(split_scheme=scheme, videos=list(videos)))
    return AnnotationFile(header, records)


def test_the_numbers_of_the_challenge_are_complete():
    lines = completeness(
        make_set(videos=[{}] * 359, train=12893, val=777, test=4562))
    assert lines[0] == 'miga split: complete'
    assert 'val: 777 of 777 samples: complete' in lines
    assert any('13670 known, 4562 hidden; the authors count 18499' in line
               for line in lines)
    assert 'videos: 359 of 359: complete' in lines


def test_what_is_missing_or_too_much_is_told():
    lines = completeness(make_set(videos=[{}] * 358, train=12894, val=770))
    assert 'videos: 358 of 359: 1 missing' in lines
    assert lines[0] == ('miga split: not complete: train 1 too many, val 7 '
                        'missing, test 4562 missing')


def test_the_authors_protocol_has_its_own_numbers():
    lines = completeness(make_set('official', train=13936, test=4563))
    assert lines[0] == 'official split: complete'


def test_samples_without_a_split_are_told():
    annotations = make_set(train=12893, val=777, test=4562)
    annotations.records.append(GestureRecord('x', 'a.mp4', label=0))
    assert completeness(annotations)[0] == (
        'miga split: not complete: 1 samples without a split')
