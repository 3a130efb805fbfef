import argparse
import importlib.util
import json

import pytest
import torch
from torch import nn

from mmgesture.models.backbones import MANet
from mmgesture.models.heads import MANetHead


@pytest.fixture(scope='module')
def convert(repository):
    path = repository / 'tools' / 'deploy' / 'convert_manet.py'
    spec = importlib.util.spec_from_file_location('convert_manet_tool', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda *args: module.main([str(arg) for arg in args])


@pytest.fixture(scope='module')
def state():
    parts = dict(
        backbone=MANet(depth=18), cls_head=MANetHead(17, in_channels=512))
    return nn.ModuleDict(parts).state_dict()


def test_converts_and_reports(convert, state, tmp_path, capsys):
    source, out = tmp_path / 'in.pth', tmp_path / 'out.pth'
    torch.save(dict(state_dict=state), source)
    assert convert(source, out, '--depth', 18, '--classes',
                   'mmgesture.datasets.smg.SMG_CLASSES') == 0
    report = json.loads((tmp_path / 'out.pth.json').read_text())
    assert report['num_classes'] == 17 and report['dead'] == []
    meta = torch.load(out, weights_only=True)['meta']
    assert len(meta['classes']) == 17
    assert '17 classes' in capsys.readouterr().out


def test_another_model_is_told_and_nothing_written(convert, tmp_path, capsys):
    source, out = tmp_path / 'in.pth', tmp_path / 'out.pth'
    torch.save(dict(weight=torch.zeros(2)), source)
    assert convert(source, out) == 1
    assert 'in.pth is no MA-Net' in capsys.readouterr().out
    assert not out.exists()


def test_unknown_class_names_are_told(convert, tmp_path, capsys):
    assert convert('in.pth', 'out.pth', '--classes', 'mmgesture.none') == 1
    assert 'mmgesture.none' in capsys.readouterr().out


def test_unpickling_wants_the_word(convert, state, tmp_path, capsys):
    source, out = tmp_path / 'in.pth', tmp_path / 'out.pth'
    torch.save(
        dict(state_dict=state, args=argparse.Namespace(lr=1.)), source)
    assert convert(source, out, '--depth', 18) == 1
    assert '--trust-checkpoint' in capsys.readouterr().out
    assert convert(source, out, '--depth', 18, '--trust-checkpoint') == 0
