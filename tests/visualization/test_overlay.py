import av
import numpy as np
import pytest

from mmgesture.visualization.overlay import (draw_prediction, enlarge_small,
                                             write_overlay_video)

TOP = [(0, 'Arms akimbo', .6), (1, 'Ärmel', .3), (2, 'x' * 90, .1)]


def test_bars_are_drawn_at_the_foot_and_the_rest_is_left():
    frame = np.full((120, 160, 3), 200, dtype=np.uint8)
    drawn = draw_prediction(frame, TOP)
    assert drawn.shape == frame.shape and (frame == 200).all()
    assert (drawn[:70] == 200).all()
    assert (drawn[-40:] != 200).any()


def test_bar_length_is_the_probability():
    frame = np.zeros((64, 208, 3), dtype=np.uint8)

    def length(probability):
        drawn = draw_prediction(frame, [(0, '', probability)])
        # the topmost line of the bar, above the text
        return int((drawn.sum(axis=2) > 0).any(axis=0)[100:].sum())

    assert length(1.0) > length(0.75) > length(0.5)
    assert length(1.0) == pytest.approx(104, abs=2)


@pytest.mark.parametrize('shape', [(8, 8, 3), (33, 47, 3), (720, 1280, 3)])
def test_any_size_is_drawn(shape):
    assert draw_prediction(np.zeros(shape, np.uint8), TOP).shape == shape


def test_wrong_frame_is_refused():
    with pytest.raises(ValueError, match='uint8'):
        draw_prediction(np.zeros((8, 8, 3)), TOP)


def test_odd_sizes_become_an_even_h264_video(tmp_path):
    path = tmp_path / 'out.mp4'
    ramp = np.linspace(0, 255, 47).astype(np.uint8)
    frames = [np.broadcast_to(ramp[None, :, None], (33, 47, 3))] * 5
    assert write_overlay_video(path, iter(frames), 29.97) == 5
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == 'h264'
        assert stream.codec_context.pix_fmt == 'yuv420p'
        assert (stream.height, stream.width) == (34, 48)
        assert float(stream.average_rate) == pytest.approx(29.97, abs=.01)
        decoded = [f.to_ndarray(format='rgb24')
                   for f in container.decode(stream)]
    assert len(decoded) == 5
    error = decoded[0][:33, :47, 0].astype(int) - ramp
    assert np.abs(error).mean() < 6


def test_nothing_is_left_behind_when_it_fails(tmp_path):
    frames = [np.zeros((8, 8, 3), np.uint8), np.zeros((9, 8, 3), np.uint8)]
    with pytest.raises(ValueError, match='frame 1 has the shape'):
        write_overlay_video(tmp_path / 'a.mp4', frames, 25)
    with pytest.raises(ValueError, match='no frame'):
        write_overlay_video(tmp_path / 'b.mp4', [], 25)
    with pytest.raises(ValueError, match='positive'):
        write_overlay_video(tmp_path / 'c.mp4', frames, 0)
    assert list(tmp_path.iterdir()) == []


def test_small_frames_grow_by_a_whole_factor_and_large_ones_stay():
    small = np.zeros((120, 161, 3), np.uint8)
    assert enlarge_small(small).shape == (360, 483, 3)
    large = np.zeros((361, 360, 3), np.uint8)
    assert enlarge_small(large) is large
