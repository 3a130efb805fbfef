import time
from itertools import combinations
from math import comb

import numpy as np
import pytest
import torch

from mmgesture.models.heads import MultiScaleTRNHead
from mmgesture.models.heads.trn_head import evenly_spread, subset_at
from mmgesture.registry import MODELS

TRNHead = MODELS.get('TRNHead')


def head(segments=16, classes=4, channels=8, **settings):
    torch.manual_seed(0)
    return MultiScaleTRNHead(
        classes, channels, num_segments=segments, hidden_dim=6, **settings)


def maps(batch, segments=16, channels=8):
    return torch.randn(batch * segments, channels, 2, 2)


@pytest.mark.parametrize('size, total', [(1, 1), (2, 5), (3, 6), (6, 6)])
def test_subsets_come_in_the_order_of_itertools(size, total):
    expected = list(combinations(range(total), size))
    assert [subset_at(r, size, total) for r in range(len(expected))
            ] == expected
    with pytest.raises(ValueError, match='rank expected'):
        subset_at(len(expected), size, total)


def test_evenly_spread_subsets_by_hand():
    # 6 pairs of 4: 01 02 03 12 13 23; the middles of 3 stretches of 2
    assert evenly_spread(2, 4, 3) == [(0, 2), (1, 2), (2, 3)]
    assert evenly_spread(2, 4, 6) == list(combinations(range(4), 2))
    many = evenly_spread(8, 16, 64)
    assert len(set(many)) == 64 and many == sorted(many)
    used = {frame for subset in many for frame in subset}
    assert used == set(range(16))


def test_equals_mmaction_where_no_chance_is_involved():
    # 3 frames: one relation of 3, and all three relations of 2
    theirs = TRNHead(4, 8, num_segments=3, hidden_dim=6, dropout_ratio=0.)
    ours = head(3, dropout_ratio=0.)
    theirs.load_state_dict(ours.state_dict())
    x = maps(2, 3)
    for mode in (True, False):
        ours.train(mode), theirs.train(mode)
        torch.testing.assert_close(ours(x, 3), theirs(x, 3))


@pytest.mark.parametrize('segments', [8, 16])
def test_parameters_are_named_and_shaped_as_mmactions(segments):
    theirs = TRNHead(32, 2048, num_segments=segments)
    with torch.device('meta'):
        ours = MultiScaleTRNHead(32, 2048, num_segments=segments)
    assert {k: v.shape for k, v in ours.state_dict().items()
            } == {k: v.shape for k, v in theirs.state_dict().items()}


@pytest.mark.parametrize('batch', [1, 2, 3])
def test_two_calls_at_test_are_equal_whatever_the_generators(batch):
    model = head().eval()
    x = maps(batch)
    first = model(x, 16)
    torch.manual_seed(1)
    np.random.seed(1)
    assert first.shape == (batch, 4)
    assert torch.equal(first, model(x, 16))


def test_testing_leaves_the_generators_alone():
    model = head().eval()
    x = maps(1)
    before, numpy_before = torch.get_rng_state(), np.random.get_state()[1]
    model(x, 16)
    assert torch.equal(before, torch.get_rng_state())
    assert np.array_equal(numpy_before, np.random.get_state()[1])


def test_training_draws_from_torchs_generator_only():
    model = head(dropout_ratio=0.)
    x = maps(2)

    def run(seed, numpy_seed):
        torch.manual_seed(seed)
        np.random.seed(numpy_seed)
        return model(x, 16)

    assert torch.equal(run(0, 0), run(0, 1))
    assert not torch.equal(run(0, 0), run(1, 0))


def test_drawn_relations_are_different_and_ordered():
    relation = head().consensus
    for scale, subsets in zip(relation.scales, relation.draw()):
        assert len(set(subsets)) == len(subsets) == min(3, comb(16, scale))
        for subset in subsets:
            assert len(subset) == scale and list(subset) == sorted(
                set(subset)) and subset[-1] < 16


def test_every_relation_of_a_size_is_drawn_equally_often():
    relation = head(4).consensus
    torch.manual_seed(0)
    counts = {pair: 0 for pair in combinations(range(4), 2)}
    for _ in range(600):
        for pair in list(relation.draw())[-1]:
            counts[pair] += 1
    # 3 of 6 each time: 300 expected, deviation about 12
    assert all(250 < count < 350 for count in counts.values()), counts


def test_the_answer_at_test_is_the_mean_of_the_training_draws():
    model = head(5, dropout_ratio=0.)
    with torch.no_grad():
        for layer in model.consensus.fc_fusion_scales:
            layer[3].weight.mul_(20)
        x = maps(1, 5)
        torch.manual_seed(0)
        drawn = torch.stack([model(x, 5) for _ in range(600)])
        exact = model.eval()(x, 5)
    error = drawn.std(dim=0) / 600**0.5
    assert drawn.std(dim=0).min() > 1e-3
    assert ((drawn.mean(dim=0) - exact).abs() < 4 * error).all()


def test_order_of_frames_matters():
    model = head().eval()
    x = maps(1)
    assert not torch.allclose(model(x, 16), model(x.flip(0), 16))


def test_several_clips_give_several_rows():
    model = head().eval()
    x = maps(4)
    rows = model(x, 32)
    assert rows.shape == (4, 4)
    torch.testing.assert_close(rows[3:], model(x[48:], 16))


def test_all_parameters_get_gradients():
    model = head()
    model(maps(2), 16).sum().backward()
    assert all(p.grad is not None for p in model.parameters())


def test_wrong_number_of_frames_is_an_error():
    with pytest.raises(ValueError, match='num_segments=16 .*got 8'):
        head()(maps(2, 8), 8)


def test_too_small_numbers_are_errors():
    with pytest.raises(ValueError, match='num_segments expected at least 2'):
        head(1)
    with pytest.raises(ValueError, match='test_relations'):
        head(test_relations=0)


def test_many_frames_build_without_listing_all_subsets():
    begin = time.perf_counter()
    model = head(64)
    assert time.perf_counter() - begin < 5
    assert model(maps(1, 64), 64).shape == (1, 4)
