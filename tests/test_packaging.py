import os
import shutil
import subprocess
import sys
import zipfile

import pytest


@pytest.fixture(scope='module')
def source(repository, tmp_path_factory):
    """A copy of what a fresh clone holds."""
    target = tmp_path_factory.mktemp('source') / 'mmgesture'
    shutil.copytree(
        repository,
        target,
        ignore=shutil.ignore_patterns('.git', '.venv*', 'data', 'work_dirs',
                                      'build', '*.egg-info', '*.so',
                                      '__pycache__', 'tests', '.pytest_cache'))
    return target


def run(*command, cwd, **environment):
    return subprocess.run(
        command,
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={
            **os.environ,
            **environment
        })


def test_wheel_holds_configs_tools_index_and_extension(source, tmp_path):
    done = run(
        sys.executable, '-m', 'pip', 'wheel', '.', '--no-deps',
        '--no-build-isolation', '-w', str(tmp_path), cwd=source)
    assert done.returncode == 0, done.stdout
    wheel, = tmp_path.glob('*.whl')
    names = zipfile.ZipFile(wheel).namelist()
    for name in ('configs/msf_mamba/msf-s_smg.py', 'tools/train.py',
                 'tools/dist_train.sh', 'model-index.yml'):
        assert f'mmgesture/.mim/{name}' in names
    assert 'mmgesture/pretrained/msf-quickstart_mini-smg.pth' in names
    assert 'mmgesture/apis/weights_manifest.json' in names
    for name in ('timeline.html', 'timeline.css', 'page.js'):
        assert f'mmgesture/visualization/timeline/assets/{name}' in names
    built = [n for n in names if n.startswith('mmgesture/ops/_selective')]
    assert len(built) == bool(shutil.which('c++')), built
    assert not [n for n in names if n.startswith(('configs/', 'tests/'))]
    metadata = next(n for n in names if n.endswith('METADATA'))
    text = zipfile.ZipFile(wheel).read(metadata).decode()
    assert 'torch<2.14,>=2.1' in text.replace(' ', '')
    for extra in ('gpu', 'pose', 'tests'):
        assert f'Provides-Extra: {extra}' in text


def test_build_without_a_compiler_goes_on_and_says_so(source, tmp_path):
    done = run(
        sys.executable, 'setup.py', 'build_ext', '--build-lib',
        str(tmp_path / 'lib'), '--build-temp', str(tmp_path / 'temp'),
        cwd=source, CC='no-such-compiler', CXX='no-such-compiler')
    assert done.returncode == 0, done.stdout
    assert 'slower torch backend' in done.stdout
    assert not list((tmp_path / 'lib').rglob('*.so'))


def test_every_package_is_found(repository):
    from setuptools import find_packages
    found = set(find_packages(str(repository), include=['mmgesture*']))
    package = repository / 'mmgesture'
    with_code = {
        '.'.join(path.parent.relative_to(repository).parts)
        for path in package.rglob('*.py') if '.mim' not in path.parts
    }
    assert found == with_code
