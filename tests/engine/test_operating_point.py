"""The tuned threshold on its way into a checkpoint.

Training to test is in tests/evaluation/metrics/test_micro_gesture_f1.py.
"""
import pytest
import torch
from mmengine.logging import MessageHub

from mmgesture.engine import CorruptCheckpointError, read_meta
from mmgesture.engine.operating_point import (latest_operating_point,
                                              remember_operating_point,
                                              store_operating_point)


def test_a_point_lives_until_the_next_step():
    hub = MessageHub.get_current_instance()
    hub.update_info('iter', 3)
    remember_operating_point(dict(threshold=.4))
    assert latest_operating_point(hub) == dict(threshold=.4)
    hub.update_info('iter', 4)
    assert latest_operating_point(hub) is None


def test_bare_weights_get_a_meta(tmp_path):
    path = tmp_path / 'w.pth'
    torch.save(dict(a=torch.ones(2)), path)
    store_operating_point(path, dict(threshold=.4))
    assert read_meta(path)['detection'] == dict(threshold=.4)
    assert torch.load(path, weights_only=True)['state_dict']['a'].sum() == 2


def test_a_damaged_file_stays_as_it_is(tmp_path):
    path = tmp_path / 'w.pth'
    path.write_bytes(b'nonsense')
    with pytest.raises(CorruptCheckpointError):
        store_operating_point(path, dict(threshold=.4))
    assert path.read_bytes() == b'nonsense'
    with pytest.raises(FileNotFoundError):
        store_operating_point(tmp_path / 'absent.pth', {})
