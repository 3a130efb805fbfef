import pytest
import torch

from mmgesture.engine.checkpoint import load_local, save_checkpoint
from mmgesture.engine.checkpoint_file import (CorruptCheckpointError,
                                              check_file)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / 'epoch_1.pth'
    save_checkpoint(dict(state_dict={'w': torch.arange(4000.)}), path)
    return path


def test_whole_file_passes(good):
    check_file(good)


def test_every_cut_of_a_checkpoint_is_found_damaged(good):
    data = good.read_bytes()
    for size in list(range(0, len(data), len(data) // 40)) + [len(data) - 1]:
        good.write_bytes(data[:size])
        with pytest.raises(CorruptCheckpointError, match='epoch_1.pth'):
            check_file(good)
        with pytest.raises(CorruptCheckpointError):
            load_local(good)


def test_flipped_bit_in_the_weights_is_found(good):
    data = bytearray(good.read_bytes())
    at = bytes(data).find(torch.tensor([2000.]).numpy().tobytes())
    data[at] ^= 1
    good.write_bytes(bytes(data))
    with pytest.raises(CorruptCheckpointError, match='checksum|damaged'):
        check_file(good)
