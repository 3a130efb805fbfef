import itertools

import pytest
import torch

from mmgesture.models.localizers.set_matching import (centre_length,
                                                      match_queries,
                                                      paired_iou)
from mmgesture.ops.segments import segment_iou


def test_iou_equals_the_one_of_the_ops():
    torch.manual_seed(0)
    a = torch.rand(5, 2).sort(1)[0]
    b = torch.rand(4, 2).sort(1)[0]
    torch.testing.assert_close(
        paired_iou(a[:, None], b[None]),
        torch.from_numpy(segment_iou(a, b)).float())


def test_iou_of_points_has_a_finite_gradient():
    a = torch.full((1, 2), .5, requires_grad=True)
    paired_iou(a, torch.tensor([[.2, .6]])).sum().backward()
    assert a.grad.isfinite().all()


def cost(logits, segments, truth, labels, query, index):
    p = logits.softmax(-1)[query, labels[index]]
    a, b = centre_length(segments[query]), centre_length(truth[index])
    return (-10 * p + 5 * (a - b).abs().sum() -
            5 * paired_iou(segments[query], truth[index]))


@pytest.mark.parametrize('num_true', [0, 1, 3, 6])
def test_matching_is_the_cheapest_of_all(num_true):
    torch.manual_seed(num_true)
    logits, segments = torch.randn(4, 4), torch.rand(4, 2).sort(1)[0]
    truth = torch.rand(num_true, 2).sort(1)[0]
    labels = torch.randint(3, (num_true, ))
    (query, index), = match_queries(logits[None], segments[None],
                                    [(truth, labels)])
    number = min(4, num_true)
    assert len(query) == len(set(query.tolist())) == number
    found = sum(cost(logits, segments, truth, labels, q, i)
                for q, i in zip(query, index))
    best = min(
        sum(cost(logits, segments, truth, labels, q, i)
            for q, i in zip(queries, indices))
        for queries in itertools.permutations(range(4), number)
        for indices in itertools.combinations(range(num_true), number)
    ) if number else 0
    assert float(found) == pytest.approx(float(best), abs=1e-5)


def test_windows_are_matched_each_for_itself():
    logits = torch.zeros(2, 3, 3)
    segments = torch.tensor([[[0., .2], [.4, .6], [.8, 1.]]] * 2)
    targets = [(torch.tensor([[.8, 1.]]), torch.tensor([0])),
               (torch.tensor([[.4, .6], [0., .2]]), torch.tensor([1, 0]))]
    first, second = match_queries(logits, segments, targets)
    assert first[0].tolist() == [2]
    assert dict(zip(second[0].tolist(), second[1].tolist())) == {1: 0, 0: 1}


def test_a_diverged_model_does_not_crash_the_matching():
    logits = torch.full((1, 2, 3), torch.nan)
    pairs = match_queries(logits, torch.zeros(1, 2, 2),
                          [(torch.tensor([[.1, .2]]), torch.tensor([0]))])
    assert len(pairs[0][0]) == 1
