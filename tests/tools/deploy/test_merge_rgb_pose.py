import importlib.util

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.registry import MODELS

MODEL = 'configs/mm_gesture/{}_mini-smg.py'


@pytest.fixture(scope='module')
def merge(repository):
    path = repository / 'tools' / 'deploy' / 'merge_rgb_pose.py'
    spec = importlib.util.spec_from_file_location('merge_tool', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda *args: module.main([str(arg) for arg in args])


def stream(repository, name, path):
    cfg = Config.fromfile(repository / MODEL.format(name))
    torch.manual_seed(1)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(cfg.model)
    torch.save(dict(state_dict=model.state_dict()), path)
    return path


def test_merges_two_trained_streams_for_joint_training(
        merge, repository, tmp_path, capsys):
    rgb = stream(repository, 'slowonly_rgb', tmp_path / 'rgb.pth')
    pose = stream(repository, 'posec3d_limb', tmp_path / 'pose.pth')
    config, out = repository / MODEL.format('rgbpose_limb'), tmp_path / 'o.pth'
    assert merge(config, '--rgb', rgb, '--pose', pose, '--out', out) == 0
    told = capsys.readouterr().out
    assert 'input channels' in told and '8 padded' in told
    assert 'init_weights' not in told
    first = torch.load(out, weights_only=True)['state_dict']
    assert merge(config, '--rgb', rgb, '--pose', pose, '--out', out) == 0
    second = torch.load(out, weights_only=True)['state_dict']
    assert all(torch.equal(first[k], second[k]) for k in first)


def test_what_does_not_fit_is_told_and_nothing_written(
        merge, repository, tmp_path, capsys):
    # joints where limbs are wanted: 25 channels for 24
    rgb = stream(repository, 'slowonly_rgb', tmp_path / 'rgb.pth')
    pose = stream(repository, 'posec3d_joint', tmp_path / 'pose.pth')
    config, out = repository / MODEL.format('rgbpose_limb'), tmp_path / 'o.pth'
    assert merge(config, '--rgb', rgb, '--pose', pose, '--out', out) == 1
    assert 'pose stream does not fit' in capsys.readouterr().out
    assert merge(config, '--rgb', tmp_path / 'none.pth', '--pose', pose,
                 '--out', out) == 1
    assert 'none.pth' in capsys.readouterr().out
    assert not out.exists()
