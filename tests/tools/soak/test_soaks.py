"""Short forms of the soaks; the long ones are behind the marker ``slow``."""
import gc
import importlib
import json
import mmap
import os
import subprocess
import sys

import pytest
import torch


@pytest.fixture
def soak(repository, tmp_path):
    """Run a soak; its facts, after it kept every promise."""

    def run(name, *options, timeout=300):
        env = {**os.environ, 'OMP_NUM_THREADS': '1',
               'PYTHONPATH': str(repository)}
        script = repository / 'tools' / 'soak' / f'{name}.py'
        result = subprocess.run(
            [sys.executable, str(script), *options, '--out', str(tmp_path)],
            env=env, capture_output=True, text=True, timeout=timeout)
        assert result.returncode == 0, result.stdout + result.stderr
        file, = tmp_path.glob('*.json')
        record = json.loads(file.read_text())
        assert record['problems'] == []
        assert file.with_suffix('.md').read_text().startswith('# ')
        return record['facts']

    return run


def test_killed_trainings_end_as_if_nothing_had_been(soak):
    facts = soak('kill_training', '--kills', '6', '--epochs', '3', '--steps',
                 '3', '--seed', '1')
    assert facts['kills'] == 6
    assert facts['numbers and tensors compared in each'] > 40


@pytest.mark.slow
def test_sixty_kills(soak):
    assert soak('kill_training', '--kills', '60', timeout=3600)['kills'] == 60


@pytest.mark.slow
def test_twenty_kills_of_two_processes(soak):
    facts = soak('kill_training', '--kills', '20', '--processes', '2',
                 '--workers', '0', timeout=3600)
    assert facts['kills'] == 20


@pytest.mark.slow
def test_losing_one_of_two_processes_ends_the_job(soak):
    soak('lost_process', '--heartbeat', '5', timeout=1800)


def test_killed_generation_makes_nothing_twice(soak):
    facts = soak('kill_generation', '--files', '40', '--kills', '3')
    assert facts['finished files that were made again'] == 0


@pytest.mark.slow
@pytest.mark.parametrize('workers', ['1', '2'])
def test_thousand_files_and_ten_kills(soak, workers):
    soak('kill_generation', '--files', '1000', '--workers', workers,
         timeout=3600)


def test_damaged_videos_crashes_and_hangs_are_named(soak):
    facts = soak('fuzz_media', '--copies', '42', '--timeout', '3')
    for backend in ('pyav', 'decord'):
        counts = facts[f'{backend}: read / named as unreadable']
        assert 'killer 0 / 2' in counts


@pytest.mark.slow
def test_five_thousand_damaged_copies(soak):
    soak('fuzz_media', '--copies', '5000', timeout=3600)


@pytest.mark.slow
def test_a_dead_node_ends_the_other_one(soak):
    facts = soak('two_nodes', '--localhost', '--parts', 'death',
                 '--no-resume', '--epochs', '200', '--timeout', '60')
    assert facts['death: seconds until node 0 ended'] < 60
    assert 'process 1 on ' in facts['death: node 0 said']


@pytest.mark.slow
def test_two_nodes_equal_one_and_are_resumed(soak):
    soak('two_nodes', timeout=1200)


@pytest.fixture
def script(repository, monkeypatch):
    """Import a soak, to be run in this process: that is faster."""
    monkeypatch.syspath_prepend(str(repository / 'tools' / 'soak'))
    # the benchmarks have modules of these names, too
    names = ('common', 'flat', 'inferencer', 'stream')
    others = {name: sys.modules.pop(name, None) for name in names}
    threads = torch.get_num_threads()
    yield importlib.import_module
    gc.unfreeze()
    torch.set_num_threads(threads)
    for name, other in others.items():
        sys.modules.pop(name, None)
        if other is not None:
            sys.modules[name] = other


def but_for_time(problems):
    """Few calls on a machine that others use say nothing about latency."""
    return [text for text in problems if not text.startswith('a call took')]


def test_inferencer_leaves_nothing_behind(script, tmp_path):
    script('inferencer').main(
        ['--tiny', '--clips', '150', '--out', str(tmp_path)])
    record = json.loads((tmp_path / 'inferencer.json').read_text())
    assert but_for_time(record['problems']) == []
    assert record['facts']['- damaged'] == 15


@pytest.mark.slow
def test_inferencer_leaves_nothing_behind_after_2000_clips(soak):
    soak('inferencer', '--clips', '2000', timeout=1200)


def test_a_minute_of_a_stream_is_flat(script, tmp_path):
    script('stream').main(['--minutes', '1', '--out', str(tmp_path)])
    record = json.loads((tmp_path / 'stream_keypoints.json').read_text())
    assert but_for_time(record['problems']) == []
    assert ' closed' in record['facts']['messages']


@pytest.mark.slow
@pytest.mark.parametrize('kind', ['frames', 'keypoints'])
def test_an_hour_of_a_stream_is_flat(soak, kind):
    soak('stream', '--input', kind, '--minutes', '60', timeout=3600)


def test_growth_is_noticed(monkeypatch, script):
    flat = script('flat')
    monkeypatch.setattr(flat, 'handles', lambda: len(watch.seconds))
    watch, kept = flat.Flat(100, 20), []
    for number in range(100):
        # pages of its own: the heap may have room for a MiB that was used
        kept.append(mmap.mmap(-1, 2**20))
        kept[-1].write(bytes(2**20))
        watch.called(1. + (number > 80), number)
    told = ' '.join(watch.problems())
    for word in ('handles grew from 20 to', 'state grew from', 'memory grew',
                 'a call took 1000.00 ms, in the end 2000.00 ms'):
        assert word in told
    assert 'threads' not in told
    steady = flat.Flat(100, 10)
    monkeypatch.setattr(flat, 'handles', lambda: 7)
    for _ in range(100):
        steady.called(1.)
    assert steady.problems() == []
