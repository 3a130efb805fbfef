import numpy as np
import torch

from mmgesture.datasets.transforms import PackGestureInputs


def results(**changes):
    return dict(
        dict(
            imgs=np.zeros((1, 3, 4, 8, 8), np.uint8),
            sample_id='a_0',
            filename='/data/a.mp4',
            label=2,
            subject='7',
            img_shape=(8, 8),
            num_clips=1), **changes)


def test_frames_label_and_identity_are_kept():
    packed = PackGestureInputs()(results())
    assert packed['inputs'].shape == (1, 3, 4, 8, 8)
    assert packed['inputs'].dtype == torch.uint8
    sample = packed['data_samples']
    assert sample.gt_label.tolist() == [2]
    assert sample.sample_id == 'a_0' and sample.video == '/data/a.mp4'
    assert sample.img_shape == (8, 8) and sample.num_clips == 1
    assert sample.unreadable is False and sample.subject == '7'


def test_hidden_labels_leave_no_label_behind():
    sample = PackGestureInputs()(results(label=None))['data_samples']
    assert 'gt_label' not in sample


def test_label_zero_is_a_label():
    sample = PackGestureInputs()(results(label=0))['data_samples']
    assert sample.gt_label.tolist() == [0]


def test_unreadable_samples_say_so():
    sample = PackGestureInputs()(results(unreadable=True))['data_samples']
    assert sample.unreadable is True


def test_further_keys_are_kept_on_request():
    transform = PackGestureInputs(meta_keys=('view', 'absent'))
    sample = transform(results(view='left'))['data_samples']
    assert sample.view == 'left' and 'subject' not in sample
    assert 'view' in repr(transform)
