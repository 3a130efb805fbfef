"""What real sets get wrong, from the annotation file to the window.

More of it in test_untrimmed.py (lengths, NaN, channels) and
tests/structures/test_untrimmed.py.
"""
import json
import logging

import numpy as np
import pytest
from mmengine.logging import MMLogger

from mmgesture.datasets import TooManyBadMediaError, UntrimmedDataset
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.structures import AnnotationError
from mmgesture.testing_untrimmed import write_tiny_untrimmed

from .conftest import write_video


@pytest.fixture
def root(tmp_path):
    write_tiny_untrimmed(tmp_path, (2, 1, 1))
    return tmp_path


def build(root, **more):
    settings = dict(
        ann_file='annotations.jsonl', data_root=str(root), window_size=32,
        features=dict(folder='features/tiny'), split='train',
        pipeline=[dict(type='LoadFeatureWindow'),
                  dict(type='PackWindowInputs')])
    return UntrimmedDataset(**{**settings, **more})


def spoil(root, change):
    """Change lines of the annotation file."""
    path = root / 'annotations.jsonl'
    lines = [json.loads(x) for x in path.read_text().splitlines()]
    change(lines)
    path.write_text(''.join(json.dumps(x) + '\n' for x in lines))


@pytest.mark.parametrize('change, message', [
    (lambda x: x[2].update(start=30, end=20), 'line 3: expected 0 <= start'),
    (lambda x: x[2].update(start=30, end=30), 'line 3: expected 0 <= start'),
    (lambda x: x[2].update(start=-1), 'line 3: expected 0 <= start'),
    (lambda x: x[2].update(label=3), r'line 3: expected "label" .* 0..2'),
    (lambda x: x[2].update(label='left'), 'line 3: expected "label"'),
    (lambda x: x[2].update(start=500, end=510), 'starts beyond the 160'),
    (lambda x: x[0]['videos'][0].update(num_frames=0), 'without frames'),
    (lambda x: x[0]['videos'][0].update(split='test'), 'expected one split'),
])
def test_wrong_annotations_name_the_file_and_the_place(root, change,
                                                       message):
    spoil(root, change)
    with pytest.raises(AnnotationError, match=message) as error:
        build(root)
    assert 'annotations.jsonl' in str(error.value)


def test_repairs_are_counted_and_reported(root):
    lines = []
    logger = MMLogger.get_current_instance()
    keeper = logging.Handler()
    keeper.emit = lambda record: lines.append(record.getMessage())

    def change(x):
        x[1].update(end=9999)  # ends beyond its video
        x.append(dict(x[2], sample_id='twin'))  # the same once more
        x.append(dict(x[3], sample_id='near', start=x[3]['start'] + 1))

    spoil(root, change)
    logger.addHandler(keeper)
    try:
        data = build(root)
    finally:
        logger.removeHandler(keeper)
    repairs = data.repairs
    assert [len(r) for r in (repairs.clamped, repairs.duplicates)] == [1, 1]
    assert len(repairs.overlaps) >= 1
    text = ' '.join(lines)
    for words in ('1 segment(s) ended beyond', 'twin', 'were kept'):
        assert words in text
    ends = [s.end for v in data.videos for s in v.segments]
    assert max(ends) <= 161


def test_features_of_another_stride_are_refused_before_training(root):
    path = root / 'features' / 'tiny' / 'train_00.npy'
    np.save(path, np.load(path)[::2])
    with pytest.raises(UnreadableMediaError, match='stride of about 4.0'):
        build(root)


def test_a_set_full_of_nan_stops_and_says_so(root):
    for path in (root / 'features' / 'tiny').glob('train*.npy'):
        np.save(path, np.full_like(np.load(path), np.nan))
    data = build(root)
    with pytest.raises(TooManyBadMediaError, match='cannot be read'):
        data[0]


def frames(root, **more):
    return UntrimmedDataset(
        'annotations.jsonl', 16, frames=dict(), data_root=str(root),
        split='train', **{**dict(pipeline=[
            dict(type='OpenVideo'), dict(type='SampleWindowFrames'),
            dict(type='DecodeVideo'),
            dict(type='FormatShape', input_format='NCTHW'),
            dict(type='PackWindowInputs')]), **more})


def test_a_video_without_frames_is_skipped_named_and_kept_in_a_test(root):
    write_video(root / 'train_01.mp4', 161, fps=20)
    (root / 'train_00.mp4').write_bytes(b'')
    data = frames(root, max_bad_fraction=1.)
    assert data[0]['data_samples'].video_id == 'train_01'
    assert data.bad_media.num_bad >= 1  # windows of the same file
    tested = frames(root, test_mode=True)
    assert tested[0]['data_samples'].unreadable
    assert tested[0]['data_samples'].video_id == 'train_00'


def test_a_video_of_unknown_length_is_measured_or_named(root):
    spoil(root, lambda x: [v.update(num_frames=None)
                           for v in x[0]['videos']])
    write_video(root / 'train_01.mp4', 161, fps=20)
    with pytest.raises(UnreadableMediaError, match='train_00.mp4'):
        frames(root)
    write_video(root / 'train_00.mp4', 170, fps=20)
    assert [v.num_frames for v in frames(root).videos] == [170, 161]


def test_a_video_shorter_than_its_header_gives_what_there_is(root):
    for name in ('train_00', 'train_01'):
        write_video(root / f'{name}.mp4', 100, fps=20)
    data = frames(root)
    # windows beyond the file show its last frame
    assert all(x['inputs'].shape == (3, 16, 48, 64) for x in data)
