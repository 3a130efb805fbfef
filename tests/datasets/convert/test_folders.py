import pytest

from mmgesture.datasets.convert import ConversionError, convert_folders
from mmgesture.structures import read_annotations


@pytest.fixture
def root(tmp_path):
    for name in ('nod', 'big wave'):
        for person in range(5):
            for take in range(2):
                path = tmp_path / name / f'p{person}' / f'{take}.MP4'
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    (tmp_path / 'nod' / 'notes.txt').touch()
    (tmp_path / 'loose.mp4').touch()
    return tmp_path


def test_folders_are_classes_and_each_class_is_divided(root):
    result = convert_folders(str(root))
    found = read_annotations(str(root / 'annotations.jsonl'))
    assert found == result.annotations
    assert found.classes == ['big wave', 'nod'] and len(found.records) == 20
    for label in (0, 1):
        splits = [r.split for r in found.records if r.label == label]
        assert splits.count('train') == 8 and splits.count('test') == 2
    assert found.records[0].sample_id == 'big wave/p0/0'
    assert found.records[0].video == 'big wave/p0/0.MP4'


def test_people_are_never_divided(root):
    result = convert_folders(
        str(root), ratios=[('train', .6), ('val', .4)],
        subject_pattern=r'/p(\d)/')
    by_person = {}
    for record in result.annotations.records:
        by_person.setdefault(record.subject, set()).add(record.split)
    assert all(len(splits) == 1 for splits in by_person.values())
    assert len(result.annotations.select('train')) == 12


def test_people_may_be_assigned_by_name(root):
    result = convert_folders(
        str(root), subject_pattern=r'/p(\d)/',
        subject_splits={'0': 'fold1', '1': 'test'})
    assert len(result.annotations.select('fold1')) == 4
    assert result.notes == ["subjects without a split: ['2', '3', '4']"]


def test_folders_without_clips_or_subjects_are_refused(root, tmp_path):
    with pytest.raises(ConversionError, match='no subject'):
        convert_folders(str(root), subject_pattern=r'q(\d)')
    with pytest.raises(ValueError, match='pattern'):
        convert_folders(str(root), subject_splits={'1': 'test'})
    (tmp_path / 'empty').mkdir()
    with pytest.raises(ConversionError, match='no videos'):
        convert_folders(str(tmp_path / 'empty'))
