import pytest

from mmgesture.structures import AnnotationFile, GestureRecord, make_header


def test_a_segment_of_one_frame_is_one_frame_long():
    assert GestureRecord('a', 'a.mp4', 4, 5).num_frames == 1
    assert GestureRecord('a', 'a.mp4').num_frames is None


def test_absent_modalities_are_not_written_and_other_keys_are():
    line = GestureRecord('a', 'a.mp4', extra=dict(fps=28.5)).to_dict()
    assert 'keypoints' not in line and 'depth' not in line
    assert line['fps'] == 28.5 and line['label'] is None


def test_records_are_selected_by_split_and_subject():
    found = AnnotationFile(
        make_header('toy', ['wave']), [
            GestureRecord(name, f'{name}.mp4', subject=subject, split=split)
            for name, subject, split in (('a', '1', 'train'),
                                         ('b', '2', 'val'),
                                         ('c', '2', 'train'),
                                         ('d', None, None))
        ])

    def names(*args, **options):
        return ''.join(r.sample_id for r in found.select(*args, **options))

    assert names() == 'abcd'
    assert names('train') == 'ac'
    assert names(['train', 'val']) == 'abc'
    assert names(subjects=['2']) == 'bc'
    assert names('train', subjects=[2]) == 'c'
    assert names(exclude_subjects=['2']) == 'ad'
    with pytest.raises(ValueError, match="unknown split 'dev'"):
        names('dev')
    with pytest.raises(ValueError, match=r"subject\(s\) \['9'\]"):
        names(subjects=['1', '9'])
