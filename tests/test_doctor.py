import json
import shutil
import subprocess
import sys

import pytest
import torch
from mmengine.logging import HistoryBuffer

from mmgesture import doctor


def statuses():
    return {f.topic: f.status for f in doctor.diagnose()}


@pytest.mark.skipif(
    shutil.which('c++') is None, reason='no C++ compiler on this machine')
def test_cpp_scan_is_there_where_a_compiler_is():
    assert statuses()['scan backend cpu'] == doctor.OK


def test_reference_and_torch_scans_always_work():
    found = statuses()
    assert found['scan backend reference'] == doctor.OK
    assert found['scan backend torch'] == doctor.OK


def test_this_environment_has_no_failure():
    assert doctor.FAIL not in statuses().values()


def test_a_breaking_check_is_reported_and_the_others_go_on(monkeypatch):
    def check_moon():
        raise OSError('undefined symbol')

    monkeypatch.setattr(doctor, 'CHECKS', [check_moon, doctor.check_python])
    first, second = doctor.diagnose()
    assert (first.topic, first.status) == ('moon', doctor.FAIL)
    assert 'undefined symbol' in first.detail
    assert second.topic == 'python'


def test_two_flavours_of_mmcv_are_a_failure(monkeypatch):
    monkeypatch.setattr(doctor, '_version', lambda name: '2.1.0')
    found, = doctor.check_mmcv()
    assert 'both installed' in found.detail and found.status == doctor.FAIL
    monkeypatch.setattr(doctor, '_version',
                        lambda name: '2.1.0' if name == 'mmcv' else '')
    assert doctor.check_mmcv() == []


def test_disabled_checkpoint_protection_is_a_failure(monkeypatch):
    monkeypatch.setenv('TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD', '1')
    assert doctor.check_settings()[0].status == doctor.FAIL


def test_tool_reports_even_where_the_package_cannot_be_imported(
        repository, tmp_path):
    broken = tmp_path / 'mmgesture'
    broken.mkdir()
    (broken / '__init__.py').write_text('raise ImportError("torn apart")')
    shutil.copy(repository / 'mmgesture' / 'doctor.py', broken)
    (tmp_path / 'tools').mkdir()
    shutil.copy(repository / 'tools' / 'doctor.py', tmp_path / 'tools')
    done = subprocess.run(
        [sys.executable, tmp_path / 'tools' / 'doctor.py', '--json'],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=dict(PYTHONPATH=str(tmp_path), PATH=''))
    assert done.returncode == 1
    rows = json.loads(done.stdout)
    assert any('torn apart' in row['detail'] for row in rows)


def test_damaged_environment_is_told_in_one_report(repository, tmp_path):
    # what other installations leave behind: metadata that is found first
    for name, version in (('setuptools', '82.0.1'), ('mmcv', '2.1.0'),
                          ('mmcv_lite', '2.1.0'), ('mamba_ssm', '2.2.4')):
        folder = tmp_path / f'{name}-{version}.dist-info'
        folder.mkdir()
        (folder / 'METADATA').write_text(
            f'Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n')
    broken = tmp_path / 'mamba_ssm'
    broken.mkdir()
    (broken / '__init__.py').write_text(
        'raise ImportError("selective_scan_cuda.so: undefined symbol: _ZN3")')
    done = subprocess.run(
        [sys.executable, repository / 'tools' / 'doctor.py', '--json'],
        capture_output=True, text=True, cwd=tmp_path,
        env=dict(PYTHONPATH=str(tmp_path), PATH=''))
    assert done.returncode == 1
    rows = json.loads(done.stdout)

    def told(*words):
        return [row['status'] for row in rows
                if all(word in row['detail'] for word in words)]

    assert doctor.FAIL in told('setuptools >=40,<82 is needed, 82.0.1')
    assert doctor.FAIL in told('both installed')
    assert told('version 2.2.4 is installed, but broken', 'undefined symbol') \
        == [doctor.NOTE]


def test_checkpoints_are_read_or_the_refusal_is_explained(tmp_path):
    assert doctor.check_checkpoints()[0].status == doctor.OK
    path = tmp_path / 'theirs.pth'
    torch.save(dict(state_dict={}, history=HistoryBuffer()), path)
    found = doctor.check_checkpoint(str(path))
    assert found.status == doctor.FAIL and found.topic == 'theirs.pth'
    assert 'HistoryBuffer' in found.detail
    assert '--trust-checkpoint' in found.detail
    torch.save(dict(meta=dict(epoch=3)), path)
    assert doctor.check_checkpoint(str(path)).detail == 'epoch 3'
    path.write_bytes(b'PK half')
    assert doctor.check_checkpoint(str(path)).status == doctor.FAIL
