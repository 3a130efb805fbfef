import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmgesture.datasets.modalities import pose_mmpose
from mmgesture.structures import (GestureRecord, make_header,
                                  read_annotations, write_annotations)
from mmgesture.testing import write_tiny_video

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / 'tools/modalities/extract_pose.py'
CONFIG = ('.mim/configs/body_2d_keypoint/topdown_heatmap/coco/'
          'td-hm_res50_8xb64-210e_coco-256x192.py')


def mmpose_config():
    found = importlib.util.find_spec('mmpose')
    if found is None:
        pytest.skip('mmpose is not installed: the extra [pose]')
    path = Path(found.submodule_search_locations[0]) / CONFIG
    if not path.is_file():
        pytest.skip(f'this mmpose has no {path.name}')
    return path


@pytest.fixture
def data(tmp_path):
    write_tiny_video(tmp_path / 'a.mp4', 5, (64, 48))
    write_annotations(
        tmp_path / 'annotations.jsonl', make_header('toy', ['x']),
        [GestureRecord('a_0', 'a.mp4', 1, 4, 0, '1', 'test')])
    return tmp_path


def run(data, *arguments):
    # in a process of its own: the stand-ins stay there
    return subprocess.run(
        [sys.executable, str(TOOL), str(data / 'annotations.jsonl'), '--root',
         str(data), *map(str, arguments)],
        capture_output=True, text=True,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(
            [str(ROOT), *filter(None, [os.environ.get('PYTHONPATH')])])))


def test_a_random_model_writes_what_the_readers_read(data):
    config = mmpose_config()
    done = run(data, '--config', config, '--layout', 'coco-17')
    assert done.returncode == 0, done.stderr
    assert '1 files written' in done.stdout
    with np.load(data / 'keypoints_coco-17/a.npz') as file:
        assert file['keypoints'].shape == (5, 17, 2)
        assert np.isfinite(file['keypoints']).all()
        assert str(file['layout']) == 'coco-17'
    record, = read_annotations(data / 'annotations_coco-17.jsonl').records
    assert record.keypoints == 'keypoints_coco-17/a.npz'
    assert (record.start, record.end) == (1, 4)
    done = run(data, '--config', config, '--layout', 'coco-17')
    assert '0 files written, 1 reused' in done.stdout
    done = run(data, '--config', config, '--layout', 'halpe-26', '--folder',
               'other')
    assert done.returncode == 1
    assert 'has 26 joints, the model 17' in done.stderr.replace('\n', ' ')


def test_without_mmpose_the_tool_says_what_to_install(data, monkeypatch):
    monkeypatch.setitem(sys.modules, 'mmpose', None)  # cannot be imported
    monkeypatch.setattr(pose_mmpose, '_stand_ins', lambda: [])
    with pytest.raises(ImportError, match='--no-deps -r requirements/pose'):
        pose_mmpose.MMPoseEstimator('a.py')


def test_stand_ins_refuse_by_name_when_they_are_used():
    module = pose_mmpose._stand_in('mmcv._ext', 'install mmcv')
    operator = module.nms_forward
    with pytest.raises(RuntimeError, match='nms_forward.*install mmcv'):
        operator(1)
    assert not hasattr(module, '__wrapped__')
