import argparse
import importlib.util
import json

import pytest
import torch

from mmgesture.models.backbones import VideoMamba


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp('official') / 'official.pth'
    model = VideoMamba(
        img_size=32, patch_size=8, embed_dims=16, depth=1, num_frames=4)
    torch.save(dict(model=model.state_dict()), path)
    return path


@pytest.fixture(scope='module')
def convert(repository):
    path = repository / 'tools' / 'deploy' / 'convert_videomamba.py'
    spec = importlib.util.spec_from_file_location('convert_tool', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda *args: module.main([str(arg) for arg in args])


SIZES = ('--embed-dims', 16, '--depth', 1, '--patch-size', 8)


def test_converts_and_reports(convert, source, tmp_path):
    out = tmp_path / 'out.pth'
    assert convert(source, out, '--img-size', 16, '--num-frames', 8,
                   *SIZES) == 0
    report = json.loads((tmp_path / 'out.pth.json').read_text())
    assert report['match'] == 1.
    assert set(report['resized']) == {'pos_embed', 'temporal_pos_embedding'}
    state = torch.load(out, weights_only=True)['state_dict']
    assert state['backbone.pos_embed'].shape == (1, 4, 16)


def test_wrong_arch_fails_and_writes_no_weights(convert, source, tmp_path,
                                                capsys):
    out = tmp_path / 'out.pth'
    assert convert(source, out, '--arch', 'tiny') == 1
    assert 'Is --arch right?' in capsys.readouterr().out
    assert not out.exists()


def test_absent_file_is_an_error(convert, tmp_path, capsys):
    assert convert(tmp_path / 'absent.pth', tmp_path / 'out.pth') == 1
    assert 'absent.pth' in capsys.readouterr().out


def test_unpickling_needs_trust(convert, source, tmp_path, capsys):
    pickled, out = tmp_path / 'pickled.pth', tmp_path / 'out.pth'
    content = torch.load(source, weights_only=True)
    torch.save(dict(content, args=argparse.Namespace(lr=1.)), pickled)
    assert convert(pickled, out, '--img-size', 16, *SIZES) == 1
    assert '--trust-checkpoint' in capsys.readouterr().out
    assert convert(pickled, out, '--img-size', 16, '--trust-checkpoint',
                   *SIZES) == 0
