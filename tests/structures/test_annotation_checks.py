import pytest

from mmgesture.structures.annotation_checks import (header_problems,
                                                    is_inside,
                                                    record_problems)


@pytest.mark.parametrize('path', [
    'a.mp4', 'a/b c/d.mp4', 'a/../b.mp4', './a.mp4', '..a/b.mp4', 'a..b'
])
def test_paths_that_stay_below_the_root_are_inside(path):
    assert is_inside(path)


@pytest.mark.parametrize('path', [
    '', '/a.mp4', '..', '../a.mp4', 'a/../../b.mp4', './../a', 'D:a.mp4',
    '\\\\server\\a.mp4', '..\\a.mp4'
])
def test_paths_that_leave_the_root_are_not_inside(path):
    assert not is_inside(path)


def test_every_problem_of_a_record_is_told():
    line = dict(sample_id=1, video='/a', label=5, split='x', start=4, end=2)
    problems = record_problems(line, num_classes=5, splits=['train'])
    assert len(problems) == 5
    assert not record_problems(
        dict(sample_id='a', video='a', label=4, split='train'), 5, ['train'])


def test_a_record_without_video_needs_keypoints():
    line = dict(sample_id='a', video=None, label=0, split=None)
    assert record_problems(line, 1, [])
    assert not record_problems(dict(line, keypoints='a.csv'), 1, [])


def test_headers_are_checked_key_by_key():
    good = dict(mmgesture_annotations=1, dataset='a', classes=['x'])
    assert not header_problems(good)
    assert len(header_problems(dict(mmgesture_annotations=0))) == 3
    assert header_problems([]) and header_problems({})


def test_paths_of_whole_videos_stay_inside_too():
    header = dict(mmgesture_annotations=1, dataset='a', classes=['x'])
    good = dict(header, videos=[dict(video='a.mp4', depth=None)])
    assert not header_problems(good)
    for wrong in ('/etc/passwd', '../k.csv', 3):
        header['videos'] = [dict(video='a.mp4', keypoints=wrong)]
        assert 'inside' in header_problems(header)[0]
        assert not header_problems(header, allow_outside=True)
    assert header_problems(dict(header, videos='a.mp4'))
