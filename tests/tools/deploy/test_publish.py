import runpy
import sys

import pytest
import torch


@pytest.fixture
def publish(repository, monkeypatch, capsys):
    main = runpy.run_path(str(repository / 'tools/deploy/publish.py'))['main']

    def run(*arguments):
        monkeypatch.setattr(sys, 'argv', ['publish', *map(str, arguments)])
        return main(), capsys.readouterr()

    return run


def test_weights_and_what_they_mean_stay_and_the_rest_goes(publish, tmp_path):
    weights = dict(w=torch.arange(3.))
    torch.save(
        dict(
            meta=dict(classes=['a', 'b'], cfg='x' * 1000, epoch=3),
            state_dict=weights,
            optimizer=dict(state={})), tmp_path / 'in.pth')
    code, out = publish(tmp_path / 'in.pth', tmp_path / 'out.pth')
    assert code == 0 and 'sha256' in out.out
    found = torch.load(tmp_path / 'out.pth', weights_only=True)
    assert found['meta'] == dict(classes=['a', 'b'], epoch=3)
    assert set(found) == {'meta', 'state_dict'}
    assert torch.equal(found['state_dict']['w'], weights['w'])


def test_file_without_classes_is_refused_by_name(publish, tmp_path):
    torch.save(dict(meta={}, state_dict={}), tmp_path / 'in.pth')
    code, out = publish(tmp_path / 'in.pth', tmp_path / 'out.pth')
    assert code == 1 and 'in.pth names no classes' in out.err
    assert not (tmp_path / 'out.pth').exists()


def test_pickle_is_refused(publish, tmp_path):
    torch.save(dict(meta=dict(classes=[print]), state_dict={}),
               tmp_path / 'in.pth')
    code, out = publish(tmp_path / 'in.pth', tmp_path / 'out.pth')
    assert code == 1 and 'trust' in out.err
