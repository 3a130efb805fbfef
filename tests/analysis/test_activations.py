import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope

from mmgesture.analysis.activations import probe_clip
from mmgesture.analysis.probing import ProbeClip, prepare_clip
from mmgesture.apis import MicroGestureInferencer
from mmgesture.registry import MODELS
from mmgesture.testing import tiny_config, write_tiny_model, write_tiny_video


@pytest.fixture(scope='module')
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp('tiny')
    write_tiny_video(folder / 'v.mp4')
    infer = MicroGestureInferencer(*write_tiny_model(folder))
    return infer, prepare_clip(infer.pipeline, str(folder / 'v.mp4'))


def build(**changes):
    """A tiny model with random weights, other than the configured ones."""
    config = tiny_config().model
    for name, value in changes.items():
        config[name] = value  # in place of, not merged into, the old one
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(config)
    for parameter in model.cls_head.parameters():
        torch.nn.init.normal_(parameter)
    return model.eval()


def features(model, clip):
    """F and the map that the head pools, computed apart."""
    with torch.no_grad():
        inputs = model.data_preprocessor(
            dict(inputs=[clip.packed['inputs']],
                 data_samples=[clip.packed['data_samples']]))['inputs']
        encoded = model.backbone(inputs[0])
        fused = model.neck(encoded)[0] if model.with_neck else encoded
    return encoded[0], fused[0]


def test_magnitude_is_the_mean_of_the_absolute_values(tiny):
    infer, clip = tiny
    found = probe_clip(infer.model, clip, method='magnitude')
    encoded, fused = features(infer.model, clip)
    np.testing.assert_allclose(
        found.backbone, encoded.abs().mean(0), rtol=1e-5)
    np.testing.assert_allclose(found.fused, fused.abs().mean(0), rtol=1e-5)
    assert found.backbone.shape == (4, 2, 2)
    assert found.windows == [3] and found.theta == [0.5]


@pytest.mark.parametrize('target', [0, 2])
def test_gradcam_behind_an_average_pool_is_the_class_weight(tiny, target):
    # y = sum_c W_c mean(x_c), so w_c = W_c / (T' H' W'), whatever x is
    infer, clip = tiny
    found = probe_clip(infer.model, clip, target)
    fused = features(infer.model, clip)[1]
    weight = infer.model.cls_head.fc_cls.weight[target].detach()
    expected = torch.einsum('c,cthw->thw', weight, fused) / fused[0].numel()
    np.testing.assert_allclose(
        found.fused, expected.relu(), rtol=1e-4, atol=1e-6)
    assert found.target == target


def test_probabilities_are_those_of_the_test(tiny):
    infer, clip = tiny
    found = probe_clip(infer.model, clip)
    scores = infer(clip.packed['data_samples'].video).probabilities
    assert found.predicted == found.target == scores.argmax()
    assert found.probability == pytest.approx(scores.max(), abs=1e-5)


def test_without_difference_is_what_theta_zero_gives(tiny):
    infer, clip = tiny
    before = infer.model.neck[0].theta_raw.detach().clone()
    found = probe_clip(infer.model, clip, method='magnitude')
    encoded = features(infer.model, clip)[0]
    with torch.no_grad():
        alone = infer.model.neck[0].fusions[0]((encoded[None], ))[0]
    np.testing.assert_allclose(
        found.fused_without, alone.abs().mean(0), rtol=1e-5)
    assert not np.allclose(found.fused_without, found.fused)
    assert found.probability_without != found.probability
    assert torch.equal(infer.model.neck[0].theta_raw, before)


def test_model_trained_without_difference_has_one_fused_map(tiny):
    model = build(necks=[
        dict(type='MCFM', in_channels=16, windows=(3, ), difference='none'),
        dict(type='ScaleMean')
    ])
    found = probe_clip(model, tiny[1])
    assert found.fused is not None and found.fused_without is None
    assert found.theta is None and found.probability_without is None


def test_gradcam_adds_the_scales_and_passes_through_aswm(tiny):
    model = build(necks=[
        dict(type='MCFM', in_channels=16, windows=(3, 5)),
        dict(type='ASWM', in_channels=16, num_scales=2)
    ])
    found = probe_clip(model, tiny[1], 1)
    assert found.windows == [3, 5] and found.fused.shape == (4, 2, 2)
    assert np.isfinite(found.fused).all() and found.fused.min() >= 0


def test_model_without_mcfm_shows_its_encoder_alone(tiny):
    found = probe_clip(build(necks=None), tiny[1], 0)
    assert found.fused is None and found.windows is None
    assert found.backbone.shape == (4, 2, 2)


def test_class_token_model_shows_the_patches_of_its_last_block(tiny):
    model = build(
        backbone=dict(
            type='VideoMamba', arch=dict(embed_dims=16, depth=2),
            img_size=32, num_frames=4),
        necks=None,
        cls_head=dict(type='TimeSformerHead', num_classes=3, in_channels=16,
                      average_clips='prob'))
    kept = []
    handle = model.backbone.layers[1].register_forward_pre_hook(
        lambda module, inputs: kept.append(inputs[0]))
    found = probe_clip(model, tiny[1], method='magnitude')
    handle.remove()
    # tokens in the order (t, y, x) behind the class token
    expected = kept[0][0, 1:].detach().abs().mean(1).reshape(4, 2, 2)
    np.testing.assert_allclose(found.backbone, expected, rtol=1e-5)
    assert probe_clip(model, tiny[1]).backbone.max() > 0


def test_frame_wise_cnn_gives_one_map_a_frame(tiny):
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(
            dict(
                type='Recognizer2D',
                data_preprocessor=dict(
                    type='ActionDataPreprocessor', mean=[114.] * 3,
                    std=[57.] * 3, format_shape='NCHW'),
                backbone=dict(type='ResNet', depth=18, pretrained=None),
                cls_head=dict(
                    type='TSNHead', num_classes=3, in_channels=512,
                    average_clips='prob'))).eval()
    # (views, C, T, H, W) -> (T, C, H, W), the layout of these models
    clip = tiny[1]
    packed = dict(clip.packed, inputs=clip.packed['inputs'][0].transpose(0, 1))
    found = probe_clip(model, ProbeClip(packed, clip.frames, clip.frame_inds))
    assert found.backbone.shape == (4, 1, 1)


def test_frozen_weights_are_no_hindrance(tiny):
    model = build()
    model.requires_grad_(False)
    assert probe_clip(model, tiny[1], 0).backbone.shape == (4, 2, 2)


def test_wrong_requests_are_refused(tiny):
    infer, clip = tiny
    with pytest.raises(ValueError, match="one of.*'gradcam'.*got 'cam'"):
        probe_clip(infer.model, clip, method='cam')
    with pytest.raises(ValueError, match='from 0 to 2, got 3'):
        probe_clip(infer.model, clip, 3)
