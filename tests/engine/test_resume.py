import logging
import os

import pytest
import torch

from mmgesture.engine import resume as module
from mmgesture.engine.checkpoint import (CorruptCheckpointError,
                                         save_checkpoint)
from mmgesture.engine.resume import find_resumable


class Folder:
    """A work directory whose checkpoints are a second apart."""

    def __init__(self, path, source):
        self.path, self.source, self.time = path, source, 1000

    def add(self, name, damaged=False):
        data = self.source.read_bytes()
        file = self.path / name
        file.write_bytes(data[:100] if damaged else data)
        self.time += 1
        os.utime(file, (self.time, self.time))

    def point(self, name):
        (self.path / 'last_checkpoint').write_text(f'/elsewhere/{name}')


@pytest.fixture
def folder(tmp_path):
    source, path = tmp_path / 'source.pth', tmp_path / 'run'
    save_checkpoint(dict(state_dict={'w': torch.zeros(100)}), source)
    path.mkdir()
    return Folder(path, source)


@pytest.fixture
def warnings(monkeypatch):
    found = []

    def record(text, logger=None, level=logging.INFO):
        if level >= logging.WARNING:
            found.append(text)

    monkeypatch.setattr(module, 'print_log', record)
    return found


def test_nothing_to_resume_from_is_none(folder):
    assert find_resumable(folder.path) is None
    assert find_resumable(folder.path / 'absent') is None
    folder.add('best_top1_epoch_1.pth')
    assert find_resumable(folder.path) is None


def test_newest_checkpoint_is_resumed(folder):
    for name in ('epoch_9.pth', 'epoch_10.pth'):
        folder.add(name)
    assert find_resumable(folder.path).name == 'epoch_10.pth'
    folder.point('epoch_10.pth')
    assert find_resumable(folder.path).name == 'epoch_10.pth'


def test_checkpoint_written_after_the_pointer_is_resumed(folder):
    folder.add('epoch_1.pth')
    folder.point('epoch_1.pth')
    folder.add('epoch_2.pth')
    assert find_resumable(folder.path).name == 'epoch_2.pth'


def test_leftovers_of_a_longer_run_are_not_resumed(folder):
    folder.add('epoch_30.pth')
    folder.add('epoch_2.pth')
    folder.point('epoch_2.pth')
    assert find_resumable(folder.path).name == 'epoch_2.pth'


def test_empty_pointer_is_survived(folder):
    folder.add('epoch_1.pth')
    (folder.path / 'last_checkpoint').write_text('')
    assert find_resumable(folder.path).name == 'epoch_1.pth'


def test_damaged_newest_checkpoint_falls_back_with_a_warning(
        folder, warnings):
    folder.add('epoch_1.pth')
    folder.add('epoch_2.pth', damaged=True)
    folder.point('epoch_2.pth')
    assert find_resumable(folder.path).name == 'epoch_1.pth'
    assert len(warnings) == 1
    assert 'epoch_2.pth' in warnings[0] and 'truncated' in warnings[0]


def test_nothing_but_damaged_checkpoints_is_an_error(folder):
    folder.add('epoch_1.pth', damaged=True)
    with pytest.raises(CorruptCheckpointError, match='all 1 checkpoints'):
        find_resumable(folder.path)
