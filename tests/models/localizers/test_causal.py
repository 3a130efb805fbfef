import pytest
import torch
from mmengine.registry import DefaultScope

from mmgesture.models.localizers.causal import CausalLocalizer
from mmgesture.registry import MODELS

NETWORK = dict(
    num_classes=3, in_channels=8, step_rate=10, channels=16,
    trunk=dict(depth=2, d_state=4), lookaheads=(0., .5), dropout=0.)


def make(**options):
    torch.manual_seed(0)
    return CausalLocalizer(NETWORK, run_min_length=.2, **options)


def test_every_head_and_the_trunk_learn(windows):
    model, data = make(), windows(steps=40, short=9)
    losses = model(**model.data_preprocessor(data), mode='loss')
    assert set(losses) == {'loss_cls', 'loss_smooth', 'loss_bound'}
    total, _ = model.parse_losses(losses)
    total.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_the_loss_is_the_mean_over_the_look_aheads(windows):
    data = windows(steps=40)
    both = make().eval()
    batch = both.data_preprocessor(data)
    one = {}
    for keep in (0, 1):
        model = make().eval()
        model.network.heads = model.network.heads[keep:keep + 1]
        one[keep] = model(**batch, mode='loss')
    for name, value in both(**batch, mode='loss').items():
        torch.testing.assert_close(value, (one[0][name] + one[1][name]) / 2)


def test_the_loss_does_not_depend_on_padding(windows):
    model = make().eval()
    data = windows(batch=1, steps=40)
    data['data_samples'][0].set_metainfo(dict(num_steps=31))
    wide = model(**model.data_preprocessor(data), mode='loss')
    data['inputs'] = [x[:, :31] for x in data['inputs']]
    short = model(**model.data_preprocessor(data), mode='loss')
    for name in wide:
        torch.testing.assert_close(wide[name], short[name])


def test_jumps_cost(windows):
    model = make(smooth_weight=1.)
    steady = torch.zeros(1, 6, 6)
    jump = steady.clone()
    jump[:, 3:, 0] = 2
    labels = torch.zeros(1, 6, dtype=torch.long)
    valid = torch.ones(1, 6, dtype=torch.bool)
    parts = [
        model._head_loss(x, labels, torch.zeros(1, 6, 2), valid)[1]
        for x in (steady, jump)
    ]
    assert parts[0] == 0 and parts[1] > 0


def test_it_learns_drawn_gestures_and_finds_them(windows, train, predict):
    model, data = make(), windows(batch=4, steps=48)
    first = train(model, data, 1)['loss_cls']
    last = train(model, data, 80)['loss_cls']
    assert last < first / 3
    for sample in predict(model, data):
        truth, found = sample.gt_instances, sample.pred_instances
        sure = found.scores >= .5
        assert sorted(found.labels[sure].tolist()) == sorted(
            truth.labels.tolist())
        order = found.segments[sure][:, 0].argsort()
        torch.testing.assert_close(found.segments[sure][order],
                                   truth.segments, atol=1.6, rtol=0)


def test_prediction_ignores_what_a_window_is_padded_with(windows, train,
                                                          predict):
    model, data = make(), windows(batch=2, steps=40)
    train(model, data, 20)
    for sample in data['data_samples']:
        sample.set_metainfo(dict(num_steps=33))
    wide = [s.pred_instances.segments.clone() for s in predict(model, data)]
    data['inputs'] = [x[:, :33] for x in data['inputs']]
    for sample, segments in zip(predict(model, data), wide):
        assert torch.equal(sample.pred_instances.segments, segments)


def test_a_sample_at_another_rate_is_refused(windows):
    model, data = make(), windows()
    data['data_samples'][1].set_metainfo(dict(fps=28, stride=2.8))
    model(**model.data_preprocessor(data), mode='loss')
    data['data_samples'][1].set_metainfo(dict(fps=28, stride=1))
    batch = model.data_preprocessor(data)
    for mode in ('loss', 'predict'):
        with pytest.raises(ValueError, match='28 times a second, the network '
                           'is for 10'):
            model(**batch, mode=mode)


def test_modes_and_look_aheads_that_do_not_exist_are_refused(windows):
    model, data = make(), windows()
    with pytest.raises(ValueError, match="mode expected 'loss'"):
        model(**model.data_preprocessor(data), mode='other')
    with pytest.raises(ValueError, match='look-ahead of'):
        make(lookahead=1.)


def test_without_a_mask_all_steps_are_scored():
    scores = make()(torch.randn(2, 8, 12))
    assert scores.classes.shape == (2, 12, 3)


def test_it_is_built_with_an_encoder_of_frames_from_its_config():
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(
            dict(
                type='CausalLocalizer',
                network=dict(
                    NETWORK,
                    encoder=dict(
                        type='FrameEncoder', size=(8, 8), step_rate=10,
                        channels=(8, ), out_channels=8))))
    assert model(torch.rand(1, 3, 5, 8, 8)).classes.shape == (1, 5, 3)
