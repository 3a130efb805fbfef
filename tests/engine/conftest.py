import pytest
import torch

from mmgesture.testing import write_tiny_set, write_tiny_training


@pytest.fixture(scope='session')
def tiny_root(tmp_path_factory):
    root = tmp_path_factory.mktemp('tiny')
    write_tiny_set(root, numbers=(12, 4, 3))
    return root


@pytest.fixture(scope='session')
def tiny_training(tiny_root, tmp_path_factory):
    """Config of two epochs of three steps."""
    return write_tiny_training(tmp_path_factory.mktemp('config'), tiny_root)


@pytest.fixture(scope='session')
def course():
    """A function from a checkpoint to all that shows a run's course."""

    def read(path):
        state = torch.load(path, weights_only=True)
        scalars = state['message_hub']['log_scalars']
        found = {
            f'{part}.{name}': value
            for part in ('state_dict', 'ema_state_dict') if part in state
            for name, value in state[part].items()
        }
        found.update({
            name: scalar['values']
            for name, scalar in scalars.items() if 'time' not in name
        })
        return found

    return read


@pytest.fixture(scope='session')
def assert_same_course(course):
    """Compare two checkpoints bit for bit."""

    def check(one, other):
        one, other = course(one), course(other)
        assert one.keys() == other.keys() and len(one) > 20
        differing = [n for n in one if not torch.equal(one[n], other[n])]
        assert not differing

    return check
