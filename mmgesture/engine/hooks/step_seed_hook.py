"""Makes the random numbers of a training step a function of its number."""
import random

import numpy as np
import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook

from mmgesture.registry import HOOKS

__all__ = ['StepSeedHook', 'step_seed']


def step_seed(seed: int, step: int, rank: int) -> int:
    """Mix three numbers into a 32-bit seed.

    Args:
        seed (int): Seed of the run.
        step (int): Number of the training step, from 0.
        rank (int): Number of the process.

    Returns:
        int: The seed, in [0, 2**32).
    """
    mixed = np.random.SeedSequence([abs(int(seed)), step, rank])
    return int(mixed.generate_state(1)[0])


@HOOKS.register_module()
class StepSeedHook(Hook):
    """Seeds python, numpy and torch before each training step.

    Dropout, stochastic depth and mixing in the main process then depend on
    (seed, step, rank) alone: not on whether the run was resumed, when it was
    validated, or how the loader's workers live. Restoring saved random
    states would not give that: each new loader iterator draws from torch's
    generator, and a resumed run makes other iterators than an unbroken one.
    """

    # The last hook to run before the step.
    priority = 'LOWEST'

    def before_train_iter(self, runner, batch_idx: int, data_batch=None):
        """Seed the generators.

        Args:
            runner (Runner): The runner of the training process.
            batch_idx (int): Number of the batch in its epoch.
            data_batch (Any, optional): The batch. Defaults to None.
        """
        seed = step_seed(runner.seed, runner.iter, get_rank())
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
