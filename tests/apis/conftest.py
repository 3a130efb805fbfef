import pytest

from mmgesture.apis import launch
from mmgesture.testing import write_tiny_set, write_tiny_training


@pytest.fixture(scope='session')
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp('tiny set')
    write_tiny_set(root)
    return root


@pytest.fixture(scope='session')
def config(root, tmp_path_factory):
    return write_tiny_training(tmp_path_factory.mktemp('config'), root)


@pytest.fixture(scope='session')
def trained(config, tmp_path_factory):
    """The work directory of two epochs in one go."""
    work_dir = tmp_path_factory.mktemp('trained')
    launch.train(config, work_dir=str(work_dir))
    return work_dir
