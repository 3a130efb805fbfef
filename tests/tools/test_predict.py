import importlib.util
import json
import re

import av
import pytest

from mmgesture.apis.inferencer import MicroGestureInferencer
from mmgesture.testing import (TINY_CLASSES, write_tiny_model,
                               write_tiny_video)


@pytest.fixture
def predict(repository, capsys):
    spec = importlib.util.spec_from_file_location(
        'tools_predict', repository / 'tools' / 'predict.py')
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    def run(*arguments):
        try:
            code = tool.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        # lines wrap at the width of the terminal
        return code, re.sub(r'\s+', '', captured.out + captured.err)

    run.tool = tool
    return run


@pytest.fixture(scope='module')
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp('predict')
    config, checkpoint = write_tiny_model(folder)
    write_tiny_video(folder / 'a b.mp4', 20, (40, 52))
    write_tiny_video(folder / 'c.mp4', 10, (40, 52), seed=3)
    (folder / 'broken.mp4').write_text('no video')
    model = ['--config', config, '--checkpoint', checkpoint]
    return folder, model


def test_table_and_json_hold_the_inferencers_answer(predict, material,
                                                    tmp_path):
    folder, model = material
    out = tmp_path / 'new' / 'result.json'
    code, text = predict(folder / 'a b.mp4', *model, '--start', 0.2, '--end',
                         0.6, '--out', out, '--topk', 2)
    assert code == 0, text
    expected = MicroGestureInferencer(model[1], model[3])(
        folder / 'a b.mp4', 5, 15, topk=2)  # 25 frames a second
    assert all(name in text for name in expected.names)
    found = json.loads(out.read_text())
    assert found['classes'] == list(TINY_CLASSES)
    assert found['predictions'] == [expected.to_dict()]
    assert found['failed'] == []


def test_one_broken_file_does_not_stop_the_others(predict, material,
                                                  tmp_path):
    folder, model = material
    out = tmp_path / 'result.json'
    code, text = predict(folder / 'a b.mp4', folder / 'broken.mp4',
                         folder / 'absent.mp4', folder / 'c.mp4', *model,
                         '--out', out)
    assert code == 1 and 'failed:' in text, text
    found = json.loads(out.read_text())
    assert [len(found['predictions']), len(found['failed'])] == [2, 2]
    assert 'broken.mp4' in found['failed'][0]['error']
    assert 'absent.mp4' in found['failed'][1]['error']


def test_annotated_video_holds_the_segment(predict, material, tmp_path):
    folder, model = material
    out = tmp_path / 'annotated.mp4'
    code, text = predict(folder / 'a b.mp4', *model, '--start', 0.4, '--out',
                         out)
    assert code == 0 and '(10frames)' in text, text
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == 'h264'
        assert sum(1 for _ in container.decode(stream)) == 10


@pytest.mark.parametrize('options, message', [
    (['--start', '9'], 'noframefrom9s'),
    (['--start', '0.5', '--end', '0.2'], 'noframefrom0.5sto0.2s'),
    (['--start', '-1'], 'noframefrom-1s'),
])
def test_segment_outside_of_the_file_is_reported(predict, material, options,
                                                 message):
    folder, model = material
    code, text = predict(folder / 'a b.mp4', *model, *options)
    assert code == 1 and message in text, text


def test_wrong_use_is_explained(predict, material, tmp_path):
    folder, model = material
    video = folder / 'a b.mp4'
    for options, message in [
        (model[:2], 'both--configand--checkpoint'),
        (model + ['--out', 'x.avi'], '.jsonor.mp4'),
        (model + [folder / 'c.mp4', '--out', 'x.mp4'], 'foronevideo'),
        (model + ['--topk', 0], 'atleast1'),
        (model[:3] + [tmp_path / 'no.pth'], 'nocheckpoint'),
    ]:
        code, text = predict(video, *options)
        assert code == 2 and message in text, text


def test_without_a_model_the_bundled_one_is_used(predict, material,
                                                 monkeypatch):
    folder, model = material

    def absent():
        raise FileNotFoundError('no model is bundled')

    monkeypatch.setattr(predict.tool, 'bundled_model', absent)
    code, text = predict(folder / 'c.mp4')
    assert code == 2 and 'nomodelisbundled' in text, text
    monkeypatch.setattr(predict.tool, 'bundled_model',
                        lambda: (model[1], model[3]))
    code, text = predict(folder / 'c.mp4')
    assert code == 0 and TINY_CLASSES[0] in text, text
