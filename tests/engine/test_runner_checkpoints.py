import pytest
import torch

from mmgesture.engine import GestureRunner
from mmgesture.engine.runner_checkpoints import CheckpointRunner

# What it loads and saves in a real run: tests/apis/test_launch*.py.


def test_remote_storage_is_refused(tmp_path):
    runner = GestureRunner(
        model=torch.nn.Linear(1, 1),
        work_dir=str(tmp_path),
        default_scope='mmaction',
        experiment_name='remote')
    assert isinstance(runner, CheckpointRunner)
    for options in (dict(backend_args=dict(backend='petrel')),
                    dict(file_client_args=dict(backend='petrel'))):
        with pytest.raises(ValueError, match='local folders only'):
            runner.save_checkpoint(str(tmp_path), 'x.pth', **options)
    assert not list(tmp_path.glob('*.pth'))
