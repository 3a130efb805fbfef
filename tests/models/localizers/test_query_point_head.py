import pytest
import torch

from mmgesture.models import GestureLocalizer, QueryPointHead
from mmgesture.models.layers.masked import step_mask
from mmgesture.ops.segments import segment_iou

SMALL = dict(feedforward=32, dim_dynamic=8, num_heads=2, d_state=4)


def make(num_layers=3, decoder=None, **options):
    torch.manual_seed(0)
    options = {
        **dict(embed_dims=16, num_queries=6, num_points=9, num_mamba=1),
        **options
    }
    return QueryPointHead(
        3, 8, num_layers=num_layers, decoder={**SMALL, **(decoder or {})},
        **options)


def features(batch=1, steps=20, valid=None):
    torch.manual_seed(1)
    valid = [steps] * batch if valid is None else valid
    mask = step_mask(torch.tensor(valid), steps)
    return torch.randn(batch, 8, steps) * mask, mask


def target(*rows):
    segments = torch.tensor([row[:2] for row in rows]).view(-1, 2).float()
    return segments, torch.tensor([row[2] for row in rows]).long()


@pytest.mark.parametrize('batch', [1, 2, 3])
def test_every_layer_is_supervised_at_any_batch_size(batch):
    """PointTAD's public code supervises min(L - 1, batch) of them."""
    head = make(num_layers=4)
    losses = head.loss(*features(batch), [target((3, 9, 1))] * batch)
    layers = {name.split('.')[0] for name in losses if '.' in name}
    assert layers == {'d0', 'd1', 'd2'}
    sum(losses.values()).backward()
    for layer in head.layers:
        assert layer.cls[-1].weight.grad.abs().max() > 0
        assert layer.reg[-1].weight.grad.abs().max() > 0


@pytest.mark.parametrize('batch, layers', [(1, {'d0'}), (2, {'d0', 'd1'}),
                                           (9, {'d0', 'd1', 'd2'})])
def test_compat_supervises_as_many_as_the_batch_has_windows(batch, layers):
    head = make(num_layers=4, pointtad_compat=True)
    losses = head.loss(*features(batch), [target((3, 9, 1))] * batch)
    assert {n.split('.')[0] for n in losses if '.' in n} == layers


def test_intermediate_loss_is_that_of_a_decoder_cut_there():
    head = make(num_layers=2).eval()
    data, targets = features(2), [target((3, 9, 1)), target((1, 4, 0))]
    losses = head.loss(*data, targets)
    head.layers = head.layers[:1]
    shorter = head.loss(*data, targets)
    for name in ('loss_cls', 'loss_l1', 'loss_iou'):
        torch.testing.assert_close(losses[f'd0.{name}'], shorter[name])


def test_losses_are_the_ones_worked_by_hand():
    head = make(num_layers=1, num_queries=2, dense_weight=1.)
    steps = 20
    logits = torch.tensor([[[2., 0, 0, 0], [0, 0, 0, 1.]]])
    segments = torch.tensor([[[.1, .3], [.5, .9]]])
    dense = torch.zeros(1, 3, steps)
    head.forward = lambda *_: ([logits], [segments], dense)
    # query 0 takes [4, 8] = [.2, .4]: IoU 1/3, centres .1 apart, length same
    losses = head.loss(*features(), [target((4, 8, 0))])
    log_p = logits.log_softmax(-1)
    expected = -(log_p[0, 0, 0] + .1 * log_p[0, 1, 3]) / 1.1
    torch.testing.assert_close(losses['loss_cls'], expected)
    torch.testing.assert_close(losses['loss_l1'], torch.tensor(5 * .1))
    torch.testing.assert_close(losses['loss_iou'], torch.tensor(5 * 2 / 3))
    torch.testing.assert_close(losses['loss_dense'],
                               torch.tensor(2.).log())


def test_dense_targets_are_the_steps_that_meet_the_segment():
    head = make()
    for compat, on in ((False, range(4, 9)), (True, range(4, 9))):
        head.compat = compat
        dense = torch.zeros(1, 3, 12, requires_grad=True)
        head._dense_loss(dense, step_mask(torch.tensor([10]), 12),
                         [target((4.2, 8.3, 1))]).backward()
        grad = dense.grad[0]
        assert (grad[1] < 0).nonzero().flatten().tolist() == list(on)
        assert (grad[[0, 2], :10] > 0).all() and not grad[:, 10:].any()


@pytest.mark.parametrize('point_init', ['spread', 'centre'])
def test_points_that_start_at_one_place_are_no_deadlock(point_init):
    head = make(point_init=point_init)
    data, targets = features(), [target((3, 9, 1))]
    sum(head.loss(*data, targets).values()).backward()
    for layer in head.layers:
        assert layer.reg[-1].weight.grad.abs().max() > 0
    segments = head(*data)[1][-1]
    assert (segments[..., 1] - segments[..., 0] > 1e-3).all()


def test_compat_begins_in_deadlock_and_leaves_it_by_the_embedding():
    head = make(pointtad_compat=True)
    data, targets = features(), [target((3, 9, 1))]
    losses = head.loss(*data, targets)
    sum(losses.values()).backward()
    assert (head(*data)[1][-1].diff() == 0).all()  # no length anywhere
    assert not head.layers[0].reg[-1].weight.grad.any()
    assert head.points.grad.any()
    torch.optim.SGD([head.points], .1).step()
    assert (head(*data)[1][-1].diff() > 0).any()


def test_spread_queries_cover_the_window():
    head = make(num_queries=10)
    segments = torch.stack((head.points.amin(1), head.points.amax(1)), 1)
    centres = segments.mean(1)
    torch.testing.assert_close(
        centres, (torch.arange(10) + .5) / 10, atol=1e-6, rtol=0)
    torch.testing.assert_close(
        segments.diff(dim=1), torch.full((10, 1), .04), atol=1e-6, rtol=0)


def test_windows_without_gestures_teach_the_background_unless_compat():
    for compat in (False, True):
        head = make(pointtad_compat=compat)
        losses = head.loss(*features(2), [target(), target()])
        assert (losses['loss_cls'] == 0) == compat
        assert losses['loss_l1'] == losses['loss_iou'] == 0
        sum(losses.values()).backward()
        assert all(p.grad is not None for p in head.parameters())


def test_tail_of_a_sequence_is_a_window_like_any_other():
    """What lies beyond the valid steps reaches no query and no result."""
    head = make().eval()
    x, mask = features(1, 20, [7])
    disturbed = x.clone()
    disturbed[..., 7:] = 100.
    for a, b in zip(head(x, mask)[0], head(disturbed, mask)[0]):
        torch.testing.assert_close(a, b)
    torch.nn.init.constant_(head.points, .5)
    with torch.no_grad():
        head.points[:, 0] = .8  # centres at 0.65 of 20 steps: padding
        for layer in head.layers:
            torch.nn.init.zeros_(layer.reg[-1].weight)
            torch.nn.init.zeros_(layer.reg[-1].bias)
    assert len(head.predict(x, mask)[0].scores) == 0
    assert len(head.predict(*features())[0].scores) > 0


def test_more_gestures_than_queries_are_matched_as_far_as_they_go():
    head = make(num_queries=2)
    losses = head.loss(*features(), [
        target((0, 2, 0), (4, 6, 1), (8, 10, 2), (12, 14, 0))])
    assert all(loss.isfinite() for loss in losses.values())


def test_answer_is_the_best_class_of_each_query():
    head = make(num_layers=1, num_queries=3, nms=None)
    logits = torch.tensor([[[2., 0, 0, 0], [0, 1, 0, 3.], [0, 0, 0, 40.]]])
    segments = torch.tensor([[[.1, .3], [.5, .9], [.2, .4]]])
    head.forward = lambda *_: ([logits], [segments], None)
    found, = head.predict(*features())
    p = logits.softmax(-1)
    torch.testing.assert_close(found.scores,
                               torch.stack((p[0, 0, 0], p[0, 1, 1])))
    assert found.labels.tolist() == [0, 1]
    torch.testing.assert_close(found.segments,
                               torch.tensor([[2., 6.], [10., 18.]]))


def test_it_learns_to_find_the_segments(windows, train, predict):
    torch.manual_seed(0)
    model = GestureLocalizer(
        head=dict(
            type='QueryPointHead',
            num_classes=3,
            in_channels=8,
            embed_dims=32,
            num_queries=8,
            num_points=9,
            num_layers=2,
            num_mamba=1,
            dense_weight=1.,
            decoder=dict(SMALL, dropout=0.)))
    train(model, windows(4), 100, lr=5e-3)
    hits = 0
    for sample in predict(model, windows(4)):
        found, truth = sample.pred_instances, sample.gt_instances
        best = len(truth.labels)
        iou = segment_iou(truth.segments, found.segments[:best])
        same = truth.labels[:, None] == found.labels[None, :best]
        hits += ((iou > .5) & same.numpy()).any(1).mean() / 4
    assert hits > .5


def test_paper_sized_model_has_the_known_size():
    with torch.device('meta'):
        plain = QueryPointHead(17, 1024, num_mamba=0)
        mamba = QueryPointHead(17, 1024, num_mamba=2)

    def millions(module):
        return sum(p.numel() for p in module.parameters()) / 1e6

    assert millions(plain.layers) == pytest.approx(216, abs=2)
    assert millions(mamba) - millions(plain) == pytest.approx(13.6, abs=.3)


@pytest.mark.parametrize('options, message', [
    (dict(point_init='middle'), 'spread'), (dict(num_points=3), 'at least 4')
])
def test_impossible_options_are_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)
