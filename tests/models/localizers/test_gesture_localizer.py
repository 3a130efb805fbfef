import pytest
import torch

from mmgesture.models import GestureLocalizer
from mmgesture.models.localizers.gesture_localizer import to_coarse, to_fine
from mmgesture.ops.segments import segment_iou
from mmgesture.registry import MODELS

PLAIN = dict(type='plain'), dict(type='attention', num_heads=2, window=9)
DYNAMIC = dict(type='msdy'), dict(type='dyn_e', groups=4)
ATTENTIVE = dict(type='msdy', attention=True), dict(type='dyn_e', groups=4)
FAMILIES = [PLAIN, DYNAMIC, ATTENTIVE]


def make(family=PLAIN, in_channels=8, **options):
    torch.manual_seed(0)
    tower, block = family
    return GestureLocalizer(
        neck=dict(
            type='TemporalPyramid',
            in_channels=in_channels,
            channels=16,
            block=block,
            num_levels=3,
            num_stem=1,
            layer_scale=.1),
        head=dict(
            type='AnchorFreeSegmentHead',
            num_classes=3,
            channels=16,
            num_levels=3,
            init_normaliser=10.,
            tower=tower),
        **options)


@pytest.mark.parametrize('family', FAMILIES)
def test_family_learns_to_find_the_segments(family, windows, train, predict):
    model = make(family)
    train(model, windows(4), 40, lr=6e-3)
    for sample in predict(model, windows(4)):
        found, truth = sample.pred_instances, sample.gt_instances
        best = len(truth.labels)
        iou = segment_iou(truth.segments, found.segments[:best])
        same = truth.labels[:, None] == found.labels[None, :best]
        assert ((iou > .5) & same.numpy()).any(1).mean() > .6


@pytest.mark.parametrize('family', FAMILIES)
def test_padding_changes_no_prediction(family, windows, predict):
    model = make(family)
    data = windows(2, short=9)
    short = dict(
        inputs=[data['inputs'][1][:, :23]],
        data_samples=[data['data_samples'][1].clone()])
    padded = predict(model, data)[1].pred_instances
    alone = predict(model, short)[0].pred_instances
    torch.testing.assert_close(padded.scores, alone.scores, atol=1e-5,
                               rtol=1e-4)
    torch.testing.assert_close(padded.segments, alone.segments, atol=1e-3,
                               rtol=1e-4)


@pytest.mark.parametrize('batch', [1, 2, 3])
def test_a_batch_gives_what_its_windows_give(batch, windows, predict):
    model = make(ATTENTIVE)
    data = windows(batch, short=5)
    together = predict(model, data)
    for row in range(batch):
        one = dict(
            inputs=data['inputs'][row:row + 1],
            data_samples=[data['data_samples'][row].clone()])
        alone = predict(model, one)[0].pred_instances
        torch.testing.assert_close(
            together[row].pred_instances.scores, alone.scores)


def test_samples_keep_their_truth_and_get_predictions(windows, predict):
    sample = predict(make(), windows(1))[0]
    found = sample.pred_instances
    assert set(found.keys()) == {'segments', 'scores', 'labels'}
    assert found.segments.shape == (len(found.scores), 2)
    assert 'gt_instances' in sample and sample.video_id == 'v'


def test_without_samples_it_still_predicts(windows):
    model = make().eval()
    data = model.data_preprocessor(dict(inputs=windows(2)['inputs']))
    found = model(data['inputs'], mode='predict')
    assert len(found) == 2 and found[0].segments.shape[1] == 2
    logits, distances = model(data['inputs'])
    assert logits[0].shape == (2, 3, 32) and distances[2].shape == (2, 2, 8)


def test_windows_without_gestures_are_welcome_in_training(windows):
    model = make()
    data = windows(2)
    for sample in data['data_samples']:
        sample.gt_instances = sample.gt_instances[:0]
    losses = model(**model.data_preprocessor(data), mode='loss')
    total, _ = model.parse_losses(losses)
    assert total.isfinite() and total > 0


@pytest.mark.parametrize('stride', [1, 2, 4])
def test_grids_of_features_and_window_share_their_extent(stride):
    # four steps of the features cover the window from its edge to its edge
    edges = torch.tensor([-.5, 4 * stride - .5])
    torch.testing.assert_close(
        to_coarse(edges, stride), torch.tensor([-.5, 3.5]))
    times = torch.rand(5) * 20
    torch.testing.assert_close(to_fine(to_coarse(times, stride), stride),
                               times)


class Coarse(torch.nn.Module):
    """A backbone that gives means of four steps."""
    stride = 4

    def forward(self, x):
        return torch.nn.functional.avg_pool1d(x, 4)


def test_segments_stay_in_the_steps_of_the_window(windows, train, predict):
    model = make()
    model.backbone = Coarse()
    data = windows(3, short=3)
    features, masks, stride = model.extract_feat(
        *(model.data_preprocessor(data)[k] for k in ('inputs', 'mask')))
    assert stride == 4
    assert masks[0].sum(-1).flatten().tolist() == [8, 8, 8]  # of 32, 29, 32
    train(model, data, 60, lr=6e-3)
    for sample in predict(model, data):
        best = sample.pred_instances.segments[:1]
        assert segment_iou(best, sample.gt_instances.segments).max() > .5


@pytest.mark.parametrize('head', [None, dict(
    type='QueryPointHead', num_classes=3, in_channels=16, embed_dims=16,
    num_queries=4, num_points=6, num_layers=2)])
def test_bf16_autocast_gives_nearly_the_same_losses(head, windows):
    model = make(ATTENTIVE).eval()  # no dropout
    if head is not None:
        torch.manual_seed(0)
        model.head = MODELS.build(head).eval()
    data = model.data_preprocessor(windows(2, short=3))
    exact = model(**data, mode='loss')
    with torch.autocast('cpu', dtype=torch.bfloat16):
        rough = model(**data, mode='loss')
        found = model(**data, mode='predict')[0].pred_instances
    for name, value in exact.items():
        torch.testing.assert_close(rough[name].float(), value, atol=.1,
                                   rtol=.1)
    assert found.segments.dtype == found.scores.dtype == torch.float32
    model.parse_losses(rough)[0].backward()
    assert all(p.grad is None or p.grad.isfinite().all()
               for p in model.parameters())


def test_an_unknown_mode_is_an_error(windows):
    model = make()
    with pytest.raises(ValueError, match="'predict'"):
        model(**model.data_preprocessor(windows(1)), mode='train')
