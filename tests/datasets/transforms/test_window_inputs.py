"""Loading and packing windows: load_window, pack_window.

What they do on a data set is in tests/datasets/test_untrimmed.py.
"""
import numpy as np

from mmgesture.datasets.transforms import (LoadFeatureWindow,
                                           PackWindowInputs,
                                           SampleWindowFrames)


def test_an_unreadable_window_is_zeros_and_says_so():
    found = LoadFeatureWindow()(
        dict(unreadable=True, num_steps=4, num_channels=3))
    assert found['features'].shape == (3, 4) and not found['features'].any()


def test_hidden_labels_pack_without_instances():
    results = dict(
        features=np.ones((2, 3), np.float32), window_size=5, sample_id='a@0',
        video_id='a', window_start=0, num_steps=3, stride=1, offset=0.5,
        fps=20, num_frames=3, video_annotations=None)
    packed = PackWindowInputs()(results)
    assert packed['inputs'].tolist() == [[1, 1, 1, 0, 0]] * 2
    sample = packed['data_samples']
    assert 'gt_instances' not in sample
    assert sample.metainfo['video_annotations'] is None


def test_transforms_have_names():
    for made in (LoadFeatureWindow(), SampleWindowFrames(),
                 PackWindowInputs()):
        assert type(made).__name__ in repr(made)
