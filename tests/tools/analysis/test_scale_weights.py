import runpy

import pytest
import torch
from mmengine.registry import DefaultScope

from mmgesture.engine.checkpoint import save_checkpoint
from mmgesture.registry import MODELS
from mmgesture.testing import (TINY_CLASSES, tiny_config, write_tiny_model,
                               write_tiny_set)


@pytest.fixture
def main(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/scale_weights.py'))['main']


def test_figure_and_csv_of_a_split_are_written(main, tmp_path, capsys):
    write_tiny_set(tmp_path / 'data', (1, 1, 3))
    config = tiny_config()
    config.model.necks = [
        dict(type='MCFM', in_channels=16, windows=(3, 5)),
        dict(type='ASWM', in_channels=16, num_scales=2)
    ]
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(config.model)
    config.dump(str(tmp_path / 'c.py'))
    save_checkpoint(
        dict(meta=dict(classes=list(TINY_CLASSES)),
             state_dict=model.state_dict()), tmp_path / 'c.pth')
    out = tmp_path / 's.png'
    assert main([
        str(tmp_path / 'c.py'), str(tmp_path / 'c.pth'), '--data-root',
        str(tmp_path / 'data'), '--split', 'test', '--out', str(out)
    ]) == 0
    assert out.read_bytes().startswith(b'\x89PNG')
    rows = out.with_suffix('.csv').read_text().splitlines()
    assert [row.split(',')[:3] for row in rows[1:]] == [
        [str(i), name, '1'] for i, name in enumerate(TINY_CLASSES)
    ]
    assert '3 clips; mean weights: win@3×3×3' in capsys.readouterr().out


def test_bad_input_is_named_and_nothing_is_written(main, tmp_path, capsys):
    write_tiny_set(tmp_path / 'data', (1, 1, 1))
    config, checkpoint = write_tiny_model(tmp_path)
    out = tmp_path / 's.png'
    root = ['--data-root', str(tmp_path / 'data'), '--out', str(out)]
    assert main([config, checkpoint, *root]) == 1
    assert 'got the necks MCFM, ScaleMean' in capsys.readouterr().err
    assert main([config, str(tmp_path / 'no.pth'), *root]) == 1
    assert 'no.pth' in capsys.readouterr().err
    assert main([config, checkpoint, *root, '--split', 'dev']) == 1
    assert not out.exists()
    with pytest.raises(SystemExit):
        main([config, checkpoint, '--out', 's.doc'])
