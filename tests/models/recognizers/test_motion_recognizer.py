import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.registry import init_default_scope

from mmgesture.models import GestureDataPreprocessor, MotionRecognizer3D
from mmgesture.registry import MODELS

NECKS = dict(
    none=[],
    single=[
        dict(type='MCFM', in_channels=8, windows=(3, ),
             motion_kernel='independent'),
        dict(type='ScaleMean')
    ],
    plus=[
        dict(type='MCFM', in_channels=8),
        dict(type='ASWM', in_channels=8)
    ])


@pytest.fixture(autouse=True)
def scope():
    init_default_scope('mmaction')


def config(necks='plus', **test_cfg):
    return dict(
        type='MotionRecognizer3D',
        backbone=dict(
            type='MSFMamba', img_size=16, patch_size=8, num_frames=4,
            embed_dims=8, depth=1, d_state=4),
        necks=NECKS[necks],
        cls_head=dict(
            type='I3DHead', num_classes=5, in_channels=8, dropout_ratio=0.,
            average_clips='prob'),
        test_cfg=test_cfg or None,
        data_preprocessor=dict(
            type='GestureDataPreprocessor', mean=[128.] * 3, std=[50.] * 3))


def build(necks='plus', **test_cfg):
    torch.manual_seed(0)
    return MODELS.build(config(necks, **test_cfg))


def data(batch, views=1):
    torch.manual_seed(1)
    return dict(
        inputs=[
            torch.randint(0, 256, (views, 3, 4, 16, 16), dtype=torch.uint8)
            for _ in range(batch)
        ],
        data_samples=[
            ActionDataSample().set_gt_label(i % 5) for i in range(batch)
        ])


@pytest.mark.parametrize('necks', sorted(NECKS))
@pytest.mark.parametrize('batch', [1, 2, 3])
def test_loss_and_prediction_at_every_batch_size(necks, batch):
    model = build(necks)
    assert isinstance(model.data_preprocessor, GestureDataPreprocessor)
    inputs = model.data_preprocessor(data(batch), training=True)
    losses = model(**inputs, mode='loss')
    losses['loss_cls'].backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
    model.eval()
    with torch.no_grad():
        samples = model(
            **model.data_preprocessor(data(batch)), mode='predict')
    assert len(samples) == batch
    for sample in samples:
        assert sample.pred_score.shape == (5, )
        assert sample.pred_score.sum() == pytest.approx(1, abs=1e-5)


def test_views_of_a_clip_are_averaged():
    model = build().eval()
    inputs = model.data_preprocessor(data(1, views=3))
    with torch.no_grad():
        together, = model(**inputs, mode='predict')
        single = model(
            inputs['inputs'].transpose(0, 1), [
                ActionDataSample() for _ in range(3)
            ],
            mode='predict')
    expected = torch.stack([s.pred_score for s in single]).mean(0)
    assert torch.allclose(together.pred_score, expected, atol=1e-5)


def test_views_can_be_tested_in_small_groups():
    inputs = data(1, views=3)
    scores = []
    for options in ({}, dict(max_testing_views=2)):
        model = build(**options).eval()
        with torch.no_grad():
            sample, = model.test_step(dict(**inputs))
        scores.append(sample.pred_score)
    assert torch.allclose(*scores, atol=1e-5)


def test_tensor_mode_gives_every_stage():
    model = build().eval()
    x = torch.randn(2, 1, 3, 4, 16, 16)
    assert model(x, stage='backbone').shape == (2, 8, 4, 2, 2)
    assert model(x, stage='neck').shape == (2, 8, 4, 2, 2)
    assert model(x, stage='head').shape == (2, 5)


class Logits(torch.nn.Module):
    """What is exported: clips in, logits out."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x, stage='head')


@pytest.mark.parametrize('order', ['bidirectional', 'selective'])
def test_classifier_can_be_exported(order):
    settings = config()
    settings['backbone']['scan_order'] = order
    model = Logits(MODELS.build(settings)).eval()
    x = torch.randn(2, 1, 3, 4, 16, 16)
    exported = torch.export.export(model, (x, )).module()
    assert torch.allclose(exported(x), model(x), atol=1e-6)


def test_necks_have_numbered_names():
    names = set(build().state_dict())
    assert 'neck.0.theta_raw' in names
    assert 'neck.1.attn.0.weight' in names


def test_scale_weights_can_be_had_for_plots():
    x = torch.randn(2, 1, 3, 4, 16, 16)
    alpha = build().scale_weights(x)
    assert alpha.shape == (2, 3, 4, 2, 2) and not alpha.requires_grad
    assert torch.allclose(alpha.sum(1), torch.ones(2, 4, 2, 2))
    for necks in ('none', 'single'):
        with pytest.raises(ValueError, match='ASWM'):
            build(necks).scale_weights(x)


def count(backbone, arch, dims, necks, head):
    with torch.device('meta'):
        model = MotionRecognizer3D(
            backbone=dict(type=backbone, arch=arch),
            necks=necks,
            cls_head=dict(type=head, num_classes=17, in_channels=dims))
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize('arch, dims, baseline, single, plus', [
    ('tiny', 192, 6961361, 8.95, 24.93),
    ('small', 384, 25424273, 33.38, 97.28),
    ('middle', 576, 73659473, 91.57, 235.32),
])
def test_parameters_are_those_of_the_paper(arch, dims, baseline, single,
                                           plus):
    number = count('VideoMamba', arch, dims, None, 'TimeSformerHead')
    assert number == baseline
    mcfm = dict(type='MCFM', in_channels=dims)
    number = count('MSFMamba', arch, dims, [
        dict(mcfm, windows=(3, ), motion_kernel='independent'),
        dict(type='ScaleMean')
    ], 'I3DHead')
    assert number / 1e6 == pytest.approx(single, abs=.01)
    number = count('MSFMamba', arch, dims,
                   [mcfm, dict(type='ASWM', in_channels=dims)], 'I3DHead')
    assert number / 1e6 == pytest.approx(plus, rel=.015)


@pytest.mark.parametrize('order', ['bidirectional', 'selective'])
def test_classifier_compiles_into_one_graph(order):
    settings = config()
    settings['backbone']['scan_order'] = order
    model = Logits(MODELS.build(settings)).eval()
    x = torch.randn(2, 1, 3, 4, 16, 16)
    compiled = torch.compile(model, backend='eager', fullgraph=True)
    with torch.no_grad():
        assert torch.allclose(compiled(x), model(x), atol=1e-6)
