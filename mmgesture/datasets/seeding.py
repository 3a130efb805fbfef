"""Chance that depends on the sample and not on the process."""
import hashlib
import random
from contextlib import contextmanager
from typing import Iterator, Optional

import numpy as np
import torch


def sample_seed(seed: int, epoch: int, sample_id: str) -> int:
    """Seed of one sample's augmentation in one epoch.

    Args:
        seed (int): Seed of the experiment.
        epoch (int): Epoch, from 0.
        sample_id (str): Name of the sample.

    Returns:
        int: In 0..2**32-1, the same on every machine and in every process.
    """
    text = f'{seed}/{epoch}/{sample_id}'.encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4], 'little')


@contextmanager
def seeded(seed: Optional[int]) -> Iterator[None]:
    """Seed numpy, random and torch's CPU generator for a block.

    Their states are put back afterwards, so nothing outside notices.

    Args:
        seed (int, optional): None: leave everything alone.

    Yields:
        None
    """
    if seed is None:
        yield
        return
    states = (np.random.get_state(), random.getstate(),
              torch.random.get_rng_state())
    np.random.seed(seed)
    random.seed(seed)
    # not torch.manual_seed: that one reseeds the GPUs too
    torch.random.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])
        torch.random.set_rng_state(states[2])
