import os
import pickle

import mmengine
import numpy as np
import pytest
import yaml
from mmengine.config import Config

from mmgesture.engine import trusting_checkpoints


class Malicious:
    """Makes a file when it is unpickled."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return os.mkdir, (self.mark, )


@pytest.fixture
def mark(tmp_path):
    return tmp_path / 'code ran'


@pytest.mark.parametrize('suffix', ['pkl', 'pickle'])
def test_pickle_with_code_needs_trust(tmp_path, mark, suffix):
    path = tmp_path / f'ann.{suffix}'
    path.write_bytes(pickle.dumps([Malicious(mark)]))
    with pytest.raises(ValueError, match='mkdir.*trusting_checkpoints'):
        mmengine.load(str(path))
    assert not mark.exists()
    with trusting_checkpoints():
        mmengine.load(str(path))
    assert mark.is_dir()


def test_plain_pickles_are_read_as_ever(tmp_path):
    content = dict(split=dict(a=['x']), annotations=[
        dict(keypoint=np.ones((1, 2, 3), np.float16), label=np.int64(3))])
    mmengine.dump(content, str(tmp_path / 'a.pkl'))
    found = mmengine.load(str(tmp_path / 'a.pkl'))
    assert found['split'] == content['split']
    assert found['annotations'][0]['label'] == 3
    assert (found['annotations'][0]['keypoint'] == 1).all()


@pytest.mark.parametrize('suffix', ['yaml', 'yml'])
def test_yaml_builds_no_objects(tmp_path, mark, suffix):
    path = tmp_path / f'c.{suffix}'
    path.write_text(f'a: !!python/object/apply:os.mkdir ["{mark}"]\n')
    for read in (mmengine.load, Config.fromfile):
        with pytest.raises(yaml.YAMLError, match='python/object'):
            read(str(path))
    assert not mark.exists()
    path.write_text('a: {b: [1, 2.5, x]}\n')
    assert Config.fromfile(str(path)).a.b == [1, 2.5, 'x']
