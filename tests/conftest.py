"""What the tests share."""
import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_addoption(parser):
    parser.addoption(
        '--run-slow', action='store_true', help='run tests that take minutes')


def pytest_collection_modifyitems(config, items):
    import torch
    gpu = pytest.mark.skip(reason='no CUDA device')
    slow = pytest.mark.skip(reason='takes minutes: use --run-slow')
    for item in items:
        if 'gpu' in item.keywords and not torch.cuda.is_available():
            item.add_marker(gpu)
        if 'slow' in item.keywords and not config.getoption('--run-slow'):
            item.add_marker(slow)


@pytest.fixture(scope='session')
def repository():
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope='session')
def golden():
    """The folder of the small golden files."""
    return REPOSITORY / 'tests' / 'data'


@pytest.fixture(scope='session')
def shared_path():
    """A function from a name in the shared material to its path.

    The material (real videos and recordings) is not part of the project: it
    is looked for in ``MMGESTURE_SHARED`` and in ``shared`` beside the
    checkout, and the test is skipped where it is absent.
    """
    root = Path(
        os.environ.get('MMGESTURE_SHARED', REPOSITORY.parent / 'shared'))

    def find(name):
        path = root / name
        if not path.exists():
            pytest.skip(f'{name} is not in the shared material ({root})')
        return path

    return find
