"""The transforms of taylor, frame_difference and flow_flip."""
import numpy as np
import pytest

from mmgesture.datasets.modalities.flow_encoding import mirror_flow_image
from mmgesture.datasets.modalities.taylor import grey_frames, taylor_video
from mmgesture.datasets.transforms.flow_flip import FlipFlowVideo
from mmgesture.datasets.transforms.frame_difference import FrameDifference
from mmgesture.datasets.transforms.taylor import (ComputeTaylor,
                                                  SampleTaylorWindows)


def noise(length):
    generator = np.random.default_rng(0)
    return generator.integers(0, 256, (length, 6, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize('length', [3, 6, 20])
def test_taylor_on_the_fly_equals_the_generated_video(length):
    frames = noise(length)
    chosen = np.array([0, length // 2, length - 1])
    results = SampleTaylorWindows()(
        dict(frame_inds=chosen, total_frames=length))
    assert results['frame_inds'].shape == (18, )
    results['imgs'] = list(frames[results['frame_inds']])
    results = ComputeTaylor()(results)
    expected = taylor_video(grey_frames(frames), pad=True)[chosen]
    assert (np.stack(results['imgs']) == expected).all()
    assert len(results['frame_inds']) == 3


def test_taylor_without_windows_is_refused():
    with pytest.raises(ValueError, match='SampleTaylorWindows'):
        ComputeTaylor()(dict(imgs=list(noise(7)), frame_inds=np.arange(7)))
    with pytest.raises(ValueError, match='norm'):
        ComputeTaylor(norm='max')


def test_difference_stays_inside_of_a_clip():
    values = [10, 14, 4, 100, 100, 90]
    imgs = [np.full((2, 2, 3), v, np.uint8) for v in values]
    signed = FrameDifference()(dict(imgs=list(imgs), num_clips=2))['imgs']
    assert [int(i[0, 0, 0]) for i in signed] == [130, 123, 123, 128, 123, 123]
    plain = FrameDifference(False)(dict(imgs=list(imgs), num_clips=2))['imgs']
    assert [int(i[0, 0, 0]) for i in plain] == [4, 10, 10, 0, 10, 10]
    single = FrameDifference()(dict(imgs=imgs[:1]))['imgs']
    assert (single[0] == 128).all() and single[0].dtype == np.uint8


def test_flow_flip_mirrors_all_frames_or_none():
    imgs = list(noise(3))
    flipped = FlipFlowVideo(1.)(dict(imgs=list(imgs)))
    assert flipped['flip'] is True
    for before, after in zip(imgs, flipped['imgs']):
        assert (after == mirror_flow_image(before)).all()
    kept = FlipFlowVideo(0.)(dict(imgs=list(imgs)))
    assert kept['flip'] is False and kept['imgs'][0] is imgs[0]
    for bad in (dict(encoding='hsv'), dict(flip_ratio=2)):
        with pytest.raises(ValueError, match='expected'):
            FlipFlowVideo(**bad)
