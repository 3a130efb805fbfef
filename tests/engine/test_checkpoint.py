import logging
import os
import pickle

import pytest
import torch
from mmengine.runner.checkpoint import CheckpointLoader
from mmengine.runner.checkpoint import load_checkpoint as mmengine_load

from mmgesture.engine import checkpoint as module
from mmgesture.engine.checkpoint import (CheckpointError,
                                         CheckpointMismatchError,
                                         CorruptCheckpointError,
                                         UntrustedCheckpointError, load_local,
                                         load_weights, read_meta,
                                         save_checkpoint, trusting_checkpoints)


class Bomb:
    """Unpickling it makes a file, as malicious code would."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path), )


@pytest.fixture
def bomb(tmp_path):
    path, trace = tmp_path / 'bomb.pth', tmp_path / 'code_ran'
    torch.save(dict(state_dict={}, meta=Bomb(trace)), path)
    return path, trace


@pytest.fixture
def good(tmp_path):
    path = tmp_path / 'epoch_1.pth'
    save_checkpoint(
        dict(state_dict={'w': torch.arange(4000.)}, meta=dict(seed=3)), path)
    return path


@pytest.fixture
def warnings(monkeypatch):
    found = []

    def record(text, logger=None, level=logging.INFO):
        if level >= logging.WARNING:
            found.append(text)

    monkeypatch.setattr(module, 'print_log', record)
    return found


def test_saved_checkpoint_loads_without_unpickling(good):
    loaded = torch.load(good, weights_only=True)
    assert torch.equal(loaded['state_dict']['w'], torch.arange(4000.))
    assert read_meta(good) == dict(seed=3)


@pytest.mark.parametrize('legacy', [False, True])
def test_checkpoint_with_code_is_refused_and_runs_nothing(
        tmp_path, bomb, legacy):
    path, trace = bomb
    if legacy:
        torch.save(
            dict(meta=Bomb(trace)),
            path,
            _use_new_zipfile_serialization=False)
    for load in (load_local, read_meta,
                 lambda p: mmengine_load(torch.nn.Linear(1, 1), str(p))):
        with pytest.raises(UntrustedCheckpointError) as caught:
            load(path)
        assert str(path) in str(caught.value)
        assert 'mkdir' in str(caught.value)
        assert '--trust-checkpoint' in str(caught.value)
    assert not trace.exists()


def test_bare_pickle_is_refused_and_runs_nothing(tmp_path):
    path, trace = tmp_path / 'x.pth', tmp_path / 'code_ran'
    path.write_bytes(pickle.dumps(Bomb(trace), protocol=2))  # as torch
    with pytest.raises(CheckpointError):
        load_local(path)
    assert not trace.exists()


def test_trust_holds_inside_of_its_block_alone(bomb):
    path, trace = bomb
    with trusting_checkpoints(False), pytest.raises(UntrustedCheckpointError):
        load_local(path)
    with trusting_checkpoints():
        load_local(path)
    assert trace.is_dir()
    with pytest.raises(UntrustedCheckpointError):
        load_local(path)
    with pytest.raises(KeyError), trusting_checkpoints():
        raise KeyError
    with pytest.raises(UntrustedCheckpointError):
        load_local(path)


def test_file_of_another_kind_and_absent_file_are_told_apart(tmp_path):
    text = tmp_path / 'x.pth'
    text.write_text('<html>not found</html>')
    with pytest.raises(CorruptCheckpointError, match='not a PyTorch'):
        load_local(text)
    with pytest.raises(FileNotFoundError, match='none.pth'):
        load_local(tmp_path / 'none.pth')


def test_crash_while_writing_leaves_the_old_checkpoint(good, monkeypatch):
    before = good.read_bytes()

    def crash(obj, file):
        file.write(b'half')
        raise OSError('disk full')

    monkeypatch.setattr(module.torch, 'save', crash)
    with pytest.raises(OSError, match='disk full'):
        save_checkpoint(dict(state_dict={}), good)
    assert good.read_bytes() == before
    assert [p.name for p in good.parent.iterdir()] == ['epoch_1.pth']


def test_odd_meta_is_left_out_but_odd_weights_are_an_error(
        tmp_path, warnings):
    path = tmp_path / 'x.pth'
    save_checkpoint(dict(state_dict={}, meta=dict(a=1, b=object())), path)
    assert read_meta(path) == dict(a=1)
    assert 'meta.b' in warnings[0]
    with pytest.raises(TypeError, match='state_dict.w'):
        save_checkpoint(dict(state_dict=dict(w=object())), path)


def test_mmengine_reads_through_our_loader_and_downloads_nothing(good):
    assert CheckpointLoader._get_checkpoint_loader(str(good)) is load_local
    for address in ('https://host/x.pth', 'torchvision://resnet50',
                    's3://bucket/x.pth', 'open-mmlab://x'):
        with pytest.raises(CheckpointError, match='downloads nothing'):
            CheckpointLoader.load_checkpoint(address)


def test_weights_that_do_not_fit_are_listed():
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    state = model.state_dict()
    state['0.weight'] = torch.zeros(3, 5)
    state['head.extra'] = state.pop('1.bias')
    with pytest.raises(CheckpointMismatchError) as caught:
        load_weights(model, state, 'some.pth')
    for part in ('some.pth', '1.bias', 'head.extra', '0.weight', '[3, 5]'):
        assert part in str(caught.value)


def test_weights_load_in_part_when_asked():
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    state = {
        'module.0.bias': torch.full((3, ), 7.),
        'module.1.weight': torch.zeros(4, 4)
    }
    kept = model[1].weight.clone()
    load_weights(model, state, 'some.pth', allow_partial=True)
    assert model[0].bias.tolist() == [7., 7., 7.]
    assert torch.equal(model[1].weight, kept)


def test_long_list_of_keys_is_cut():
    state = {f'key{i}': torch.zeros(1) for i in range(500)}
    with pytest.raises(CheckpointMismatchError, match='480 more') as caught:
        load_weights(torch.nn.Identity(), state, 'x')
    assert 'key499' not in str(caught.value)
