import shutil

import pytest

from mmgesture.datasets.convert import ConversionError, convert_smg
from mmgesture.datasets.convert.smg import find_sequences
from mmgesture.structures import GestureRecord, read_annotations


def put(root, folder, number, **contents):
    """Write files of one sequence; None: an empty file."""
    place = root / folder / f'Sample{number:04d}'
    place.mkdir(parents=True, exist_ok=True)
    for modality, text in contents.items():
        suffix = 'mp4' if modality in ('color', 'depth') else 'csv'
        (place / f'Sample{number:04d}_{modality}.{suffix}').write_text(
            text or '')


@pytest.fixture
def flat(tmp_path):
    """The flat form: one train, one validation, one test sequence."""
    root = tmp_path / 'flat'
    put(root, '', 1, color=None, depth=None, skeleton='0,0',
        finelabels='15,100,176\n12,837,889\n17,0,0\n', data='900,28,4500\n')
    put(root, '', 35, color=None, finelabels='1,5,899\n', data='900,30,1\n')
    put(root, '', 36, color=None, skeleton='0,0', data='100,28,1\n')
    return root


def test_the_flat_form_becomes_records_worked_by_hand(flat):
    result = convert_smg(str(flat))
    media = dict(
        video='Sample0001/Sample0001_color.mp4',
        keypoints='Sample0001/Sample0001_skeleton.csv',
        depth='Sample0001/Sample0001_depth.mp4',
        subject='1',
        split='train')
    found = read_annotations(str(flat / 'annotations.jsonl'))
    assert found == result.annotations
    assert found.records == [
        GestureRecord('Sample0001_0000', start=100, end=177, label=14,
                      **media),
        GestureRecord('Sample0001_0001', start=837, end=890, label=11,
                      **media),
        # the very first frame, one frame long
        GestureRecord('Sample0001_0002', start=0, end=1, label=16, **media),
        # up to the very last frame
        GestureRecord('Sample0035_0000', 'Sample0035/Sample0035_color.mp4', 5,
                      900, 0, '35', 'val')
    ]
    assert found.dataset == 'smg' and len(found.classes) == 17
    videos = {v['video_id']: v for v in found.header['videos']}
    assert videos['Sample0035']['fps'] == 30
    assert videos['Sample0001']['num_frames'] == 900
    assert any('Sample0035: no skeleton' in note for note in result.notes)


def test_hidden_test_sequences_are_listed_without_samples(flat):
    result = convert_smg(str(flat))
    video = result.annotations.header['videos'][-1]
    assert video['video_id'] == 'Sample0036' and video['split'] == 'test'
    assert video['labelled'] is False
    assert not result.annotations.select('test')
    assert any('Sample0036: no label file' in n for n in result.notes)


def test_rows_without_a_label_are_hidden_samples(flat):
    put(flat, '', 36, finelabels=',10,20\n')
    records = convert_smg(str(flat)).annotations.select('test')
    assert [(r.sample_id, r.start, r.end, r.label) for r in records
            ] == [('Sample0036_0000', 10, 21, None)]


def test_the_phase_folders_give_the_same_records(flat, tmp_path):
    root = tmp_path / 'phases'
    places = {
        1: ('smg_data_phase1/smg_skeleton_train',
            'SMG_RGB_Phase1/smg_rgb_train'),
        35: ('smg_data_phase1/smg_skeleton_validate',
             'SMG_RGB_Phase1/smg_rgb_validate'),
        36: ('smg_data_phase2/smg_skeleton_test',
             'SMG_RGB_Phase2/smg_rgb_test')
    }
    for number, (tables, videos) in places.items():
        for file in (flat / f'Sample{number:04d}').iterdir():
            folder = videos if file.suffix == '.mp4' else tables
            target = root / folder / f'Sample{number:04d}'
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    expected = convert_smg(str(flat)).annotations.records
    found = convert_smg(str(root), str(tmp_path / 'a.jsonl'))
    assert (tmp_path / 'a.jsonl').exists()

    def facts(records):
        return [(r.sample_id, r.start, r.end, r.label, r.subject, r.split)
                for r in records]

    assert facts(found.annotations.records) == facts(expected)
    assert found.annotations.records[0].video == (
        'SMG_RGB_Phase1/smg_rgb_train/Sample0001/Sample0001_color.mp4')


@pytest.mark.parametrize('base,end,expected', [
    (0, 'inclusive', (100, 177)),
    (1, 'inclusive', (99, 176)),
    (0, 'exclusive', (100, 176)),
    (1, 'exclusive', (99, 175)),
])
def test_frame_base_and_end_are_options(tmp_path, base, end, expected):
    put(tmp_path, '', 1, color=None, data='900,28,1', finelabels='15,100,176')
    record, = convert_smg(
        str(tmp_path), frame_base=base, end=end).annotations.records
    assert (record.start, record.end) == expected


@pytest.mark.parametrize('labels,expected', [
    ('1,2,3\n18,1,2\n', 'row 2: expected a label 1..17, got 18'),
    ('0,1,2\n', 'row 1: expected a label'),
    ('3,9,8\n', 'row 1: expected 0 <= start <= end, got 9 and 8'),
    ('3,-1,8\n', 'got -1 and 8'),
    ('3,100,120\n', 'starts at frame 100, the sequence has 100 frames'),
    ('3,5\n', 'expected label,start_frame,end_frame'),
    ('3,5,9,1\n', 'expected label,start_frame,end_frame'),
    ('a,5,9\n', 'expected label,start_frame,end_frame'),
])
def test_wrong_rows_are_named_with_file_and_row(tmp_path, labels, expected):
    put(tmp_path, '', 4, color=None, data='100,28,1', finelabels=labels)
    with pytest.raises(ConversionError, match=expected) as info:
        convert_smg(str(tmp_path))
    assert 'Sample0004_finelabels.csv row' in str(info.value)
    assert not (tmp_path / 'annotations.jsonl').exists()


def test_an_end_beyond_the_sequence_is_clamped_and_told(tmp_path):
    put(tmp_path, '', 4, color=None, data='100,28,1', finelabels='3,90,100\n')
    result = convert_smg(str(tmp_path))
    assert result.annotations.records[0].end == 100
    assert any('row 1: ends at frame 100' in n for n in result.notes)


def test_modalities_may_be_missing(tmp_path, videos):
    put(tmp_path, '', 1, skeleton='0', finelabels='1,0,4')
    put(tmp_path, '', 2, finelabels='1,0,4')
    put(tmp_path, '', 3, finelabels='1,0,59\n1,0,60')
    shutil.copy(videos['plain'], tmp_path / 'Sample0003/Sample0003_color.mp4')
    result = convert_smg(str(tmp_path))
    records = result.annotations.records
    assert [(r.sample_id, r.video is None, r.end) for r in records] == [
        ('Sample0001_0000', True, 5), ('Sample0003_0000', False, 60),
        # the video's own length counts where no table tells it
        ('Sample0003_0001', False, 60)
    ]
    assert any('Sample0002: neither color nor skeleton' in n
               for n in result.notes)
    assert result.annotations.header['videos'][1]['fps'] == 25


def test_own_ranges_replace_the_official_ones(flat):
    result = convert_smg(
        str(flat), splits=dict(train=(35, 36), test=(1, 1)), dataset='mine')
    assert [r.split for r in result.annotations.records
            ] == ['test', 'test', 'test', 'train']
    with pytest.raises(ConversionError, match='Sample0036'):
        convert_smg(str(flat), splits=dict(train=(1, 35)))


def test_a_folder_without_the_set_and_wrong_options_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match='SampleNNNN'):
        convert_smg(str(tmp_path))
    with pytest.raises(ValueError, match='frame_base'):
        convert_smg(str(tmp_path), frame_base=2)


def test_a_wrong_data_table_is_named(tmp_path):
    for content in ('', 'a,28,1', '100', '0,28,1'):
        put(tmp_path, '', 1, color=None, data=content)
        with pytest.raises(ConversionError, match='_data.csv row 1'):
            convert_smg(str(tmp_path))


def test_two_different_files_of_one_sequence_are_refused(flat):
    put(flat, 'again', 1, data='900,28,4500\n')
    assert find_sequences(str(flat))[1]['data'].startswith('Sample0001')
    put(flat, 'again', 1, data='90,28,4500\n')
    with pytest.raises(ConversionError, match='differ'):
        convert_smg(str(flat))
