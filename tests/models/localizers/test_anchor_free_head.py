import math

import pytest
import torch

from mmgesture.models import AnchorFreeSegmentHead
from mmgesture.models.layers.masked import step_mask
from mmgesture.models.localizers import anchor_free_head
from mmgesture.models.losses import distance_iou_loss, sigmoid_focal_loss


def make(**options):
    torch.manual_seed(0)
    options = {**dict(channels=8, num_levels=3), **options}
    return AnchorFreeSegmentHead(3, **options)


def levels_of(steps=(16, 16), total=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    mask = step_mask(torch.tensor(steps), total)
    levels, masks = [], []
    for _ in range(3):
        x = torch.randn(2, 8, mask.shape[-1], generator=generator)
        levels.append(x * mask)
        masks.append(mask)
        mask = mask[..., ::2]
    return levels, masks


def answer(head, logits, distances):
    """Let the head say this, whatever it sees."""
    head._signed = lambda levels, masks: (logits, distances)


def silence(batch=1, lengths=(16, 8, 4)):
    """Logits that are nearly zero in probability, and no distances."""
    return ([torch.full((batch, 3, n), -20.) for n in lengths],
            [torch.zeros(batch, 2, n) for n in lengths])


def target(segments, labels):
    return torch.tensor(segments).view(-1, 2), torch.tensor(labels).long()


EMPTY = target([], [])


def test_first_scores_are_the_prior():
    head = make(prior=.02)
    torch.nn.init.zeros_(head.cls.weight)
    logits, _ = head(*levels_of())
    torch.testing.assert_close(logits[0].sigmoid(),
                               torch.full((2, 3, 16), .02))


def test_loss_is_that_of_the_hand_worked_targets():
    """One segment, [4, 8] of class 1: steps 5, 6 and 7 of level 0."""
    head = make(init_normaliser=10., momentum=.9)
    logits, distances = (([torch.randn_like(x) for x in part])
                         for part in silence())
    distances = [x.abs() for x in distances]
    answer(head, logits, distances)
    _, masks = levels_of()
    masks = [mask[:1] for mask in masks]
    losses = head.loss(masks, masks, [target([[4., 8.]], [1])])
    hot = [torch.zeros_like(x) for x in logits]
    hot[0][0, 1, 5:8] = 1
    normaliser = .9 * 10 + .1 * 3
    focal = sum(sigmoid_focal_loss(x, y) for x, y in zip(logits, hot))
    wanted = torch.tensor([[1., 3.], [2., 2.], [3., 1.]])
    iou = distance_iou_loss(distances[0][0, :, 5:8].T, wanted).sum()
    assert losses['num_positive'] == 3
    torch.testing.assert_close(losses['loss_cls'], focal / normaliser)
    torch.testing.assert_close(losses['loss_reg'], iou / normaliser)
    torch.testing.assert_close(head.normaliser, torch.tensor(normaliser))


def test_padded_points_have_no_loss():
    head = make()
    for steps in ((16, 16), (16, 7)):
        levels, masks = levels_of(steps)
        logits, distances = head(levels, masks)
        for x in logits:
            x.retain_grad()
        answer(head, logits, distances)
        head.loss(levels, masks, [target([[2., 6.]], [0])] * 2
                  )['loss_cls'].backward()
        for x, mask in zip(logits, masks):
            assert bool((x.grad.abs().sum(1, True) > 0).eq(mask).all())
        del head._signed


def test_window_without_gestures_trains_the_background():
    head = make()
    levels, masks = levels_of()
    losses = head.loss(levels, masks, [EMPTY, EMPTY])
    assert losses['num_positive'] == 0
    assert losses['loss_cls'] > 0 and losses['loss_reg'] == 0
    (losses['loss_cls'] + losses['loss_reg']).backward()
    # every parameter takes part, as distributed training wants
    assert all(p.grad is not None for p in head.parameters())


def test_running_mean_moves_in_training_only():
    head = make(init_normaliser=10.).eval()
    levels, masks = levels_of()
    head.loss(levels, masks, [EMPTY, EMPTY])
    assert head.normaliser == 10
    head.train().loss(levels, masks, [EMPTY, EMPTY])
    assert head.normaliser == pytest.approx(.9 * 10 + .1)


def test_label_smoothing_moves_the_targets():
    head = make(label_smoothing=.1)
    logits, distances = silence()
    answer(head, logits, distances)
    masks = [mask[:1] for mask in levels_of()[1]]
    found = head.loss(masks, masks, [EMPTY])['loss_cls']
    expected = sum(
        sigmoid_focal_loss(x, torch.full_like(x, .1 / 4)) for x in logits)
    torch.testing.assert_close(found, expected / head.normaliser)


def test_scores_and_distances_become_segments():
    head = make(nms=None)
    logits, distances = silence()
    logits[0][0, 1, 6] = 2.
    distances[0][0, :, 6] = torch.tensor([2., 1.5])
    logits[2][0, 2, 1] = 1.
    distances[2][0, :, 1] = torch.tensor([.5, 2.])  # in strides of four
    answer(head, logits, distances)
    masks = [mask[:1] for mask in levels_of()[1]]
    found, = head.predict(masks, masks)
    torch.testing.assert_close(found.segments,
                               torch.tensor([[4., 7.5], [2., 12.]]))
    torch.testing.assert_close(found.scores, torch.tensor([2., 1.]).sigmoid())
    assert found.labels.tolist() == [1, 2]


def test_short_and_padded_candidates_are_dropped():
    head = make(nms=None, min_length=1.)
    logits, distances = silence()
    logits[0][0, 0, [3, 15]] = 5.
    distances[0][0, :, 3] = .4  # 0.8 steps long
    distances[0][0, :, 15] = 2.
    answer(head, logits, distances)
    masks = [mask[1:] for mask in levels_of((16, 12))[1]]
    found, = head.predict(masks, masks)
    assert len(found.scores) == 0


def test_best_candidates_of_a_level_are_kept():
    head = make(nms=None, topk=2)
    logits, distances = silence()
    logits[0][0, 0, :5] = torch.tensor([1., 5., 3., 4., 2.])
    distances[0][0, :, :5] = 1.
    answer(head, logits, distances)
    masks = [mask[:1] for mask in levels_of()[1]]
    found, = head.predict(masks, masks)
    assert found.segments[:, 0].tolist() == [0, 2]


@pytest.mark.parametrize('tower', [
    dict(type='plain'), dict(type='msdy'), dict(type='msdy', attention=True)
])
def test_padding_changes_no_result(tower):
    head = make(tower=tower, min_score=0.)
    short, short_masks = levels_of((12, 12), 12)
    levels, masks = levels_of((12, 12), 20)
    for x, y, mask in zip(levels, short, short_masks):
        x[..., :mask.shape[-1]] = y
    for a, b in zip(head.predict(short, short_masks),
                    head.predict(levels, masks)):
        torch.testing.assert_close(a.scores, b.scores)
        torch.testing.assert_close(a.segments, b.segments)


def test_points_of_several_classes_weigh_more_in_regression():
    head = make()
    logits, distances = silence()
    answer(head, logits, distances)
    masks = [mask[:1] for mask in levels_of()[1]]
    head.eval()
    one = head.loss(masks, masks, [target([[4., 8.]], [0])])
    two = head.loss(masks, masks, [target([[4., 8.], [4., 8.]], [0, 1])])
    torch.testing.assert_close(two['loss_reg'], 2 * one['loss_reg'])
    assert two['num_positive'] == one['num_positive']


def test_another_number_of_levels_is_an_error():
    levels, masks = levels_of()
    with pytest.raises(ValueError, match='num_levels=3 levels, got 2'):
        make()(levels[:2], masks[:2])
    with pytest.raises(ValueError, match='plain'):
        make(tower=dict(type='dynamic'))


def test_focal_prior_keeps_the_first_loss_small():
    head = make()
    levels, masks = levels_of()
    loss = head.loss(levels, masks, [EMPTY, EMPTY])['loss_cls']
    number = sum(int(m.sum()) for m in masks) * 3
    expected = number * .75 * .01**2 * -math.log(.99) / head.normaliser
    assert float(loss) < 100 * float(expected)


def regression_gradient(bias):
    """Gradient of the distances' bias, of one segment that three points see."""
    head = make()
    torch.nn.init.constant_(head.reg.weight, 0.)
    with torch.no_grad():
        head.reg.bias.copy_(torch.tensor(bias))
    losses = head.loss(*levels_of(), [target([[4., 8.]], [1]), EMPTY])
    losses['loss_reg'].backward()
    return losses['loss_reg'], head.reg.bias.grad


def test_a_side_that_is_zero_everywhere_learns_to_leave_it():
    at_zero, gradient = regression_gradient([-.5, 1.])
    assert gradient[0] < 0 and gradient[1] != 0  # a step makes it longer
    same, _ = regression_gradient([-7., 1.])
    assert at_zero == same  # its value is that of the ReLU


def test_a_head_whose_ends_have_died_finds_them_again():
    head = make(init_normaliser=1., momentum=1.)
    with torch.no_grad():
        head.reg.bias.copy_(torch.tensor([-3., -3.]))
    levels, masks = levels_of()
    levels = [level.abs() for level in levels]
    wanted = [target([[4., 8.]], [1])] * 2
    optimizer = torch.optim.Adam(head.parameters(), lr=.05)
    losses = []
    for _ in range(200):
        optimizer.zero_grad()
        losses.append(head.loss(levels, masks, wanted)['loss_reg'])
        losses[-1].backward()
        optimizer.step()
    assert losses[-1] < .05 * losses[0]


def test_a_side_that_lives_anywhere_has_the_gradient_of_a_relu():
    x = torch.tensor([[1., -1.], [-2., -2.]], requires_grad=True)
    anchor_free_head._living_relu(x).backward(torch.full((2, 2), 3.))
    torch.testing.assert_close(x.grad, torch.tensor([[3., 3.], [0., 3.]]))
    none = torch.zeros(0, 2, requires_grad=True)
    assert anchor_free_head._living_relu(none).shape == (0, 2)
