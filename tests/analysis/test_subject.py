import pytest
import torch
from mmengine.config import Config

from mmgesture.analysis.subject import (ClipShape, build_model, clip_shape,
                                        forward_of, read_config)


def config_of(*pipeline, wrapped=False):
    dataset = dict(pipeline=list(pipeline))
    if wrapped:
        dataset = dict(type='RepeatDataset', dataset=dataset)
    return Config(dict(test_dataloader=dict(dataset=dataset)))


SAMPLE = dict(type='UniformSampleSegment', clip_len=16)


def test_crop_decides_the_size_of_a_clip():
    cfg = config_of(SAMPLE, dict(type='Resize', scale=(-1, 256)),
                    dict(type='CenterCrop', crop_size=224))
    assert clip_shape(cfg) == ClipShape(1, 16, 224, 224)


def test_resize_decides_where_nothing_is_cropped():
    # scale is (width, height)
    cfg = config_of(
        SAMPLE, dict(type='Resize', scale=(64, 48), keep_ratio=False),
        wrapped=True)
    assert clip_shape(cfg) == ClipShape(1, 16, 48, 64)


def test_clips_and_crops_of_a_sample_are_views():
    cfg = config_of(
        dict(type='SampleFrames', clip_len=8, num_clips=4),
        dict(type='ThreeCrop', crop_size=112))
    assert clip_shape(cfg) == ClipShape(12, 8, 112, 112)


def test_arguments_go_before_the_pipeline():
    cfg = config_of(SAMPLE, dict(type='CenterCrop', crop_size=224))
    assert clip_shape(cfg, frames=4, size=32) == ClipShape(1, 4, 32, 32)
    assert clip_shape(Config(), 4, 32) == ClipShape(1, 4, 32, 32)


@pytest.mark.parametrize('cfg, missing', [
    (config_of(SAMPLE), 'the size of a clip'),
    (config_of(SAMPLE, dict(type='Resize', scale=(-1, 256))), 'the size'),
    (config_of(dict(type='CenterCrop', crop_size=9)), 'the frames of a clip'),
    (Config(), 'the frames and size'),
])
def test_pipeline_that_does_not_tell_the_shape_is_named(cfg, missing):
    with pytest.raises(ValueError, match=missing):
        clip_shape(cfg)


def test_missing_file_and_config_without_model_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match='none.py: expected a config'):
        read_config(tmp_path / 'none.py')
    path = tmp_path / 'data.py'
    path.write_text('data_root = 3')
    with pytest.raises(ValueError, match="with a 'model'.*data_root"):
        read_config(path)


def tiny(repository):
    return Config.fromfile(
        repository / 'configs/_base_/models/msf-quickstart.py')


def test_model_on_meta_has_no_values_and_other_classes(repository):
    cfg = tiny(repository)
    model = build_model(cfg, num_classes=5)
    assert {p.device.type for p in model.parameters()} == {'meta'}
    assert not model.training
    forward = forward_of(model, ClipShape(2, 16, 56, 56), batch_size=3)
    assert forward().shape == (6, 5)
    assert cfg.model.cls_head.num_classes == 17


def test_model_without_head_cannot_get_classes(repository):
    cfg = tiny(repository)
    cfg.model.cls_head = None
    with pytest.raises(ValueError, match='has no cls_head'):
        build_model(cfg, num_classes=5)


@pytest.mark.parametrize('precision', ['fp32', 'bf16'])
def test_forward_on_the_cpu_gives_finite_scores(repository, precision):
    model = build_model(tiny(repository), 'cpu')
    forward = forward_of(
        model, ClipShape(1, 16, 56, 56), 2, 'cpu', precision)
    scores = forward()
    assert scores.shape == (2, 17) and torch.isfinite(scores).all()
    assert not scores.requires_grad
    assert (scores.dtype == torch.bfloat16) == (precision == 'bf16')


def test_half_precision_is_refused(repository):
    model = build_model(tiny(repository))
    with pytest.raises(ValueError, match="'fp16'"):
        forward_of(model, ClipShape(1, 16, 56, 56), precision='fp16')
