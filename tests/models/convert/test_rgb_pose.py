from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.models.convert import merge_rgb_pose, merge_rgb_pose_states
from mmgesture.models.pretrained import read_checkpoint
from mmgesture.registry import MODELS

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'
JOINTS, CLASSES = 5, 4
RGB = dict(
    depth=18, base_channels=16, conv1_kernel=(1, 7, 7), conv1_stride_s=1,
    inflate=(0, 0, 1, 1), with_pool2=False)
POSE = dict(
    depth=18, num_stages=3, base_channels=8, out_indices=(2, ),
    in_channels=JOINTS, conv1_stride_s=1, pool1_stride_s=1,
    inflate=(0, 1, 1), spatial_strides=(2, 2, 2), temporal_strides=(1, 1, 1),
    dilations=(1, 1, 1), with_pool2=False)


def single(settings, channels, seed, classes=CLASSES):
    torch.manual_seed(seed)
    model = MODELS.build(dict(
        type='MotionRecognizer3D',
        backbone=dict(type='ResNet3dSlowOnly', pretrained=None, **settings),
        cls_head=dict(type='I3DHead', num_classes=classes,
                      in_channels=channels, dropout_ratio=0.)))
    model.init_weights()
    return trained(model)


def trained(model):
    """Norms as after some training, not those of the first step."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm3d):
            module.weight.data.uniform_(.5, 1.5)
            module.running_mean.uniform_(-.2, .2)
            module.running_var.uniform_(.5, 2)
    return model.eval()


def joint(seed=9, in_channels=JOINTS):
    pose = dict(POSE, in_channels=in_channels, conv1_kernel=(1, 7, 7),
                conv1_stride_t=1, pool1_stride_t=1)
    torch.manual_seed(seed)
    model = MODELS.build(dict(
        type='MMRecognizer3D',
        backbone=dict(
            type='RGBPoseConv3D',
            rgb_pathway=dict(RGB, num_stages=4, lateral=True, fusion_kernel=7,
                             lateral_infl=1, lateral_activate=(0, 0, 1, 1)),
            pose_pathway=dict(pose, lateral=True, lateral_inv=True,
                              lateral_infl=16, fusion_kernel=7,
                              lateral_activate=(0, 1, 1))),
        cls_head=dict(type='GestureRGBPoseHead', num_classes=CLASSES,
                      in_channels=[128, 32], dropout=0.)))
    model.init_weights()
    return model


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@pytest.fixture(scope='module')
def streams():
    with DefaultScope.overwrite_default_scope('mmaction'):
        return single(RGB, 128, 1), single(POSE, 32, 2)


def inputs():
    torch.manual_seed(3)
    return (torch.randn(2, 1, 3, 2, 32, 32),
            torch.rand(2, 1, JOINTS, 8, 16, 16))


def scores(model, x):
    return model.extract_feat(x, stage='head')[0]


def test_merged_network_begins_with_exactly_the_scores_of_both(streams):
    model = joint()
    state, report = merge_rgb_pose_states(
        model.state_dict(), *(s.state_dict() for s in streams))
    model.load_state_dict(state, strict=True)
    trained_laterals = {k: v for k, v in state.items() if 'lateral' in k}
    assert any(v.abs().max() > 0 for v in trained_laterals.values())
    imgs, maps = inputs()
    with torch.no_grad():
        found = scores(model.eval(), dict(imgs=imgs, heatmap_imgs=maps))
        for name, stream, x in zip(('rgb', 'pose'), streams, (imgs, maps)):
            torch.testing.assert_close(found[name], scores(stream, x),
                                       rtol=0, atol=0)
    assert report.num_classes == CLASSES
    assert len(report.padded) == 8  # conv1 and downsample of four stages


def test_lateral_weights_learn_from_the_first_step(streams):
    model = joint()
    state, report = merge_rgb_pose_states(
        model.state_dict(), *(s.state_dict() for s in streams))
    model.load_state_dict(state)
    imgs, maps = inputs()
    found = scores(model.train(), dict(imgs=imgs, heatmap_imgs=maps))
    (found['rgb'].square().mean() + found['pose'].square().mean()).backward()
    weights = dict(model.named_parameters())
    for name, (had, has) in report.padded.items():
        assert not weights[name][:, had:].any()
        assert weights[name].grad[:, had:].abs().max() > 0, name


def test_padding_of_the_real_networks_is_the_published_one():
    def meta(name):
        cfg = Config.fromfile(CONFIGS / f'mm_gesture/{name}_imigue.py')
        with torch.device('meta'):
            return MODELS.build(cfg.model).state_dict()

    for limb in ('joint', 'limb'):
        state, report = merge_rgb_pose_states(
            meta(f'rgbpose_{limb}'), meta('slowonly-r50_rgb'),
            meta(f'posec3d_{limb}'))
        short = {
            name[len('backbone.'):-len('.conv.weight')]: sizes
            for name, sizes in report.padded.items()
        }
        assert short == {
            'rgb_path.layer3.0.conv1': [512, 640],
            'rgb_path.layer3.0.downsample': [512, 640],
            'rgb_path.layer4.0.conv1': [1024, 1280],
            'rgb_path.layer4.0.downsample': [1024, 1280],
            'pose_path.layer2.0.conv1': [128, 160],
            'pose_path.layer2.0.downsample': [128, 160],
            'pose_path.layer3.0.conv1': [256, 320],
            'pose_path.layer3.0.downsample': [256, 320],
        }


def save(path, model, **meta):
    torch.save(dict(state_dict=model.state_dict(), meta=meta), path)
    return str(path)


def test_a_merged_file_is_whole_and_safe_and_names_its_classes(
        streams, tmp_path):
    names = list('abcd')
    rgb = save(tmp_path / 'rgb.pth', streams[0], classes=names)
    pose = save(tmp_path / 'pose.pth', streams[1], classes=names)
    out = tmp_path / 'joint.pth'
    model = joint()
    report = merge_rgb_pose(model, rgb, pose, str(out))
    tensors, meta = read_checkpoint(str(out))
    assert tensors.keys() == model.state_dict().keys()
    assert meta['classes'] == names
    assert meta['merged_from'] == ['rgb.pth', 'pose.pth']
    assert meta['padded'] == report.padded
    other = save(tmp_path / 'other.pth', streams[1], classes=list('abce'))
    with pytest.raises(ValueError, match='other classes'):
        merge_rgb_pose(model, rgb, other, str(tmp_path / 'no.pth'))
    assert not (tmp_path / 'no.pth').exists()


def test_streams_that_do_not_fit_are_refused_by_name(streams, tmp_path):
    own = joint().state_dict()
    rgb, pose = (s.state_dict() for s in streams)
    with pytest.raises(ValueError, match='rgb stream.*are unknown.*one depth'):
        merge_rgb_pose_states(own, pose, rgb)
    # another layout
    with pytest.raises(ValueError, match='pose stream.*conv1.*7, 1, 7, 7'):
        merge_rgb_pose_states(joint(in_channels=7).state_dict(), rgb, pose)
    wide = single(RGB, 128, 1, classes=6).state_dict()
    with pytest.raises(ValueError, match='fc_cls.weight.*number of classes'):
        merge_rgb_pose_states(own, wide, pose)
    part = {k: v for k, v in pose.items() if 'layer3.1' not in k}
    with pytest.raises(ValueError, match='are missing.*layer3.1'):
        merge_rgb_pose_states(own, rgb, part)
    with pytest.raises(ValueError, match='are unknown.*neck'):
        merge_rgb_pose_states(own, dict(rgb, neck=torch.zeros(1)), pose)
    with pytest.raises(ValueError, match='RGBPoseConv3D and RGBPoseHead'):
        merge_rgb_pose(streams[0], 'a', 'b', str(tmp_path / 'c'))
