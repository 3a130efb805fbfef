import base64

import pytest

from mmgesture.visualization.timeline import Media


def test_each_kind_is_named():
    assert Media().kind == 'none' and Media().base64() == ''
    assert Media(href='a%20b.mp4').kind == 'link'
    assert Media(jpegs=[b'x'], times=[0.]).kind == 'pictures'
    video = Media(video=b'abc')
    assert video.kind == 'video'
    assert base64.b64decode(video.base64()) == b'abc'
    assert 'video' not in video.to_dict()


def test_two_kinds_or_missing_times_are_refused():
    with pytest.raises(ValueError, match='more than one'):
        Media(video=b'a', href='b')
    with pytest.raises(ValueError, match='0 for 1'):
        Media(jpegs=[b'a'])
