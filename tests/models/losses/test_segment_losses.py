import math

import pytest
import torch

from mmgesture.models.losses import distance_iou_loss, sigmoid_focal_loss


@pytest.mark.parametrize('logit, target', [(0., 1.), (0., 0.), (2., 1.),
                                           (-3., 1.), (2., 0.), (.5, .3)])
def test_focal_loss_is_its_definition(logit, target):
    p = 1 / (1 + math.exp(-logit))
    expected = -(target * .25 * (1 - p)**2 * math.log(p) +
                 (1 - target) * .75 * p**2 * math.log(1 - p))
    found = sigmoid_focal_loss(torch.tensor([logit]), torch.tensor([target]))
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_focal_loss_of_huge_logits_has_a_finite_gradient():
    logits = torch.tensor([200., -200.], requires_grad=True)
    loss = sigmoid_focal_loss(logits, torch.tensor([0., 1.]))
    loss.backward()
    assert loss.isfinite() and logits.grad.isfinite().all()
    assert float(loss) == pytest.approx(.75 * 200 + .25 * 200)


@pytest.mark.parametrize('offsets, target, expected', [
    ((2, 4), (2, 4), 0),
    # [-4, 2] and [-2, 4]: IoU 1/2, centres 2 apart, enclosing 8
    ((4, 2), (2, 4), 1 - 4 / 8 + (2 / 8)**2),
    # same centre, [-1, 1] in [-3, 3]
    ((1, 1), (3, 3), 1 - 2 / 6),
    ((0, 0), (3, 3), 1),
])
def test_distance_iou_is_the_one_worked_by_hand(offsets, target, expected):
    loss = distance_iou_loss(
        torch.tensor([offsets]).float(), torch.tensor([target]).float())
    assert loss.shape == (1, )
    assert float(loss) == pytest.approx(expected)


def test_distance_iou_of_a_point_has_a_finite_gradient():
    offsets = torch.zeros(1, 2, requires_grad=True)
    distance_iou_loss(offsets, torch.zeros(1, 2)).sum().backward()
    assert offsets.grad.isfinite().all()
