import importlib.util
import json

import pytest
import torch

from mmgesture.models.backbones import MMN


@pytest.fixture(scope='module')
def convert(repository):
    path = repository / 'tools' / 'deploy' / 'convert_mmn.py'
    spec = importlib.util.spec_from_file_location('convert_mmn_tool', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda *args: module.main([str(arg) for arg in args])


def test_converts_and_reports(convert, tmp_path, capsys):
    source, out = tmp_path / 'in.pt', tmp_path / 'out.pth'
    model = MMN(num_points=5, embed_dims=16, depths=(1, 1), num_heads=2)
    head = {'head.weight': torch.ones(17, 16), 'head.bias': torch.ones(17)}
    torch.save(dict(model.state_dict(), **head), source)
    assert convert(source, out, '--classes',
                   'mmgesture.datasets.smg.SMG_CLASSES') == 0
    report = json.loads((tmp_path / 'out.pth.json').read_text())
    assert report['num_points'] == 5 and report['depths'] == [1, 1]
    meta = torch.load(out, weights_only=True)['meta']
    assert len(meta['classes']) == 17
    assert '5 joints, 17 classes' in capsys.readouterr().out


def test_another_model_is_told_and_nothing_written(convert, tmp_path, capsys):
    source, out = tmp_path / 'in.pt', tmp_path / 'out.pth'
    torch.save(dict(weight=torch.zeros(2)), source)
    assert convert(source, out) == 1
    assert 'is no official MMN' in capsys.readouterr().out
    assert not out.exists()
