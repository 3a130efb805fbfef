import runpy

import pytest
from mmengine.registry import DefaultScope

from mmgesture.engine.checkpoint import save_checkpoint
from mmgesture.registry import MODELS
from mmgesture.testing import (TINY_CLASSES, tiny_config, write_tiny_model,
                               write_tiny_set)


@pytest.fixture(scope='module')
def main(repository):
    return runpy.run_path(
        str(repository / 'tools/analysis/activation_maps.py'))['main']


@pytest.fixture(scope='module')
def tiny(tmp_path_factory):
    """Folder with a data set and two models, with and without MCFM."""
    root = tmp_path_factory.mktemp('tiny')
    write_tiny_set(root, (1, 1, 2))
    write_tiny_model(root)
    config = tiny_config()
    config.model.necks = None
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(config.model)
    config.dump(str(root / 'plain.py'))
    save_checkpoint(
        dict(meta=dict(classes=list(TINY_CLASSES)),
             state_dict=model.state_dict()), root / 'plain.pth')
    return root


def models(root, second=None):
    pair = ['--config', str(root / 'tiny.py'), '--checkpoint',
            str(root / 'tiny.pth')]
    if second:
        pair += ['--config-b', str(root / f'{second}.py'), '--checkpoint-b',
                 str(root / f'{second}.pth')]
    return pair


@pytest.mark.parametrize('method', ['gradcam', 'magnitude'])
def test_video_gives_a_figure_of_one_model(main, tiny, tmp_path, capsys,
                                           method):
    out = tmp_path / 'a.png'
    assert main([
        str(tiny / 'test_01.mp4'), *models(tiny), '--method', method,
        '--end', '0.2', '--frames', '2', '--out', str(out)
    ]) == 0
    assert out.read_bytes().startswith(b'\x89PNG')
    assert 'with theta = 0: P(' in capsys.readouterr().out


def test_two_models_are_asked_for_the_true_class_of_a_sample(
        main, tiny, tmp_path, capsys):
    out = tmp_path / 'a.png'
    # the label of test_01 is 1, 'left'
    assert main([
        'test_01', '--data-root', str(tiny), *models(tiny, 'plain'),
        '--class', 'true', '--names', 'x', 'y', '--out', str(out)
    ]) == 0
    shown = capsys.readouterr().out
    assert shown.count('P(left)') == 3 and 'y: predicts' in shown
    assert out.exists()


@pytest.mark.parametrize('arguments, message', [
    (['test_00.mp4', '--class', 'up'], "no class 'up'; the model has: "
     "'still', 'left', 'right'"),
    (['no.mp4'], 'no video at'),
    (['test_00.mp4', '--start', '99'], 'no frame in that time'),
])
def test_bad_input_is_named_and_nothing_is_written(main, tiny, tmp_path,
                                                   capsys, arguments,
                                                   message):
    out = tmp_path / 'a.png'
    video = str(tiny / arguments[0])
    assert main([video, *models(tiny), *arguments[1:], '--out',
                 str(out)]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_unknown_sample_and_foreign_checkpoint_are_named(main, tiny, tmp_path,
                                                         capsys):
    out = ['--out', str(tmp_path / 'a.png')]
    assert main(['nobody', '--data-root', str(tiny), *models(tiny),
                 *out]) == 1
    assert "no sample 'nobody'" in capsys.readouterr().err
    assert main([
        str(tiny / 'test_00.mp4'), '--config', str(tiny / 'tiny.py'),
        '--checkpoint', str(tiny / 'plain.pth'), *out
    ]) == 1
    assert 'plain.pth does not fit' in capsys.readouterr().err


@pytest.mark.parametrize('arguments', [
    ['v.mp4', '--config', 'c.py'],
    ['v.mp4', '--class', 'true'],
    ['v.mp4', '--frames', '0'],
    ['v.mp4', '--out', 'a.doc'],
    ['v.mp4', '--names', 'a', 'b'],
    ['id', '--data-root', 'd', '--start', '1'],
])
def test_contradictory_options_are_refused(main, arguments):
    with pytest.raises(SystemExit):
        main(arguments)
