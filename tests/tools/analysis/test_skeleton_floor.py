import importlib.util

import numpy as np
import pytest

from mmgesture.datasets.skeleton_files import make_clip, write_npz
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)


@pytest.fixture
def tool(repository, capsys):
    path = repository / 'tools' / 'analysis' / 'skeleton_floor.py'
    spec = importlib.util.spec_from_file_location('skeleton_floor', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(*arguments):
        code = module.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_every_norm_is_a_line_and_errors_are_told(tool, tmp_path):
    rng = np.random.RandomState(0)
    records = []
    for number in range(8):
        name = f'{number}.npz'
        joints = rng.rand(10, 15, 2) + number % 2
        write_npz(str(tmp_path / name), make_clip(
            name, joints, np.ones((10, 15)), 'jhmdb-15'))
        records.append(GestureRecord(
            f's_{number}', None, label=number % 2, keypoints=name,
            split='train' if number < 6 else 'test'))
    path = tmp_path / 'a.jsonl'
    write_annotations(path, make_header('toy', ['x', 'y']), records)
    code, out, _ = tool(path, '--root', tmp_path)
    assert code == 0
    assert out.count('top-1') == 3
    assert 'norm none: top-1 1.000 on 2 clips (6 to fit on)' in out
    (tmp_path / '7.npz').unlink()
    code, _, err = tool(path, '--root', tmp_path)
    assert code == 1 and '7.npz' in err
