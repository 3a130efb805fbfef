import pickle
import runpy

import numpy as np
import pytest


@pytest.fixture(scope='module')
def tools(repository):
    return {name: runpy.run_path(
        str(repository / f'tools/data/{name}.py'))['main']
        for name in ('from_pickle', 'jhmdb')}


def test_a_pickle_is_converted_by_command(tools, tmp_path, capsys):
    path = tmp_path / 'set.pkl'
    path.write_bytes(pickle.dumps(dict(
        split=dict(train=['a']),
        annotations=[dict(frame_dir='a', label=31,
                          keypoint=np.ones((1, 3, 22, 2)))])))
    command = [str(path), '--root', str(tmp_path), '--layout', 'imigue-22']
    assert tools['from_pickle'](command + ['--classes', 'imigue']) == 0
    assert 'wrote 1 samples' in capsys.readouterr().out
    assert (tmp_path / 'keypoints/a.npz').is_file()
    assert tools['from_pickle'](command + ['--classes', 'smg']) == 1
    assert 'got 31' in capsys.readouterr().err
    assert tools['from_pickle'](command + ['--splits', 'x']) == 1
    assert 'OURS=THEIRS' in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tools, tmp_path, capsys):
    assert tools['jhmdb']([str(tmp_path / 'a.npz'), '--root',
                           str(tmp_path)]) == 1
    assert 'a.npz: no such file' in capsys.readouterr().err
