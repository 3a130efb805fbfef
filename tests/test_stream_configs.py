"""Configs of MM-Gesture's streams and of the skeleton baselines."""
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope

import mmgesture  # noqa: F401
from mmgesture.datasets import GestureDataset
from mmgesture.datasets.imigue import IMIGUE_CLASSES
from mmgesture.datasets.ma52 import CLASSES as MA52_CLASSES
from mmgesture.datasets.smg import SMG_CLASSES
from mmgesture.registry import MODELS
from mmgesture.structures.skeleton import get_layout
from mmgesture.testing import write_tiny_video

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
LEAVES = sorted(p.relative_to(CONFIGS).with_suffix('').as_posix()
                for folder in ('mm_gesture', 'skeleton')
                for p in (CONFIGS / folder).glob('*.py'))
CLASSES = dict(imigue=IMIGUE_CLASSES, ma52=MA52_CLASSES, smg=SMG_CLASSES,
               jhmdb=range(14))
LAYOUTS = {'imigue': 'imigue-22', 'ma52': 'ma52-44', 'smg': 'kinect-25',
           'jhmdb': 'jhmdb-15'}
# Parameters, measured on MMAction2's own classes.
SIZES = {
    'mm_gesture/posec3d_joint_imigue': 2.040,
    'mm_gesture/posec3d_limb_imigue': 2.040,
    'mm_gesture/rgbpose_joint_imigue': 36.106,
    'mm_gesture/rgbpose_limb_imigue': 36.106,
    'mm_gesture/slowonly-r50_rgb_imigue': 31.700,
    'mm_gesture/swin-b_flow_imigue': 87.672,
    'mm_gesture/swin-s_rgb-transfer_imigue': 49.534,
    'skeleton/stgcn_joint_imigue': 3.087,
    'skeleton/stgcnpp_joint_imigue': 1.391,
    'skeleton/2s-agcn_joint_imigue': 3.458,
}


@pytest.fixture(autouse=True)
def scope():
    with DefaultScope.overwrite_default_scope('mmaction'):
        yield


@lru_cache(maxsize=None)
def leaf(name):
    return Config.fromfile(CONFIGS / f'{name}.py')


def data_of(name):
    return name.rpartition('_')[2].replace('mini-', '')


def pipelines(cfg):
    for stage in ('train', 'val', 'test'):
        yield stage, cfg[f'{stage}_dataloader'].dataset.pipeline


def part(pipeline, kind):
    found = [item for item in pipeline if item.type == kind]
    return found[0] if found else None


@pytest.mark.parametrize('name', SIZES)
def test_size_is_the_known_one(name):
    with torch.device('meta'):
        model = MODELS.build(leaf(name).model)
    millions = sum(p.numel() for p in model.parameters()) / 1e6
    assert round(millions, 3) == SIZES[name]


@pytest.mark.parametrize('name', LEAVES)
def test_classes_are_those_of_the_set(name):
    head = leaf(name).model.cls_head
    assert head.num_classes == len(CLASSES[data_of(name)])


@pytest.mark.parametrize(
    'name', [n for n in LEAVES if 'posec3d' in n or 'rgbpose' in n])
def test_a_network_of_heatmaps_gets_the_channels_it_has(name):
    cfg = leaf(name)
    backbone = cfg.model.backbone
    channels = backbone.get('pose_pathway', backbone).in_channels
    for stage, pipeline in pipelines(cfg):
        load = part(pipeline, 'LoadKeypoints')
        layout = get_layout(load.layout)
        draw = part(pipeline, 'GestureGeneratePoseTarget')
        limbs = '_limb_' in name
        assert draw.get('with_limb', False) == limbs
        assert draw.get('with_kp', True) != limbs
        assert channels == (len(layout.edges) if limbs else layout.num_joints)
        flip = part(pipeline, 'FlipPose')
        assert (flip is not None) == (stage == 'train')
        if flip is not None:
            assert flip.layout == load.layout
    if 'rgbpose' in name:
        frames = part(pipeline, 'SampleRGBPoseFrames')
        assert frames.pose_len == backbone.speed_ratio * frames.rgb_len


@pytest.mark.parametrize('name', [n for n in LEAVES if 'gcn' in n])
def test_a_graph_network_gets_the_layout_it_has(name):
    cfg = leaf(name)
    layout = LAYOUTS[data_of(name)]
    assert cfg.model.backbone.layout == layout
    stream = name.split('/')[1].split('_')[1]
    for stage, pipeline in pipelines(cfg):
        load = part(pipeline, 'LoadKeypoints')
        assert load.layout == layout
        assert cfg.model.backbone.in_channels == load.get('dims', 2)
        assert part(pipeline, 'SkeletonStream').stream == stream
        assert part(pipeline, 'FormatSkeletonInput').with_time is False
        # the graph is that of the layout's order
        assert part(pipeline, 'ReorderJoints') is None
        mode = part(pipeline, 'SampleSkeletonFrames').get('mode', 'linspace')
        assert (mode in ('jitter', 'random')) == (stage == 'train')


@pytest.mark.parametrize('data', ['imigue', 'mini-smg'])
def test_every_modality_is_a_folder_of_its_own_and_flow_turns_round(data):
    model = 'swin-b' if data == 'imigue' else 'swin-mini'
    for modality in ('rgb', 'taylor', 'flow', 'depth'):
        cfg = leaf(f'mm_gesture/{model}_{modality}_{data}')
        root = 'data/' + data.replace('-', '_')
        root += '' if modality == 'rgb' else f'_{modality}'
        for stage, pipeline in pipelines(cfg):
            assert cfg[f'{stage}_dataloader'].dataset.data_root == root
            kinds = [step.type for step in pipeline]
            if stage == 'train':
                assert ('FlipFlowVideo' in kinds) == (modality == 'flow')
                assert ('Flip' in kinds) == (modality != 'flow')


def small_swin(classes, init_cfg=None):
    cfg = leaf('mm_gesture/swin-s_rgb-transfer_imigue').model.to_dict()
    cfg['backbone'].update(
        arch=dict(embed_dims=4, depths=[1, 1, 2, 1], num_heads=[1, 1, 2, 2]),
        init_cfg=init_cfg)
    cfg['cls_head'].update(num_classes=classes, in_channels=32)
    model = MODELS.build(cfg)
    model.init_weights()
    return model


def test_rgb_star_takes_the_encoder_of_52_classes_into_a_head_of_32(
        tmp_path):
    torch.manual_seed(0)
    before = small_swin(52)
    path = str(tmp_path / 'swin-s_ma52.pth')
    torch.save(dict(state_dict=before.state_dict(),
                    meta=dict(classes=list(MA52_CLASSES))), path)
    # what the config says, but for the folder
    init_cfg = dict(leaf('mm_gesture/swin-s_rgb-transfer_imigue')
                    .model.backbone.init_cfg)
    assert init_cfg.pop('checkpoint').endswith('swin-s_ma52.pth')
    torch.manual_seed(1)
    after = small_swin(32, dict(init_cfg, checkpoint=path))
    given, taken = before.state_dict(), after.state_dict()
    for name, value in taken.items():
        if name.startswith('backbone.'):
            assert torch.equal(value, given[name]), name
    assert taken['cls_head.fc_cls.weight'].shape == (32, 32)
    clip = torch.randn(1, 1, 3, 4, 32, 32)
    with torch.no_grad():
        features = [model.eval().extract_feat(clip)[0]
                    for model in (before, after)]
    torch.testing.assert_close(*features)
    # another encoder is refused, not loaded in part
    torch.save(dict(state_dict={k: v for k, v in given.items()
                                if 'layers.1' not in k}), path)
    with pytest.raises(ValueError, match='weights are missing'):
        small_swin(32, dict(init_cfg, checkpoint=path))


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    """Three clips with joints and pictures, and one without either."""
    folder = tmp_path_factory.mktemp('streams')
    rng = np.random.RandomState(0)
    lines = [dict(mmgesture_annotations=1, dataset='smg',
                  classes=list(SMG_CLASSES))]
    for number, frames in enumerate((3, 20, 40)):
        write_tiny_video(folder / f'{number}.mp4', frames, (60, 80), number)
        place = rng.rand(1, 25, 2) * (60, 40) + 10
        np.savez(folder / f'{number}.npz',
                 keypoints=place + rng.rand(frames, 25, 2),
                 keypoint_score=np.ones((frames, 25)))
        lines.append(dict(
            sample_id=f's_{number}', video=f'{number}.mp4', start=0,
            end=frames, label=number, split='test',
            keypoints=f'{number}.npz'))
    lines.append(dict(lines[-1], sample_id='s_3', keypoints='none.npz',
                      video='none.mp4'))
    (folder / 'annotations.jsonl').write_text(
        '\n'.join(map(json.dumps, lines)))
    return folder


@pytest.mark.parametrize('name', [
    'posec3d_joint', 'posec3d_limb', 'slowonly_rgb', 'rgbpose_joint',
    'rgbpose_limb', 'swin-mini_flow'
])
def test_a_stream_of_mini_smg_learns_from_files_and_keeps_every_id(
        name, root):
    cfg = leaf(f'mm_gesture/{name}_mini-smg')
    loader = cfg.test_dataloader.dataset
    data = GestureDataset('annotations.jsonl', str(root), loader.pipeline,
                          split='test', test_mode=True)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    items = [data[number] for number in range(4)]
    batch = pseudo_collate(items)
    losses = model.train()(
        **model.data_preprocessor(batch, True), mode='loss')
    sum(v for k, v in losses.items() if 'loss' in k).backward()
    silent = [key for key, p in model.named_parameters()
              if p.grad is None or not p.grad.isfinite().all()]
    assert not silent
    found = model.eval().test_step(pseudo_collate(items))
    assert [x.sample_id for x in found] == ['s_0', 's_1', 's_2', 's_3']
    assert [x.unreadable for x in found] == [False, False, False, True]
    for sample in found:
        scores = sample.pred_score
        parts = scores if isinstance(scores, dict) else dict(all=scores)
        assert sorted(parts) == (['pose', 'rgb'] if 'rgbpose' in name
                                 else ['all'])
        for row in parts.values():
            assert row.sum().item() == pytest.approx(1, abs=1e-5)


def test_merged_streams_of_mini_smg_see_the_same_pictures(root):
    """What the two streams were trained on is what the joint model sees."""
    joint = leaf('mm_gesture/rgbpose_joint_mini-smg')
    single = leaf('mm_gesture/slowonly_rgb_mini-smg')

    def first(cfg):
        data = GestureDataset(
            'annotations.jsonl', str(root),
            cfg.test_dataloader.dataset.pipeline, split='test',
            test_mode=True)
        return data[1]['inputs']

    assert torch.equal(first(joint)['imgs'], first(single))
    both = joint.model.data_preprocessor.preprocessors.imgs
    alone = single.model.data_preprocessor
    assert both == alone
