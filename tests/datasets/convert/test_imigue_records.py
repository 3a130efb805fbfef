import pytest

from mmgesture.datasets.convert.imigue_files import ImigueVideo
from mmgesture.datasets.convert.imigue_records import ImigueRun, choose_split
from mmgesture.datasets.convert.imigue_tables import LabelRow


@pytest.mark.parametrize('video,hint,subject,expected', [
    # the ids of the challenge are stronger than folders and athletes
    ('0001', 'train', 1, 'val'),
    ('0011', None, None, 'val'),
    ('0005', None, 2, 'train'),
    ('0012', 'test', 2, 'test'),
    ('0012', None, 1, 'test'),
    ('0012', None, None, None),
    ('0300', None, 2, 'test'),
])
def test_the_challenge_goes_by_id_then_folder_then_list_then_athlete(
        video, hint, subject, expected):
    subjects = {} if subject is None else {video: subject}
    assert choose_split(video, hint, 'miga', subjects, {'0300'}) == expected


def test_the_protocol_looks_at_nothing_but_the_athlete():
    assert choose_split('0001', 'test', 'official', {'0001': 2}) == 'train'
    with pytest.raises(ValueError, match='video 0001: expected a row'):
        choose_split('0001', 'train', 'official', {'0002': 2})


def placed(row, frame_base=0, tolerance=1, video=30, skeleton=None):
    """Frames of one gesture, complaints and what was cut."""
    run = ImigueRun('root', 'miga', {}, frozenset(), frame_base, tolerance)
    run.videos['0054'] = ImigueVideo('0054', 'a.mp4', labels='0054_label.csv')
    run.splits['0054'] = 'train'
    run.tables['0054'] = [LabelRow(4, *row, 7)]
    if video is not None:
        run.frames['0054'] = video
    if skeleton is not None:
        run.skeletons['0054'] = skeleton
    _, records = run.collect()
    frames = [(r.start, r.end) for r in records]
    return frames, run.problems, any('beyond their media' in n
                                     for n in run.notes)


@pytest.mark.parametrize('row,options,expected,cut', [
    ((0, 0), {}, (0, 1), False),
    ((29, 29), {}, (29, 30), False),
    ((0, 29), {}, (0, 30), False),
    ((29, 30), {}, (29, 30), True),
    ((1, 30), dict(frame_base=1), (0, 30), False),
    ((1, 31), dict(frame_base=1), (0, 30), True),
    ((5, 25), dict(skeleton=25), (5, 25), True),
    ((5, 31), dict(skeleton=60, tolerance=2), (5, 30), True),
    # without any media to measure the table is believed
    ((5, 9000), dict(video=None), (5, 9001), False),
])
def test_frames_become_half_open_and_end_with_the_shorter_medium(
        row, options, expected, cut):
    assert placed(row, **options) == ([expected], [], cut)


@pytest.mark.parametrize('row,options,expected', [
    ((30, 30), {}, 'expected frames up to 29, got 30 to 30; the video has 30 '
     'frames, the skeleton None'),
    ((0, 31), {}, 'expected frames up to 29'),
    ((0, 30), dict(tolerance=0), 'expected frames up to 29'),
    ((1, 32), dict(frame_base=1), 'expected frames up to 30'),
    ((0, 5), dict(frame_base=1), 'expected a start of at least 1, got 0'),
    ((5, 29), dict(skeleton=25), 'the video has 30 frames, the skeleton 25'),
])
def test_frames_beyond_the_media_are_named_with_file_and_row(
        row, options, expected):
    frames, problems, _ = placed(row, **options)
    assert frames == [] and len(problems) == 1
    assert '0054_label.csv row 5: ' in problems[0]
    assert expected in problems[0]
