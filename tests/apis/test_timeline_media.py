from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from mmgesture.apis.timeline_media import (MAX_PICTURES, MEDIA_KINDS,
                                           timeline_media, write_preview)
from mmgesture.datasets import UnreadableMediaError, open_video
from mmgesture.testing import write_tiny_video


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp('media') / 'a b.mp4'
    write_tiny_video(path, 60, (300, 400), fps=20)
    return path


def write_coded(path, codec, pix_fmt, stamps, size=(48, 64), **options):
    """Grey frames, each brighter than the one before, at some times."""
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=20, options=options)
        stream.height, stream.width = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, stamp in enumerate(stamps):
            image = np.full((*size, 3), 10 + 4 * (number % 60), np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            frame.pts, frame.time_base = int(stamp), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_a_small_playable_file_is_embedded_as_it_is(video):
    media = timeline_media(video, 'p.html')
    assert media.video == video.read_bytes() and media.mime == 'video/mp4'


def test_what_browsers_do_not_play_is_copied(tmp_path):
    path = tmp_path / 'old.avi'
    write_coded(path, 'mpeg4', 'yuv420p', range(0, 1500, 50))
    with pytest.raises(ValueError, match='old.avi.*preview'):
        timeline_media(path, 'p.html', 'embed')
    media = timeline_media(path, 'p.html')
    (tmp_path / 'copy.mp4').write_bytes(media.video)
    with open_video(str(tmp_path / 'copy.mp4')) as copy:
        assert len(copy) == 30 and copy.shape == (48, 64)
    assert 'copy' in media.note


@pytest.mark.parametrize('b_frames, copied', [(0, False), (3, True)])
def test_uneven_files_that_browsers_seek_wrongly_are_copied(
        tmp_path, b_frames, copied):
    path = tmp_path / 'phone.mp4'
    stamps = np.cumsum([50, 30, 100, 20, 20, 400] * 5) - 50
    write_coded(path, 'libx264', 'yuv420p', stamps, bf=str(b_frames))
    media = timeline_media(path, 'p.html')
    assert (media.video != path.read_bytes()) == copied
    assert timeline_media(path, 'p.html', 'embed').video == path.read_bytes()


def test_a_copy_is_small_and_keeps_uneven_times(tmp_path):
    stamps = np.cumsum([50, 30, 100, 20, 20, 400] * 5) - 50
    path = tmp_path / 'phone.mp4'
    write_coded(path, 'libx264', 'yuv420p', stamps, (600, 402))
    with open_video(str(path)) as original:
        wanted = original.timestamps
    media = timeline_media(path, 'p.html', 'preview')
    (tmp_path / 'copy.mp4').write_bytes(media.video)
    with open_video(str(tmp_path / 'copy.mp4')) as copy:
        assert copy.shape == (536, 360)
        assert copy.timestamps == pytest.approx(wanted, abs=2e-3)
        brightness = copy.get_frames(range(30)).mean((1, 2, 3))
    assert brightness == pytest.approx(10 + 4 * np.arange(30), abs=3)


def test_pictures_are_what_the_video_shows_then(video):
    media = timeline_media(video, 'p.html', 'pictures', [1.26, 2.])
    assert len(media.times) == 7 and sorted(media.times) == media.times
    assert 1.25 in media.times  # the frame that is shown at 1.26 s
    with open_video(str(video)) as reader:
        frame = reader.get_frames([25], 144)[0]
    data = np.frombuffer(media.jpegs[media.times.index(1.25)], np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]
    assert image.shape == frame.shape == (144, 192, 3)
    assert np.abs(image.astype(int) - frame).mean() < 6


def test_a_long_video_has_bounded_pictures(tmp_path):
    path = tmp_path / 'long.mp4'
    write_coded(path, 'libx264', 'yuv420p', range(0, 1000 * 1000, 1000))
    seen = []
    media = timeline_media(path, 'p.html', 'auto', np.arange(0, 1000, .7),
                           limit=100, progress=lambda *x: seen.append(x))
    assert media.kind == 'pictures'
    assert 300 < len(media.jpegs) <= MAX_PICTURES
    assert media.times[0] == 0 and media.times[-1] > 990
    assert seen[-1] == ('pictures', len(media.jpegs), len(media.jpegs))


def test_a_link_leads_from_the_page_to_the_file(video):
    media = timeline_media(video, video.parent / 'out' / 'p.html', 'link')
    assert media.href == '../a%20b.mp4' and media.video is None


def test_the_first_frame_may_come_late(tmp_path):
    path = tmp_path / 'late.mkv'
    write_coded(path, 'libx264', 'yuv420p', range(300, 900, 50))
    assert timeline_media(path, 'p.html', 'link').offset == \
        pytest.approx(.3, abs=.02)


def test_bad_wishes_and_files_are_named(tmp_path, video):
    with pytest.raises(ValueError, match='film'):
        timeline_media(video, 'p.html', 'film')
    (tmp_path / 'b.mp4').write_bytes(b'nonsense')
    for kind in MEDIA_KINDS[:-1]:
        with pytest.raises(UnreadableMediaError, match='b.mp4'):
            timeline_media(tmp_path / 'b.mp4', 'p.html', kind)
    assert timeline_media(tmp_path / 'b.mp4', 'p.html', 'none').kind == 'none'


def test_equal_times_stay_in_order(tmp_path):
    image = np.zeros((32, 32, 3), np.uint8)
    write_preview(tmp_path / 'p.mp4', [(image, 0.), (image, 0.), (image, 1.)])
    with open_video(str(tmp_path / 'p.mp4')) as reader:
        assert len(reader) == 3
