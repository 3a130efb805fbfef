import runpy

import numpy as np
import pytest


@pytest.fixture(scope='module')
def tool(repository):
    return runpy.run_path(
        str(repository / 'tools/data/mini_smg/motion_pairs.py'))


@pytest.fixture(scope='module')
def parts(tool):
    return tool['draw'](40, 5, 0)


def test_motion_tells_the_pairs_apart(tool, parts):
    train, test = parts['train'], parts['test']
    found = list(tool['accuracies'](train[1], test[1], train[2], test[2]))
    assert min(found) > 0.9


def test_one_frame_names_the_pair_and_guesses_within_it(tool, parts):
    train, test = parts['train'], parts['test']
    which, *within = tool['accuracies'](train[0], test[0], train[2], test[2])
    assert which > 0.8
    # 160 clips a pair: 0.5 with a standard deviation of 0.04
    assert max(np.abs(np.array(within) - 0.5)) < 0.15
