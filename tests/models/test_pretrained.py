import argparse

import pytest
import torch
from torch import nn

from mmgesture.engine import trusting_checkpoints
from mmgesture.models.pretrained import load_pretrained, read_checkpoint


@pytest.fixture
def file(tmp_path):
    return str(tmp_path / 'weights.pth')


@pytest.mark.parametrize('container', ['state_dict', 'model', None])
def test_reads_the_containers_of_public_files(file, container):
    state = dict(weight=torch.ones(2, 2))
    content = {container: state} if container else state
    torch.save(content, file)
    tensors, meta = read_checkpoint(file)
    assert torch.equal(tensors['weight'], torch.ones(2, 2)) and meta == {}


def test_meta_is_returned(file):
    torch.save(dict(state_dict=dict(a=torch.ones(1)), meta=dict(b=1)), file)
    assert read_checkpoint(file)[1] == dict(b=1)


def test_missing_broken_and_empty_files_are_named(file, tmp_path):
    with pytest.raises(FileNotFoundError, match='weights.pth'):
        read_checkpoint(file)
    torch.save(dict(epoch=3), file)
    with pytest.raises(ValueError, match='holds no tensors'):
        read_checkpoint(file)
    torch.save([1], file)
    with pytest.raises(ValueError, match='expected a dict'):
        read_checkpoint(file)
    (tmp_path / 'weights.pth').write_bytes(b'PK\x03\x04 cut off')
    with pytest.raises(RuntimeError, match='weights.pth'):
        read_checkpoint(file)


def test_unpickling_is_refused_unless_trusted(file):
    namespace = argparse.Namespace(lr=1.)
    torch.save(dict(model=dict(a=torch.ones(1)), args=namespace), file)
    with pytest.raises(RuntimeError, match='--trust-checkpoint'):
        read_checkpoint(file)
    with trusting_checkpoints():
        assert list(read_checkpoint(file)[0]) == ['a']


def test_loads_all_with_prefix_and_leaves_out_the_rest(file):
    module = nn.Linear(2, 1)
    torch.save({'backbone.weight': torch.ones(1, 2),
                'backbone.bias': torch.zeros(1),
                'head.weight': torch.ones(3)}, file)
    load_pretrained(module, file, prefix='backbone.')
    assert torch.equal(module.weight.data, torch.ones(1, 2))


def test_missing_parameters_are_an_error_unless_optional(file):
    module = nn.Linear(2, 1)
    torch.save(dict(weight=torch.ones(1, 2)), file)
    with pytest.raises(ValueError, match=r"1 of 2 .*'bias'"):
        load_pretrained(module, file)
    load_pretrained(module, file, optional=('bias', ))
    assert torch.equal(module.weight.data, torch.ones(1, 2))


def test_a_recognizers_file_without_prefix_gets_the_hint(file):
    torch.save({'backbone.weight': torch.ones(1, 2)}, file)
    with pytest.raises(ValueError, match="prefix='backbone.'"):
        load_pretrained(nn.Linear(2, 1), file)


def test_a_prefix_that_fits_no_name_gets_a_hint(file):
    torch.save(nn.Linear(2, 1).state_dict(), file)
    with pytest.raises(ValueError, match="prefix 'backbone.'.*'bias'"):
        load_pretrained(nn.Linear(2, 1), file, prefix='backbone.')


def test_wrong_shapes_are_an_error(file):
    torch.save(dict(weight=torch.ones(1, 3), bias=torch.ones(1)), file)
    with pytest.raises(ValueError, match='size mismatch'):
        load_pretrained(nn.Linear(2, 1), file)
