import importlib
import json
import sys

import pytest
import torch

from mmgesture.testing_stream import (leave_stream_training,
                                      write_tiny_stream_set)


@pytest.fixture
def benchmark(repository, monkeypatch):
    monkeypatch.syspath_prepend(str(repository / 'tools' / 'benchmarks'))
    threads = torch.get_num_threads()
    module = importlib.import_module('stream')
    monkeypatch.setattr(module, 'SIZES', ((32, 48), ))
    yield module
    torch.set_num_threads(threads)
    for name in ('common', 'footage', 'memory', 'stream', 'stream_speed'):
        sys.modules.pop(name, None)


def in_this_process(make, args, threads):
    """The growth of a process of its own has tests of its own."""
    make(*args)()
    return 7.


def test_accuracy_and_speed_of_joints_and_frames_go_into_one_report(
        benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules['stream_speed'], 'peak_of',
                        in_this_process)
    write_tiny_stream_set(tmp_path / 'set')
    runs = []
    for run, kind in (('joints', 'keypoints'), ('rgb', 'frames')):
        config, _ = leave_stream_training(
            tmp_path / 'done/stream-tiny' / run / 'seed_0',
            str(tmp_path / 'set'), kind)
        runs.append(f'{{name: {run}, config: {config}}}')
    study = tmp_path / 'stream-tiny.yaml'
    study.write_text(f'runs: [{", ".join(runs)}]\n')
    code = benchmark.main([
        str(study), '--results', str(tmp_path / 'done'), '--lookaheads', '0',
        '0.5', '--seconds', '2', '--repeats', '1', '--threads', '1', '--out',
        str(tmp_path / 'out')
    ])
    assert code == 0
    record = json.loads((tmp_path / 'out/stream.json').read_text())
    rows = record['results']
    assert [(row['run'], row['lookahead']) for row in rows] == [
        ('tiny joints', 0), ('tiny joints', .5), ('tiny rgb', 0),
        ('tiny rgb', .5)]
    assert all(row['gestures'] == 4 and row['f1']['sd'] is None
               for row in rows)
    joints, frames = json.loads(
        (tmp_path / 'out/stream_speed.json').read_text())['results']
    assert (joints['decoding'], joints['pose']) == ('none', 'not included')
    assert (frames['decoding'], frames['pose']) == ('included', 'none')
    for row, seconds in ((joints, 12), (frames, 2)):
        assert row['time / real time'] == pytest.approx(
            row['totals'][0] / seconds)
        assert 0 < row['ms a step'] <= row['p95']
        assert row['peak MiB'] == 7
    assert 0 < frames['decoding of it'] < 1
    table = (tmp_path / 'out/stream.md').read_text()
    assert '| tiny rgb | 0.5 |' in table
    assert '48 x 32, 28 fps' in (tmp_path /
                                 'out/stream_speed.md').read_text()
    assert (tmp_path / 'out/stream.png').stat().st_size > 10_000


def test_a_study_that_is_not_finished_is_told(benchmark, tmp_path, capsys):
    file = tmp_path / 'a.yaml'
    assert benchmark.main([str(file), '--results', str(tmp_path)]) == 2
    assert 'a.yaml' in capsys.readouterr().out
    file.write_text('runs: [{name: b, config: a.yaml}]')
    assert benchmark.main([str(file), '--results', str(tmp_path)]) == 2
    assert 'there are the runs none' in capsys.readouterr().out
