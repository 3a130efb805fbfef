import runpy

import pytest


@pytest.fixture(scope='module')
def main(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/skeleton_layouts.py'))['main']


def test_one_layout_is_drawn_and_its_joints_listed(main, tmp_path, capsys):
    out = tmp_path / 'a.png'
    assert main(['jhmdb-15', '--out', str(out), '--joints']) == 0
    assert out.stat().st_size > 1000
    text = capsys.readouterr().out
    assert 'belly' in text and '1 layouts drawn' in text


def test_unknown_layouts_are_named(main, tmp_path, capsys):
    assert main(['nobody', '--out', str(tmp_path / 'a.png')]) == 1
    assert "got 'nobody'" in capsys.readouterr().err
