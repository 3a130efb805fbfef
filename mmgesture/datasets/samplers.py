"""Samplers for long-tailed sets."""
import math
from typing import Any, Iterator, Optional

import numpy as np
from mmengine.dist import get_dist_info, sync_random_seed
from torch.utils.data import Sampler

from mmgesture.registry import DATA_SAMPLERS


def dataset_labels(dataset: Any) -> np.ndarray:
    """Labels of all samples of a dataset or of a wrapper around one.

    Args:
        dataset (Any): Has ``get_labels`` or ``get_data_info``.

    Returns:
        np.ndarray: Shape (len(dataset),), int64; -1: hidden.
    """
    if hasattr(dataset, 'get_labels'):
        return dataset.get_labels()
    labels = [
        dataset.get_data_info(i)['label'] for i in range(len(dataset))
    ]
    return np.array([-1 if x is None else x for x in labels], dtype=np.int64)


def class_quotas(counts: np.ndarray, total: int, power: float,
                 rng: np.random.RandomState) -> np.ndarray:
    """How many samples of each class one epoch draws.

    The expected quota of class ``c`` is proportional to
    ``counts[c] ** (1 - power)``; fractions are rounded up or down at random
    so that the sum is ``total`` and rare classes are not lost in the long
    run.

    Args:
        counts (np.ndarray): Samples per present class, shape (K,), all
            positive.
        total (int): Draws of the epoch.
        power (float): 0: as in the set; 1: the same for every class.
        rng (np.random.RandomState): Source of chance.

    Returns:
        np.ndarray: Shape (K,), int64, sum ``total``.
    """
    weights = counts.astype(np.float64)**(1 - power)
    # nine digits keep sums that are whole numbers whole
    bounds = np.round(np.cumsum(weights) / weights.sum() * total, 9)
    bounds = np.floor(bounds + rng.random_sample()).astype(np.int64)
    bounds[-1] = total
    return np.diff(bounds, prepend=0)


@DATA_SAMPLERS.register_module()
class ClassBalancedSampler(Sampler):
    """Draws rare classes more often; right with several processes.

    Every process computes the same draw from (seed, epoch) and takes its own
    slice of it: the slices are disjoint and equally long. Within a class,
    samples repeat only when all of them have been drawn, so ``power=0`` is
    a plain shuffle without repetition. The k-th repetition of sample ``i``
    in an epoch comes as ``i + k * len(dataset)`` if the dataset
    ``distinguishes_draws``, so that it can be augmented in another way.

    Args:
        dataset (Any): A dataset with ``get_labels`` or ``get_data_info``.
        power (float): 0: every class as often as it is; 0.5: by the square
            root; 1: every present class equally often. Defaults to 0.5.
        seed (int, optional): Seed, the same in all processes; None: agreed
            upon between them. Defaults to None.
        round_up (bool): Repeat a few draws so that all processes get the
            same number; else the surplus is dropped. Defaults to True.
        epoch_length (int, optional): Draws per epoch over all processes;
            None: the length of the dataset. Defaults to None.

    Raises:
        ValueError: If ``power`` is not in 0..1 or a label is hidden.
    """

    def __init__(self,
                 dataset: Any,
                 power: float = 0.5,
                 seed: Optional[int] = None,
                 round_up: bool = True,
                 epoch_length: Optional[int] = None) -> None:
        if not 0 <= power <= 1:
            raise ValueError(f'expected power in 0..1, got {power}')
        self.rank, self.world_size = get_dist_info()
        self.power = power
        self.seed = sync_random_seed() if seed is None else seed
        self.round_up = round_up
        self.epoch = 0
        labels = dataset_labels(dataset)
        if (labels < 0).any():
            raise ValueError(
                f'{int((labels < 0).sum())} of {len(labels)} samples have a '
                'hidden label; a class-balanced draw needs all labels')
        self.members = [
            np.flatnonzero(labels == label) for label in np.unique(labels)
        ]
        self.stride = len(labels) if getattr(dataset, 'distinguishes_draws',
                                             False) else 0
        self.total = len(labels) if epoch_length is None else epoch_length
        share = self.total / self.world_size
        self.num_samples = math.ceil(share) if round_up else int(share)

    def global_draw(self) -> np.ndarray:
        """The draw of this epoch, the same in every process.

        Returns:
            np.ndarray: Sample numbers, shape (epoch length,), int64; see
            the class for repeated ones.
        """
        rng = np.random.RandomState((self.seed + self.epoch) % 2**32)
        counts = np.array([len(m) for m in self.members])
        quotas = class_quotas(counts, self.total, self.power, rng)
        drawn = []
        for members, quota in zip(self.members, quotas):
            rounds = -(-quota // len(members))
            if rounds:
                drawn.append(
                    np.concatenate([
                        rng.permutation(members) + k * self.stride
                        for k in range(rounds)
                    ])[:quota])
        return rng.permutation(np.concatenate(drawn))

    def __iter__(self) -> Iterator[int]:
        draw = self.global_draw()
        # repeats only if a few are lacking, np.resize starts over
        draw = np.resize(draw, self.num_samples * self.world_size)
        return iter(draw[self.rank::self.world_size].tolist())

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch that seeds the next draw.

        Args:
            epoch (int): Epoch, from 0.
        """
        self.epoch = epoch
