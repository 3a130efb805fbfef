import pytest
from mmengine.config import Config

from mmgesture.analysis import analyse_config
from mmgesture.analysis.blank_sample import (blank_shapes, plain_shape,
                                             sample_shape)
from mmgesture.analysis.subject import ClipShape
from mmgesture.analysis.table import flat_row

CONFIGS = 'configs/{}.py'


@pytest.mark.parametrize('name, shape', [
    ('mmn/mmn_joint_ma52', {'': (1, 1, 64, 44, 3)}),
    ('mmn/mmn_joint_smg', {'': (1, 1, 64, 25, 4)}),
    ('skeleton/stgcn_joint_imigue', {'': (1, 1, 100, 22, 2)}),
    # ten clips and their mirror images
    ('mm_gesture/posec3d_limb_imigue', {'': (20, 36, 48, 64, 64)}),
    ('mm_gesture/rgbpose_limb_mini-smg',
     dict(imgs=(1, 3, 8, 56, 56), heatmap_imgs=(1, 24, 16, 28, 28))),
])
def test_shapes_are_those_that_the_pipeline_packs(repository, name, shape):
    cfg = Config.fromfile(repository / CONFIGS.format(name))
    assert blank_shapes(cfg) == shape
    assert sample_shape(cfg) == shape


def test_pictures_are_told_as_before(repository):
    cfg = Config.fromfile(repository / CONFIGS.format('msf_mamba/msf-t_smg'))
    assert sample_shape(cfg, frames=8) == ClipShape(1, 8, 224, 224)
    assert plain_shape(ClipShape(1, 8, 224, 224)) == [1, 8, 224, 224]


def test_frames_and_size_are_refused_for_skeletons(repository):
    cfg = Config.fromfile(repository / CONFIGS.format('mmn/mmn_joint_ma52'))
    with pytest.raises(ValueError, match='for pictures alone'):
        sample_shape(cfg, size=112)


@pytest.mark.parametrize('data, joints, params, gmacs', [
    # the official class, measured by the same counter
    ('ma52', 44, 1325186, 1.363),
    ('imigue', 22, 1234014, .677),
])
def test_mmn_costs_what_the_official_class_costs(repository, data, joints,
                                                 params, gmacs):
    name = CONFIGS.format(f'mmn/mmn_joint_{data}')
    official = analyse_config(
        repository / name.replace('.py', '_official.py'))
    assert official['params'] == params
    assert official['macs'] / 1e9 == pytest.approx(gmacs, abs=5e-4)
    row = analyse_config(repository / name)
    assert row['params'] == params and row['uncounted'] == []
    # the graph of 12 MSMs really mixes joints: 48 channels, 64 to 8 frames
    mixing = 3 * (64 + 32 + 16 + 8) * 48 * joints**2
    assert row['macs'] - official['macs'] == mixing


def test_a_network_of_two_inputs_is_analysed(repository):
    row = analyse_config(
        repository / CONFIGS.format('mm_gesture/rgbpose_joint_mini-smg'))
    assert row['input'] == dict(imgs=[1, 3, 8, 56, 56],
                                heatmap_imgs=[1, 25, 16, 28, 28])
    assert row['macs'] > 1e8
    assert flat_row(row)['input'] == (
        'imgs 1 x 3 x 8 x 56 x 56, heatmap_imgs 1 x 25 x 16 x 28 x 28')
