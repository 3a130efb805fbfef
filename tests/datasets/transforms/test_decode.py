import numpy as np
import pytest

from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.datasets.transforms import DecodeVideo, OpenVideo
from mmgesture.datasets.video import open_video


def write_small(path):
    import av
    with av.open(str(path), 'w') as out:
        stream = out.add_stream('libx264', rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, 'yuv420p'
        for shade in range(0, 200, 20):
            frame = av.VideoFrame.from_ndarray(
                np.full((48, 64, 3), shade, np.uint8), format='rgb24')
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return str(path)


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    return write_small(tmp_path_factory.mktemp('decode') / 'a.mp4')


def test_open_and_decode_give_frames_in_order(video):
    results = OpenVideo()(dict(filename=video))
    assert results['total_frames'] == 10 and not results['unreadable']
    assert results['original_shape'] == (48, 64)
    assert isinstance(results['fps'], float)
    assert results['fps'] == pytest.approx(25)
    results['frame_inds'] = np.array([9, 0, 4])
    results = DecodeVideo()(results)
    shades = [int(img.mean().round()) for img in results['imgs']]
    assert np.allclose(shades, [180, 0, 80], atol=4)
    assert results['img_shape'] == (48, 64)
    assert 'video_reader' not in results


def test_decoding_can_shrink(video):
    results = OpenVideo()(dict(filename=video))
    results['frame_inds'] = np.arange(3)
    results = DecodeVideo(short_side=12)(results)
    assert results['img_shape'] == (12, 16) == results['imgs'][0].shape[:2]
    assert results['original_shape'] == (48, 64)


def test_the_file_is_closed_also_when_decoding_fails(video):
    closed = []
    reader = open_video(video)
    close = reader.close
    reader.close = lambda: (closed.append(1), close())
    with pytest.raises(IndexError):
        DecodeVideo()(dict(video_reader=reader, frame_inds=[99]))
    assert closed == [1]


def test_an_unreadable_sample_gets_black_frames(tmp_path):
    results = OpenVideo(blank_shape=(20, 30))(
        dict(filename=str(tmp_path / 'gone.mp4'), end=7, unreadable=True))
    assert results['total_frames'] == 7
    results['frame_inds'] = np.array([0, 6])
    results = DecodeVideo()(results)
    assert results['imgs'][1].shape == (20, 30, 3)
    assert not np.any(results['imgs'])


def test_a_missing_file_and_a_record_without_video_are_unreadable(tmp_path):
    with pytest.raises(UnreadableMediaError, match='no such file'):
        OpenVideo()(dict(filename=str(tmp_path / 'gone.mp4')))
    with pytest.raises(UnreadableMediaError, match='only keypoints'):
        OpenVideo()(dict(filename=None, sample_id='a'))


def test_wrong_options_are_refused_and_repr_shows_them():
    with pytest.raises(ValueError, match='opencv'):
        OpenVideo(backend='opencv')
    with pytest.raises(ValueError, match='short_side'):
        DecodeVideo(short_side=0)
    assert "'pyav'" in repr(OpenVideo('pyav'))
    assert '256' in repr(DecodeVideo(256))
