import importlib.util
from pathlib import Path

import pytest
import torch

from mmgesture.apis.stream import load_stream_detector
from mmgesture.testing_stream import (write_tiny_stream,
                                      write_tiny_stream_set)

TOOL = Path(__file__).resolve().parents[3] / 'tools/analysis/tune_stream.py'


@pytest.fixture(scope='module')
def tool():
    spec = importlib.util.spec_from_file_location('tune_stream', TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_settings_of_every_look_ahead_go_into_the_checkpoint(
        tool, tmp_path, capsys):
    write_tiny_stream_set(tmp_path / 'set')
    config, checkpoint = write_tiny_stream(tmp_path, 'keypoints')
    assert tool.main([config, checkpoint, '--data-root',
                      str(tmp_path / 'set'), '--lookaheads', '0', '2']) == 0
    stored = torch.load(checkpoint, weights_only=True)['meta']['stream']
    assert sorted(stored) == ['0', '2']
    detector = load_stream_detector(config, checkpoint, 2.)
    assert list(detector.settings.on) == stored['2']['on']
    assert 'stored in' in capsys.readouterr().out


def test_what_is_wrong_is_told_without_a_traceback(tool, tmp_path, capsys):
    config, checkpoint = write_tiny_stream(tmp_path)
    assert tool.main([config, checkpoint, '--data-root', 'absent']) == 2
    assert 'absent' in capsys.readouterr().out
    assert tool.main([config, str(tmp_path / 'no.pth')]) == 2
    assert 'no.pth' in capsys.readouterr().out
