import random
from types import SimpleNamespace

import numpy as np
import torch

from mmgesture.engine.hooks.step_seed_hook import StepSeedHook, step_seed


def draw():
    return random.random(), float(np.random.rand()), float(torch.rand(()))


def test_random_numbers_depend_on_the_step_alone():
    hook = StepSeedHook()
    runner = SimpleNamespace(seed=5, iter=17)
    hook.before_train_iter(runner, 0)
    first = draw()
    draw()  # a validation in between, or a new loader
    hook.before_train_iter(runner, 3)
    assert draw() == first
    hook.before_train_iter(SimpleNamespace(seed=5, iter=18), 4)
    assert all(a != b for a, b in zip(draw(), first))


def test_seeds_differ_by_seed_step_and_rank():
    seeds = {
        step_seed(seed, step, rank)
        for seed in range(5) for step in range(20) for rank in range(4)
    }
    assert len(seeds) == 5 * 20 * 4
    assert all(0 <= seed < 2**32 for seed in seeds)
