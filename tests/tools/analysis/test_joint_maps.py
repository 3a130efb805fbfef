import importlib.util

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.datasets.skeleton_files import make_clip, write_npz
from mmgesture.registry import MODELS
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)

CLASSES = [f'class {i}' for i in range(14)]


@pytest.fixture
def tool(repository, capsys, monkeypatch, tmp_path):
    path = repository / 'tools' / 'analysis' / 'joint_maps.py'
    spec = importlib.util.spec_from_file_location('joint_maps_tool', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = module.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def model(repository, tmp_path):
    """Config and checkpoint of MMN for J-HMDB, and three clips."""
    config = repository / 'configs/mmn/mmn_joint_jhmdb.py'
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        built = MODELS.build(Config.fromfile(config).model)
    checkpoint = tmp_path / 'mmn.pth'
    torch.save(dict(state_dict=built.state_dict(),
                    meta=dict(classes=CLASSES)), checkpoint)
    rng = np.random.RandomState(0)
    records = []
    for number in range(3):
        name = f'{number}.npz'
        write_npz(str(tmp_path / name), make_clip(
            name, rng.rand(20, 15, 2), np.ones((20, 15)), 'jhmdb-15'))
        records.append(GestureRecord(f's_{number}', None, label=number // 2,
                                     keypoints=name, split='test'))
    write_annotations(tmp_path / 'annotations_split1.jsonl',
                      make_header('jhmdb', CLASSES), records)
    return config, checkpoint, '--data-root', tmp_path


def test_named_samples_are_drawn(tool, model, tmp_path):
    config, checkpoint, *root = model
    code, out, err = tool(config, checkpoint, 's_2', 's_0', *root)
    assert code == 0, err
    assert out.index('s_2: class') < out.index('s_0: class')
    for name in ('joint_maps.png', 'joint_cases.png'):
        assert (tmp_path / name).read_bytes().startswith(b'\x89PNG')


def test_without_names_there_is_one_of_each_class(tool, model):
    config, checkpoint, *root = model
    code, out, _ = tool(config, checkpoint, *root)
    assert code == 0
    assert 's_0:' in out and 's_2:' in out and 's_1:' not in out


def test_an_unknown_sample_and_an_absent_file_are_told(tool, model,
                                                       tmp_path):
    config, checkpoint, *root = model
    code, _, err = tool(config, checkpoint, 's_9', *root)
    assert code == 1 and "no sample 's_9'" in err
    code, _, err = tool(config, tmp_path / 'none.pth', *root)
    assert code == 1 and 'none.pth' in err
