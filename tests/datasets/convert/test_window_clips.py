"""Windows of one length with the class at their centre."""
import pytest

from mmgesture.datasets.convert import ConversionError, cut_window_clips
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)


def write(root):
    videos = [
        dict(video_id='A', video='a.mp4', num_frames=100, fps=10,
             split='train', subject='1'),
        dict(video_id='B', video='b.mp4', num_frames=100, fps=10,
             split='test', subject='2', labelled=False),
    ]
    path = str(root / 'ann.jsonl')
    write_annotations(path, make_header('t', ['x', 'y'], None,
                                        dict(videos=videos)),
                      [GestureRecord(f'r{a}', 'a.mp4', start=a, end=b,
                                     label=label, subject='1', split='train')
                       for a, b, label in ((15, 35, 0), (70, 90, 1))])
    return path


def test_a_window_is_called_by_its_centre(tmp_path):
    out = str(tmp_path / 'out.jsonl')
    result = cut_window_clips(write(tmp_path), out, 2, 1, ratio=100)
    found = read_annotations(out)
    assert found.classes == ['x', 'y', 'background']
    labels = {r.start: r.label for r in found.records}
    # centres at 10, 20, ... 90
    assert labels == {0: 2, 10: 0, 20: 0, 30: 2, 40: 2, 50: 2, 60: 1, 70: 1,
                      80: 2}
    assert all(r.end - r.start == 20 for r in found.records)
    assert {(r.video, r.subject, r.split) for r in found.records} == {
        ('a.mp4', '1', 'train')}
    assert 'train: 5 windows of background' in result.notes[0]


def test_so_much_background_is_drawn_as_was_asked_for(tmp_path):
    path = write(tmp_path)
    a, b, c = (
        cut_window_clips(path, str(tmp_path / 'o.jsonl'), 2, .2, .5, seed)
        for seed in (0, 0, 1))
    names = [[r.sample_id for r in x.annotations.records] for x in (a, b, c)]
    assert names[0] == names[1] != names[2] and not a.notes
    labels = [r.label for r in a.annotations.records]
    assert labels.count(2) == round(0.5 * (len(labels) - labels.count(2)))
    assert len(set(names[0])) == len(names[0])


def test_a_video_shorter_than_a_window_is_one(tmp_path):
    result = cut_window_clips(write(tmp_path), str(tmp_path / 'o.jsonl'), 60,
                              1, 1)
    assert not result.annotations.records or all(
        r.end <= 100 for r in result.annotations.records)


@pytest.mark.parametrize('wrong', [dict(seconds=0), dict(stride=0),
                                   dict(ratio=0)])
def test_wrong_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match='positive seconds'):
        cut_window_clips(write(tmp_path), str(tmp_path / 'o.jsonl'), **wrong)


def test_lengths_and_rates_must_be_known(tmp_path):
    path = write(tmp_path)
    text = open(path).read().replace('"fps": 10, ', '')
    open(path, 'w').write(text)
    with pytest.raises(ConversionError, match='"fps" of every video'):
        cut_window_clips(path, str(tmp_path / 'o.jsonl'))


def test_a_second_background_is_refused(tmp_path):
    out = str(tmp_path / 'out.jsonl')
    cut_window_clips(write(tmp_path), out)
    with pytest.raises(ValueError, match='already'):
        cut_window_clips(out, out)
