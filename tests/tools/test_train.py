import os
import subprocess
import sys
import time

import pytest

from mmgesture.resources import get_config
from mmgesture.testing import write_tiny_set, write_tiny_training


def run(repository, tmp_path, tool, *arguments, **env):
    """Run a tool from a foreign folder."""
    env = {
        **os.environ, 'PYTHONPATH': str(repository),
        'OMP_NUM_THREADS': '1',
        **env
    }
    return subprocess.run(
        [sys.executable, str(repository / 'tools' / tool), *arguments],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)


def test_without_data_it_stops_within_ten_seconds(repository, tmp_path):
    config = str(get_config('msf_mamba/msf-s-plus_smg.py'))
    start = time.monotonic()
    result = run(repository, tmp_path, 'train.py', config, '--cfg-options')
    assert time.monotonic() - start < 10
    assert result.returncode == 2
    for part in (str(tmp_path / 'data' / 'smg' / 'annotations.jsonl'),
                 'licence agreement', 'mini_smg/generate.py',
                 'checkpoints/msf-s_in1k.pth', '--from-scratch'):
        assert part in result.stderr
    assert 'Traceback' not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('tool, arguments', [
    ('train.py', ['none.py']),
    ('test.py', ['none.py', 'none.pth']),
])
def test_absent_config_is_told_without_a_traceback(
        repository, tmp_path, tool, arguments):
    result = run(repository, tmp_path, tool, *arguments)
    assert result.returncode == 2
    assert 'no config at' in result.stderr
    assert 'Traceback' not in result.stderr


def test_from_scratch_and_pretrained_exclude_each_other(repository, tmp_path):
    result = run(repository, tmp_path, 'train.py', 'x.py', '--from-scratch',
                 '--pretrained', 'x.pth')
    assert result.returncode == 2 and 'exclude' in result.stderr


def test_too_many_broken_videos_are_told_without_a_traceback(
        repository, tmp_path):
    root = tmp_path / 'größe 1'
    write_tiny_set(root)
    config = write_tiny_training(tmp_path, root)
    for index in range(2):
        (root / f'train_0{index}.mp4').write_bytes(b'')
    result = run(repository, tmp_path, 'train.py', config, '--work-dir',
                 'out', '--cfg-options', 'train_dataloader.num_workers=1')
    assert result.returncode == 1
    assert '2 of 12 samples' in result.stderr
    assert 'Traceback' not in result.stderr
    listed = (tmp_path / 'out' / 'bad_videos.txt').read_text()
    assert listed.count(str(root)) == 2
