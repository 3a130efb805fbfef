import math

import numpy as np
import pytest

from mmgesture.datasets.modalities.taylor import (grey_frames, taylor_motion,
                                                  taylor_peak, taylor_video,
                                                  window_length)


def by_definition(grey, terms):
    """The formula of the module's docstring, window by window."""
    grey, window = grey / 255., terms + 3
    differences = [grey]
    for _ in range(terms + 2):
        differences.append(np.diff(differences[-1], axis=0))
    motion = []
    for s in range(len(grey) - window + 1):
        sums = [
            sum((grey[s + j] - grey[s])**k for j in range(window)) /
            math.factorial(k) for k in range(terms)
        ]
        motion.append([
            sum(sums[k] * differences[k + j][s] for k in range(terms)) /
            window for j in (1, 2, 3)
        ])
    return np.array(motion)


def noise(length, seed=0):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (length, 7, 9), dtype=np.uint8)


def test_video_equals_that_of_the_official_notebook(golden):
    file = np.load(golden / 'taylor_brush.npz')
    for grey in (file['gray'], file['gray'] / 255):
        video = taylor_video(grey)
        error = np.abs(video.astype(int) - file['taylor'])
        assert video.shape == file['taylor'].shape == (19, 96, 96, 3)
        # numbers that are cut to integers may fall on either side of one
        assert error.max() <= 1 and (error > 0).mean() < 1e-3


@pytest.mark.parametrize('terms', [1, 2, 3, 4, 5])
def test_motion_equals_the_definition_for_any_number_of_terms(terms):
    grey = noise(13)
    motion = np.stack([m.copy() for m in taylor_motion(grey, terms)])
    assert motion.shape[0] == 13 - terms - 2
    assert np.allclose(motion, by_definition(grey, terms), atol=1e-6)


def test_constant_clip_is_black_in_every_norm():
    for value in (0, 77, 255):
        for norm in ('channel', 'frame', 'clip'):
            grey = np.full((9, 4, 5), value, np.uint8)
            assert not taylor_video(grey, norm=norm).any()
            assert not taylor_video(grey / 255, norm=norm).any()


def test_linear_ramp_has_displacement_only():
    step = np.array([[.01, .02], [.03, .005]])
    ramp = np.arange(8)[:, None, None] * step
    video = taylor_video(ramp)
    assert (video[..., 0].max((1, 2)) == 255).all()
    assert not video[..., 1:].any()


def test_norms_scale_by_channel_frame_or_clip():
    grey = noise(10)
    raw = np.maximum(by_definition(grey, 3), 0)  # (N, 3, H, W)
    channel, frame, clip = (
        taylor_video(grey, norm=n) for n in ('channel', 'frame', 'clip'))
    assert (channel.max((1, 2)) >= 254).all()
    assert (frame.max((1, 2, 3)) >= 254).all()
    assert (frame.max((1, 2)) < 254).any()
    expected = (raw / raw.max() * 255).transpose(0, 2, 3, 1)
    assert np.abs(clip - expected).max() < 1.001


def test_length_is_five_less_or_padded_with_the_last_picture():
    grey = noise(11)
    video, padded = taylor_video(grey), taylor_video(grey, pad=True)
    assert len(video) == 6 and len(padded) == 11
    assert (padded[:6] == video).all() and (padded[6:] == video[-1]).all()


@pytest.mark.parametrize('length', [1, 2, 5, 6])
def test_short_clips_go_on_with_their_last_frame(length):
    grey = noise(length)
    longer = np.concatenate([grey, np.repeat(grey[-1:], 6 - length, 0)])
    assert (taylor_video(grey) == taylor_video(longer)).all()
    assert taylor_video(grey, pad=True).shape[0] == length


def test_the_peak_of_parts_is_that_of_the_whole():
    grey = noise(20)
    parts = [grey[:13], grey[8:]]
    peak = max(taylor_peak(part) for part in parts)
    assert peak == taylor_peak(grey)
    whole = taylor_video(grey, norm='clip')
    halves = [taylor_video(p, norm='clip', peak=peak) for p in parts]
    assert (np.concatenate(halves) == whole).all()


def test_wrong_input_is_refused():
    for call in (lambda: taylor_video(noise(8), norm='max'),
                 lambda: taylor_video(noise(8)[:0]),
                 lambda: taylor_video(noise(8)[..., None]),
                 lambda: window_length(0)):
        with pytest.raises(ValueError, match='expected'):
            call()


def test_grey_weighs_colours_as_opencv_does():
    frames = np.zeros((1, 1, 3, 3), np.uint8)
    frames[0, 0] = np.eye(3) * 255
    assert grey_frames(frames).tolist() == [[[76, 150, 29]]]
