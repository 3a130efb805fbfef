import pytest

import mmgesture
from mmgesture import resources


def test_config_is_found_by_its_name():
    path = mmgesture.get_config('msf_mamba/msf-s_smg.py')
    assert path.is_file() and path.is_absolute()


def test_unknown_config_lists_the_ones_of_its_folder():
    with pytest.raises(FileNotFoundError) as caught:
        mmgesture.get_config('msf_mamba/msf-xl_smg.py')
    assert 'msf_mamba/msf-s_smg.py' in str(caught.value)
    assert 'videomamba' not in str(caught.value)


def test_wheel_layout_is_found(monkeypatch, tmp_path):
    package = tmp_path / 'site' / 'mmgesture'
    (package / '.mim' / 'configs' / '_base_').mkdir(parents=True)
    monkeypatch.setattr(resources, '__file__', str(package / 'resources.py'))
    assert resources.resource_root() == package / '.mim'


def test_missing_configs_say_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(resources, '__file__', str(tmp_path / 'a' / 'b.py'))
    with pytest.raises(FileNotFoundError, match='pip install'):
        resources.resource_root()
