import numpy as np
import torch

from mmgesture.datasets.video import open_video
from mmgesture.testing import (TINY_CLASSES, tiny_config, write_tiny_model,
                               write_tiny_video)


def test_tiny_video_is_what_was_drawn(tmp_path):
    frames = write_tiny_video(tmp_path / 'v.mp4', num_frames=7)
    with open_video(tmp_path / 'v.mp4') as reader:
        decoded = reader.get_frames(range(len(reader)))
    assert decoded.shape == frames.shape == (7, 40, 52, 3)
    assert np.abs(decoded.astype(int) - frames).mean() < 12
    again = write_tiny_video(tmp_path / 'w.mp4', num_frames=7)
    assert (again == frames).all()
    other = write_tiny_video(tmp_path / 'w.mp4', num_frames=7, seed=1)
    assert (other != frames).any()


def test_tiny_model_is_plain_and_leaves_the_random_state_alone(tmp_path):
    state = torch.random.get_rng_state()
    config, checkpoint = write_tiny_model(tmp_path / 'new')
    assert torch.equal(torch.random.get_rng_state(), state)
    assert config.endswith('tiny.py')
    loaded = torch.load(checkpoint, weights_only=True)
    assert loaded['meta']['classes'] == list(TINY_CLASSES)
    other = torch.load(
        write_tiny_model(tmp_path / 'other', seed=1)[1], weights_only=True)
    name = 'cls_head.fc_cls.weight'
    assert not torch.equal(loaded['state_dict'][name],
                           other['state_dict'][name])


def test_tiny_head_has_the_number_of_classes():
    assert tiny_config(list('abcde')).model.cls_head.num_classes == 5
