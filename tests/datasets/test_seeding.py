import random

import numpy as np
import pytest
import torch

from mmgesture.datasets.seeding import sample_seed, seeded


def draw():
    return np.random.rand(), random.random(), torch.rand(1).item()


def test_one_seed_gives_one_sequence():
    with seeded(5):
        first = draw()
    with seeded(5):
        assert draw() == first
    with seeded(6):
        assert draw() != first


def test_without_a_seed_nothing_is_touched():
    np.random.seed(1)
    expected = np.random.rand(2)
    np.random.seed(1)
    with seeded(None):
        assert np.random.rand() == expected[0]
    assert np.random.rand() == expected[1]


def test_generators_are_put_back_also_after_an_error():
    np.random.seed(1)
    expected = np.random.rand()
    np.random.seed(1)
    with pytest.raises(KeyError):
        with seeded(7):
            np.random.rand()
            raise KeyError
    assert np.random.rand() == expected


def test_seeds_differ_by_each_of_their_parts():
    seeds = {
        sample_seed(*key)
        for key in [(0, 0, 'a'), (1, 0, 'a'), (0, 1, 'a'), (0, 0, 'b'),
                    (1, 1, 'a')]
    }
    assert len(seeds) == 5 and all(0 <= s < 2**32 for s in seeds)
