"""Recordings with their segments out of an annotation file."""
import pytest

from mmgesture.structures import (AnnotationError, AnnotationFile,
                                  GestureRecord, SegmentRepairs, make_header,
                                  untrimmed_videos)


def record(name, start, end, label=0, video='a.mp4', **more):
    return GestureRecord(
        name, video, start=start, end=end, label=label,
        **{**dict(split='train', subject='1'), **more})


def build(records, videos=None):
    extra = None if videos is None else dict(videos=videos)
    return AnnotationFile(make_header('t', ['x', 'y'], None, extra), records)


VIDEO = dict(video_id='A', video='a.mp4', num_frames=100, fps=20, split='train',
             subject='1', labelled=True)


def test_records_find_their_video_by_file_and_are_sorted():
    found = untrimmed_videos(
        build([record('b', 50, 60, 1), record('a', 10, 20)], [VIDEO]))
    assert [v.video_id for v in found] == ['A']
    assert [(s.start, s.end, s.label)
            for s in found[0].segments] == [(10, 20, 0), (50, 60, 1)]
    assert (found[0].num_frames, found[0].fps) == (100, 20)


def test_records_without_an_entry_make_a_video_of_their_own():
    found = untrimmed_videos(build([record('a', 1, 5, video='f/Sample1.mp4')]))
    assert (found[0].video_id, found[0].split, found[0].subject,
            found[0].num_frames) == ('Sample1', 'train', '1', None)


def test_a_video_without_gestures_stays_and_a_hidden_one_says_so():
    hidden = dict(VIDEO, video_id='B', video='b.mp4', labelled=False)
    empty, unknown = untrimmed_videos(build([], [VIDEO, hidden]))
    assert empty.segments == [] and unknown.segments is None


def test_one_hidden_label_hides_the_whole_video():
    found = untrimmed_videos(
        build([record('a', 1, 5), record('b', 7, 9, None)], [VIDEO]))
    assert found[0].segments is None


def test_keypoints_join_sets_without_videos():
    entry = dict(VIDEO, video=None, keypoints='k/a.npz')
    found = untrimmed_videos(
        build([record('a', 1, 5, video=None, keypoints='k/a.npz')], [entry]))
    assert len(found) == 1 and len(found[0].segments) == 1


def test_what_is_mended_is_counted():
    repairs = SegmentRepairs()
    records = [
        record('a', 10, 20),
        record('twin', 10, 20),  # the same again
        record('other class', 10, 20, 1),  # allowed, and no overlap of a class
        record('over', 90, 130),
        record('inner', 95, 99)
    ]
    video, = untrimmed_videos(build(records, [VIDEO]), repairs=repairs)
    assert [(s.start, s.end) for s in video.segments] == [
        (10, 20), (10, 20), (90, 100), (95, 99)]
    assert [len(x) for x in (repairs.clamped, repairs.duplicates,
                             repairs.overlaps)] == [1, 1, 1]
    assert 'over [90, 130)' in str(repairs) and repairs
    assert not SegmentRepairs() and 'nothing' in str(SegmentRepairs())


def test_overlaps_are_found_behind_a_short_neighbour():
    repairs = SegmentRepairs()
    untrimmed_videos(
        build([record('long', 0, 50), record('short', 5, 8),
               record('late', 40, 45)], [VIDEO]), repairs=repairs)
    assert len(repairs.overlaps) == 2


@pytest.mark.parametrize('records, videos, message', [
    ([record('a', 100, 120)], [VIDEO], 'starts beyond the 100 frames'),
    ([record('a', 1, 5, extra=dict(video_id='Z'))], [VIDEO],
     "'Z' is not among"),
    ([record('a', 1, 5, split='test')], [VIDEO], 'expected one split'),
    ([], [VIDEO, VIDEO], 'occurs twice'),
    ([], [dict(VIDEO, num_frames=0)], 'video without frames'),
    ([], [dict(VIDEO, fps=0)], 'positive fps'),
    ([], [dict(fps=3)], 'expected a video_id'),
    ([], [dict(VIDEO, split='exam')], 'expected a split'),
])
def test_contradictions_are_errors_that_name_the_file(records, videos,
                                                      message):
    with pytest.raises(AnnotationError, match=message) as error:
        untrimmed_videos(build(records, videos), source='ann.jsonl')
    assert 'ann.jsonl' in str(error.value)


def test_selection_by_split_and_subject():
    other = dict(VIDEO, video_id='B', video='b.mp4', split='test',
                 subject='2')
    data = build([], [VIDEO, other])
    assert [v.video_id for v in untrimmed_videos(data, 'test')] == ['B']
    assert [v.video_id for v in untrimmed_videos(data, None, ['1'])] == ['A']
    assert [v.video_id for v in untrimmed_videos(
        data, exclude_subjects=['1'])] == ['B']
    for wrong in (dict(split='exam'), dict(subjects=['7'])):
        with pytest.raises(ValueError, match='unknown'):
            untrimmed_videos(data, **wrong)
