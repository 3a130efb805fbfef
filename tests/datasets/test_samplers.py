import json

import numpy as np
import pytest

from mmgesture.datasets import samplers
from mmgesture.datasets.samplers import ClassBalancedSampler, class_quotas


class Labels:

    def __init__(self, counts):
        self.labels = np.repeat(np.arange(len(counts)), counts)

    def get_labels(self):
        return self.labels

    def __len__(self):
        return len(self.labels)


@pytest.fixture
def in_rank(monkeypatch):

    def build(rank, world_size, *args, **options):
        monkeypatch.setattr(samplers, 'get_dist_info',
                            lambda: (rank, world_size))
        return ClassBalancedSampler(*args, **options)

    return build


COUNTS = [90, 9, 0, 1]


def test_power_zero_is_a_plain_shuffle(in_rank):
    sampler = in_rank(0, 1, Labels(COUNTS), power=0, seed=3)
    drawn = list(sampler)
    assert sorted(drawn) == list(range(100))
    assert drawn != sorted(drawn)


def test_power_one_draws_present_classes_equally(in_rank):
    dataset = Labels(COUNTS)
    sampler = in_rank(0, 1, dataset, power=1, seed=3, epoch_length=99)
    counts = np.bincount(dataset.labels[list(sampler)], minlength=4)
    assert counts.tolist() == [33, 33, 0, 33]


def test_power_one_half_draws_by_the_square_root(in_rank):
    # square roots 9, 3, 1 of 13
    dataset = Labels([81, 9, 1])
    sampler = in_rank(0, 1, dataset, power=0.5, seed=0, epoch_length=1300)
    counts = np.bincount(dataset.labels[list(sampler)])
    assert counts.tolist() == [900, 300, 100]


def test_no_sample_repeats_before_its_class_is_used_up(in_rank):
    dataset = Labels([10, 4])
    drawn = list(in_rank(0, 1, dataset, power=1, seed=1, epoch_length=16))
    counts = np.bincount(drawn, minlength=14)
    assert counts[:10].max() == 1 and counts[:10].sum() == 8
    assert counts[10:].tolist() == [2, 2, 2, 2]


def test_fractions_of_rare_classes_are_not_lost_in_the_long_run():
    rng = np.random.RandomState(0)
    quotas = np.array([
        class_quotas(np.array([99, 1]), 10, 0., rng) for _ in range(2000)
    ])
    assert (quotas.sum(1) == 10).all()
    assert quotas[:, 1].max() == 1
    assert quotas[:, 1].mean() == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize('world_size', [2, 3, 7])
def test_ranks_share_one_draw_in_equal_disjoint_slices(in_rank, world_size):
    dataset = Labels([50, 5, 3])
    whole = list(in_rank(0, 1, dataset, power=0.5, seed=5))
    parts = [
        list(in_rank(r, world_size, dataset, power=0.5, seed=5))
        for r in range(world_size)
    ]
    assert len({len(p) for p in parts}) == 1
    joined = [parts[i % world_size][i // world_size]
              for i in range(world_size * len(parts[0]))]
    assert joined[:len(whole)] == whole
    # what is added to make them equal is the start of the draw
    assert joined[len(whole):] == whole[:len(joined) - len(whole)]


def test_without_round_up_the_surplus_is_dropped(in_rank):
    dataset = Labels([8, 2])
    parts = [
        in_rank(r, 3, dataset, seed=0, round_up=False) for r in range(3)
    ]
    assert [len(p) for p in parts] == [3, 3, 3]
    assert [len(list(p)) for p in parts] == [3, 3, 3]


def test_the_epoch_and_nothing_else_changes_the_draw(in_rank):
    sampler = in_rank(0, 1, Labels([20, 5]), seed=7)
    first = list(sampler)
    np.random.seed(99)
    assert list(sampler) == first
    sampler.set_epoch(1)
    assert list(sampler) != first
    sampler.set_epoch(0)
    assert list(sampler) == first


def test_long_tail_of_imigue_is_flattened(in_rank, shared_path):
    priors = json.loads(shared_path('data/class_priors.json').read_text())
    counts = priors['counts']['imigue_train_and_val']
    dataset = Labels([counts[str(i)] for i in range(32)])
    sampler = in_rank(0, 1, dataset, power=1, seed=0)
    drawn = np.bincount(dataset.labels[list(sampler)], minlength=32)
    assert drawn.max() - drawn.min() <= 1


def test_hidden_labels_and_wrong_powers_are_refused(in_rank):
    dataset = Labels([3, 3])
    with pytest.raises(ValueError, match='power'):
        in_rank(0, 1, dataset, power=1.5)
    dataset.labels[2] = -1
    with pytest.raises(ValueError, match='1 of 6 samples have a hidden'):
        in_rank(0, 1, dataset, seed=0)


def test_wrappers_are_read_through_their_records():

    class Wrapper:

        def get_data_info(self, index):
            return dict(label=[4, None, 2][index])

        def __len__(self):
            return 3

    assert samplers.dataset_labels(Wrapper()).tolist() == [4, -1, 2]


def test_repetitions_are_told_apart_where_the_dataset_wants_it(in_rank):
    dataset = Labels([10, 4])
    plain = list(in_rank(0, 1, dataset, power=1, seed=1, epoch_length=16))
    dataset.distinguishes_draws = True
    told = list(in_rank(0, 1, dataset, power=1, seed=1, epoch_length=16))
    assert [i % 14 for i in told] == plain
    assert len(set(told)) == 16 > len(set(plain))
    # eight draws of the four samples of class 1: each once and once more
    assert sorted(i for i in told if i % 14 >= 10) == [
        10, 11, 12, 13, 24, 25, 26, 27
    ]
