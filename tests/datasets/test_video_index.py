import os

import numpy as np
import pytest

from mmgesture.datasets import video_index as module
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.video_index import build_index, video_index

REASONS = dict(
    missing='no such file',
    empty='empty',
    folder='folder',
    text='cannot be opened',
    cut_header_at_end='cannot be opened',
    cut_header_in_front='truncated',
    audio_only='video stream',
    no_frames='no frame|cannot be')


@pytest.mark.parametrize('kind', REASONS)
def test_what_is_no_readable_video_is_refused_with_path_and_reason(
        broken, kind):
    with pytest.raises(UnreadableMediaError, match=REASONS[kind]) as info:
        build_index(broken[kind])
    assert broken[kind] in str(info.value)
    assert info.value.path == broken[kind]


def test_timestamps_follow_uneven_recording(videos):
    index = build_index(videos['uneven'])
    rng = np.random.RandomState(0)
    pts = np.cumsum(rng.choice([20, 33, 34, 40, 120], size=90))
    assert np.allclose(index.timestamps, (pts - pts[0]) / 1000, atol=1e-3)
    assert index.fps == pytest.approx(89e3 / (pts[-1] - pts[0]), rel=1e-3)


def test_key_frames_of_closed_gops_are_found(videos):
    index = build_index(videos['plain'])
    assert len(index) == 60
    assert index.pts[0] == index.key_pts[0]
    assert 5 <= len(index.key_pts) < 60
    assert len(build_index(videos['all_key']).key_pts) == 20


def test_a_changed_file_is_read_again(videos, video_tools, tmp_path):
    path = video_tools.write(tmp_path / 'a.mp4', 5)
    first = video_index(path)
    assert video_index(path) is first
    video_tools.write(tmp_path / 'a.mp4', 9)
    assert len(video_index(path)) == 9


def test_the_cache_keeps_only_the_latest(videos, monkeypatch):
    monkeypatch.setattr(module, 'CACHE_SIZE', 2)
    module._CACHE.clear()
    for kind in ('plain', 'mkv', 'avi'):
        video_index(videos[kind])
    assert len(module._CACHE) == 2
    assert videos['plain'] not in [k[0] for k in module._CACHE]


PLAYLISTS = [
    '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n',
    'ffconcat version 1.0\nfile {1}\n',
    '#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/x.ts\n',
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
    '<BaseURL>{0}</BaseURL></Period></MPD>',
]


@pytest.mark.parametrize('text', PLAYLISTS)
def test_a_list_of_names_in_a_video_s_clothes_opens_nothing(
        videos, tmp_path, text):
    other = tmp_path / 'other.ts'
    other.write_bytes(open(videos['plain'], 'rb').read())
    path = tmp_path / 'clip.mp4'
    path.write_text(text.format(other, other.name))
    before = other.stat().st_atime_ns
    with pytest.raises(UnreadableMediaError, match='cannot be opened'):
        build_index(str(path))
    assert other.stat().st_atime_ns == before


def test_unknown_codec_is_the_file_s_fault(videos, tmp_path):
    data = open(videos['plain'], 'rb').read()
    path = tmp_path / 'x.mp4'
    path.write_bytes(data.replace(b'avc1', b'zzzz'))
    with pytest.raises(UnreadableMediaError, match='no decoder knows'):
        build_index(str(path))


def test_pictures_that_would_fill_the_memory_are_refused(
        videos, monkeypatch):
    monkeypatch.setattr(module, 'MAX_PIXELS', 48 * 64 - 1)
    with pytest.raises(UnreadableMediaError):
        build_index(videos['plain'])
    monkeypatch.setattr(module, 'MAX_PIXELS', 2 * 48 * 64)
    assert len(build_index(videos['plain'])) == 60


def test_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / 'pipe.mp4')
    with pytest.raises(UnreadableMediaError, match='device'):
        build_index(str(tmp_path / 'pipe.mp4'))
