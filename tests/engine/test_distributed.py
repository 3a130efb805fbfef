import pytest
import torch
from torch import distributed as torch_dist

from mmgesture.engine import distributed
from mmgesture.engine.distributed import init_process_group, mean_over_ranks

VARIABLES = ('RANK', 'WORLD_SIZE', 'MASTER_ADDR', 'MASTER_PORT', 'LOCAL_RANK',
             'SLURM_PROCID', 'SLURM_NTASKS', 'SLURM_LOCALID')


@pytest.fixture(autouse=True)
def no_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: False)
    for name in VARIABLES:
        monkeypatch.setenv(name, '')
        monkeypatch.delenv(name)


@pytest.fixture
def started(monkeypatch):
    """What init_process_group would be called with."""
    calls = []
    monkeypatch.setattr(distributed.torch_dist, 'init_process_group',
                        lambda **options: calls.append(options))
    return calls


def test_launcher_none_starts_nothing(started):
    init_process_group('none')
    assert not started and not torch_dist.is_initialized()


def test_gloo_is_used_without_cuda_whatever_the_config_says(
        started, monkeypatch):
    for name, value in zip(VARIABLES, ('1', '2', 'host', '1234')):
        monkeypatch.setenv(name, value)
    init_process_group('pytorch', dict(backend='nccl', timeout=60))
    assert started[0]['backend'] == 'gloo'
    assert started[0]['timeout'].total_seconds() == 60


def test_missing_variables_are_named():
    with pytest.raises(RuntimeError, match='RANK, WORLD_SIZE, MASTER_ADDR'):
        init_process_group('pytorch')
    with pytest.raises(RuntimeError, match='SLURM_PROCID.*slurm_train.sh'):
        init_process_group('slurm')
    with pytest.raises(ValueError, match='mpi'):
        init_process_group('mpi')


def test_slurm_variables_become_ranks(started, monkeypatch):
    import os
    monkeypatch.setenv('SLURM_PROCID', '3')
    monkeypatch.setenv('SLURM_NTASKS', '4')
    monkeypatch.setenv('SLURM_LOCALID', '1')
    monkeypatch.setenv('MASTER_ADDR', 'node1')
    init_process_group('slurm')
    assert (os.environ['RANK'], os.environ['WORLD_SIZE'],
            os.environ['LOCAL_RANK']) == ('3', '4', '1')
    assert started


def test_mean_of_one_process_is_its_own():
    values = dict(loss=1.5)
    assert mean_over_ranks(values) is values


def test_mean_is_over_the_world(monkeypatch):
    monkeypatch.setattr(distributed, 'is_distributed', lambda: True)
    monkeypatch.setattr(distributed, 'get_world_size', lambda: 2)
    other = torch.tensor([3.0, 10.0], dtype=torch.float64)  # a, b
    monkeypatch.setattr(distributed.torch_dist, 'all_reduce',
                        lambda total: total.add_(other))
    assert mean_over_ranks(dict(b=20.0, a=1.0)) == dict(a=2.0, b=15.0)
