import csv
import importlib.util
import json
import re
import signal

import av
import numpy as np
import pytest
import torch

from mmgesture.apis.stream import store_stream_settings
from mmgesture.online import DecoderSettings
from mmgesture.testing import write_tiny_video
from mmgesture.testing_stream import write_cut_video, write_tiny_stream


@pytest.fixture
def demo(repository, capsys):
    spec = importlib.util.spec_from_file_location(
        'stream_demo', repository / 'tools' / 'stream_demo.py')
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    def run(*arguments):
        try:
            code = tool.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, re.sub(r'\s+', ' ', captured.out + captured.err)

    run.tool = tool
    threads = torch.get_num_threads()
    yield run
    torch.set_num_threads(threads)


@pytest.fixture(scope='module')
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp('demo')
    write_tiny_video(folder / 'v.mp4', 60, (24, 32), fps=10)
    write_cut_video(folder / 'v.mp4', folder / 'cut.mp4')
    config, checkpoint = write_tiny_stream(folder)
    store_stream_settings(checkpoint, {
        .5: DecoderSettings.uniform(3, .4, min_length=.2)})
    return folder, ['--config', config, '--checkpoint', checkpoint]


def pictures(path):
    with av.open(str(path)) as file:
        return [f.to_ndarray(format='rgb24') for f in file.decode(video=0)]


def test_a_file_becomes_a_drawn_video_and_its_messages(demo, material,
                                                       tmp_path):
    folder, model = material
    code, text = demo('--source', folder / 'v.mp4', *model, '--out',
                      tmp_path / 'o.mp4', '--events', tmp_path / 'e.jsonl',
                      tmp_path / 'e.csv')
    assert code == 0, text
    drawn = pictures(tmp_path / 'o.mp4')
    assert len(drawn) == 60 and min(drawn[0].shape[:2]) >= 360
    told = [json.loads(line)
            for line in (tmp_path / 'e.jsonl').read_text().splitlines()]
    with open(tmp_path / 'e.csv', newline='') as file:
        assert [row['state'] for row in csv.DictReader(file)
                ] == [row['state'] for row in told] != []
    closed = [row for row in told if row['state'] == 'closed']
    assert f'60 frames, 5.9 s, {len(closed)} gestures' in text
    # again: what is there is not written over
    code, text = demo('--source', folder / 'v.mp4', *model, '--out',
                      tmp_path / 'o.mp4', '--events', tmp_path / 'e.csv')
    assert code == 2 and 'e.csv is there already' in text


def test_a_file_that_breaks_off_leaves_a_whole_video(demo, material,
                                                     tmp_path):
    folder, model = material
    code, text = demo('--source', folder / 'cut.mp4', *model, '--out',
                      tmp_path / 'o.mp4', '--events', tmp_path / 'e.jsonl')
    assert code == 1 and 'broke off' in text and 'middle of a frame' in text
    number = int(re.search(r'after (\d+) frames', text)[1])
    assert len(pictures(tmp_path / 'o.mp4')) == number < 60
    last = {}
    for line in (tmp_path / 'e.jsonl').read_text().splitlines():
        last[json.loads(line)['id']] = json.loads(line)['state']
    assert last and set(last.values()) <= {'closed', 'retracted'}


def test_ctrl_c_finishes_the_video(demo, material, tmp_path, monkeypatch):
    folder, model = material
    read = demo.tool.file_frames

    def interrupted(*args):
        for number, frame in enumerate(read(*args)):
            if number == 20:
                signal.raise_signal(signal.SIGINT)
            yield frame

    monkeypatch.setattr(demo.tool, 'file_frames', interrupted)
    # a job in the background starts with SIGINT ignored
    before = signal.getsignal(signal.SIGINT)
    code, _ = demo('--source', folder / 'v.mp4', *model, '--out',
                   tmp_path / 'o.mp4')
    assert code == 0 and len(pictures(tmp_path / 'o.mp4')) == 21
    assert signal.getsignal(signal.SIGINT) is before


def test_a_window_shows_every_frame_until_q(demo, material, monkeypatch,
                                            tmp_path):
    folder, model = material
    shown = []
    monkeypatch.setenv('DISPLAY', ':7')
    monkeypatch.setattr(demo.tool.cv2, 'imshow',
                        lambda _, image: shown.append(image))
    monkeypatch.setattr(demo.tool.cv2, 'waitKey',
                        lambda _: ord('q') if len(shown) == 4 else -1)
    monkeypatch.setattr(demo.tool.cv2, 'destroyAllWindows', lambda: None)
    monkeypatch.setattr(demo.tool.time, 'sleep', lambda _: None)
    code, text = demo('--source', folder / 'v.mp4', *model)
    assert code == 0 and '4 frames' in text and len(shown) == 4
    assert np.ptp(shown[0].shape[:2]) > 0


def test_what_cannot_be_done_is_told(demo, material, monkeypatch, tmp_path):
    folder, model = material
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    code, text = demo('--source', folder / 'v.mp4', *model)
    assert code == 2 and 'no screen here; give --out' in text
    out = ['--out', tmp_path / 'o.mp4', '--events', tmp_path / 'e.csv']
    for source, words in ((folder / 'absent.mp4', 'no video at'),
                          (folder / 'stream.py', 'cannot be opened'),
                          (77, 'camera 77 cannot be opened')):
        code, text = demo('--source', source, *model, *out)
        assert code == 2 and words in text
    config, checkpoint = write_tiny_stream(tmp_path / 'k', 'keypoints')
    code, text = demo('--source', folder / 'v.mp4', '--config', config,
                      '--checkpoint', checkpoint, *out)
    assert code == 2 and 'expected a stream model on frames' in text
    code, text = demo('--source', folder / 'v.mp4', '--config', config, *out)
    assert code == 2 and 'both --config and --checkpoint' in text
    # nothing was left behind
    assert sorted(p.name for p in tmp_path.iterdir()) == ['k']
