"""Clips between the gestures."""
import pytest

from mmgesture.datasets import UntrimmedDataset
from mmgesture.datasets.convert import ConversionError, add_background
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)


def write(root, records=None, **video):
    videos = [
        dict(video_id='A', video='a.mp4', num_frames=200, fps=10,
             split='train', subject='1', **video),
        dict(video_id='B', video='b.mp4', num_frames=100, fps=10,
             split='test', subject='2', labelled=False),
    ]
    if records is None:
        records = [(0, 15), (40, 60), (50, 65), (185, 200)]
    path = str(root / 'ann.jsonl')
    write_annotations(path, make_header('t', ['x'], None, dict(videos=videos)),
                      [GestureRecord(f'r{k}', 'a.mp4', start=a, end=b,
                                     label=0, subject='1', split='train')
                       for k, (a, b) in enumerate(records)])
    return path


def test_clips_lie_between_the_gestures(tmp_path):
    out = str(tmp_path / 'out.jsonl')
    result = add_background(write(tmp_path), out, seconds=1, ratio=100)
    found = read_annotations(out)
    assert found.classes == ['x', 'background']
    clips = [(r.start, r.end) for r in found.records if r.label == 1]
    # 15-40 and 65-185 hold 2 and 12 clips of 10 frames
    assert clips == [(15, 25), (25, 35)] + [
        (a, a + 10) for a in range(65, 185, 10)]
    assert {(r.video, r.subject, r.split) for r in found.records} == {
        ('a.mp4', '1', 'train')}
    assert 'train: 14 clips' in result.notes[0]
    assert [r.sample_id for r in found.records][:4] == [
        'r0', 'r1', 'r2', 'r3']


def test_so_many_are_drawn_as_were_asked_for(tmp_path):
    path = write(tmp_path)
    a, b, c = (
        add_background(path, str(tmp_path / 'o.jsonl'), 1, 1, seed)
        for seed in (0, 0, 1))
    names = [[r.sample_id for r in x.annotations.records] for x in (a, b, c)]
    assert len(names[0]) == 8 and names[0] == names[1] != names[2]
    assert not a.notes


def test_the_videos_stay_untrimmed_videos(tmp_path):
    path = str(tmp_path / 'o.jsonl')
    add_background(write(tmp_path), path)
    data = UntrimmedDataset('o.jsonl', 50, frames=dict(),
                            data_root=str(tmp_path))
    assert data.videos[0].num_frames == 200


@pytest.mark.parametrize('more, message', [
    (dict(seconds=0), 'positive seconds'), (dict(ratio=0), 'positive')])
def test_wrong_numbers_are_refused(tmp_path, more, message):
    with pytest.raises(ValueError, match=message):
        add_background(write(tmp_path), str(tmp_path / 'o.jsonl'), **more)


def test_lengths_and_rates_must_be_known(tmp_path):
    path = write(tmp_path)
    text = open(path).read().replace('"fps": 10, ', '')
    open(path, 'w').write(text)
    with pytest.raises(ConversionError, match='"fps" of every video'):
        add_background(path, str(tmp_path / 'o.jsonl'))


def test_a_second_background_is_refused(tmp_path):
    out = str(tmp_path / 'out.jsonl')
    add_background(write(tmp_path), out)
    with pytest.raises(ValueError, match='already'):
        add_background(out, out)
