import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import DefaultScope

from mmgesture.analysis.joint_maps import probe_joints
from mmgesture.datasets.skeleton_files import make_clip, write_npz
from mmgesture.registry import MODELS, TRANSFORMS
from mmgesture.structures.skeleton import get_layout

LAYOUT = get_layout('jhmdb-15')
PIPELINE = [
    dict(type='LoadKeypoints', layout='jhmdb-15'),
    dict(type='NormalizeSkeleton', keep_ratio=True),
    dict(type='SampleSkeletonFrames', clip_len=8),
    dict(type='SkeletonStream', stream='joint'),
    dict(type='ReorderJoints'),
    dict(type='FormatSkeletonInput'),
    dict(type='PackSkeletonInputs')
]


def build(persons=1):
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        return MODELS.build(dict(
            type='RecognizerGCN',
            data_preprocessor=dict(type='ActionDataPreprocessor'),
            backbone=dict(type='MMN', num_points=15, num_frames=8,
                          embed_dims=16, depths=(2, 1), num_heads=2,
                          num_persons=persons),
            cls_head=dict(type='GCNHead', num_classes=6, in_channels=16,
                          average_clips='prob')))


@pytest.fixture
def pipeline():
    with DefaultScope.overwrite_default_scope('mmaction'):
        return Compose([TRANSFORMS.build(step) for step in PIPELINE])


@pytest.fixture
def results(tmp_path):
    rng = np.random.RandomState(0)
    path = str(tmp_path / 'a.npz')
    write_npz(path, make_clip(path, rng.rand(20, 15, 2), np.ones((20, 15)),
                              'jhmdb-15'))
    return dict(sample_id='a', keypoints=path, label=3)


def test_maps_are_the_largest_channels_in_the_order_of_the_layout(
        pipeline, results):
    model = build()
    case = probe_joints(model, pipeline, dict(results))
    assert [[m.shape for m in stage] for stage in case.maps] == [
        [(8, 15), (8, 15)], [(4, 15)]]
    seen = []
    block = model.backbone.MFM[0].blocks[1].aggregation
    handle = block.register_forward_hook(
        lambda m, i, o: seen.append(o.detach()))
    found = model.test_step(pseudo_collate([pipeline(dict(results))]))[0]
    handle.remove()
    for place, joint in enumerate(LAYOUT.part_order):
        np.testing.assert_allclose(case.maps[0][1][:, joint],
                                   seen[0][0, :, :, place].amax(0))
    np.testing.assert_allclose(case.scores, found.pred_score.detach())
    assert case.label == 3 and case.sample_id == 'a'
    best = case.best(3)
    assert len(best) == 3 and case.scores[best[0]] == case.scores.max()


def test_joints_are_those_that_the_model_sees(pipeline, results):
    case = probe_joints(build(), pipeline, dict(results))
    assert case.joints.shape == (8, 15, 2)
    # eight of the frames over which the whole clip fills [-1, 1]
    assert .9 < np.abs(case.joints).max() <= 1
    assert case.layout == 'jhmdb-15'


def test_a_hidden_label_stays_hidden(pipeline, results):
    case = probe_joints(build(), pipeline, dict(results, label=None))
    assert case.label is None


def test_other_models_and_pipelines_are_refused(pipeline, results):
    gcn = Config(dict(
        type='RecognizerGCN',
        backbone=dict(type='GestureSTGCN', layout='jhmdb-15', in_channels=2,
                      base_channels=4, num_stages=1),
        cls_head=dict(type='GCNHead', num_classes=6, in_channels=4)))
    with DefaultScope.overwrite_default_scope('mmaction'):
        other = MODELS.build(gcn)
    with pytest.raises(ValueError, match='blocks of MMN, got GestureSTGCN'):
        probe_joints(other, pipeline, results)
    with pytest.raises(ValueError, match='one person, the model sees 2'):
        probe_joints(build(2), pipeline, results)
    short = Compose(pipeline.transforms[:2])
    with pytest.raises(ValueError, match='SampleSkeletonFrames'):
        probe_joints(build(), short, dict(results))
