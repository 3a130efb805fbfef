"""Short forms of the soaks; the long ones are behind the marker ``slow``."""
import json
import os
import subprocess
import sys

import pytest


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
