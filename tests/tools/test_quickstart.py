import json
import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_quickstart_ends_above_the_majority_with_a_valid_submission(
        repository, tmp_path):
    work = tmp_path / 'work'
    done = subprocess.run(['bash', 'tools/quickstart.sh'],
                          cwd=repository,
                          env=dict(
                              os.environ,
                              MINI_SMG=str(tmp_path / 'mini_smg'),
                              WORK=str(work)),
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT,
                          text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    scores = str(work / 'scores.jsonl')
    row = json.loads(
        subprocess.check_output(
            [sys.executable, 'tools/analysis/score_report.py', scores,
             '--json'],
            cwd=repository))[scores]
    assert row['clips'] >= 150
    assert row['top1_low'] > row['majority_top1']
    assert row['macro_f1'] >= 3 * row['majority_macro_f1']
    for name in ('confusion_matrix.png', 'submission.zip', 'prediction.mp4'):
        assert (work / name).stat().st_size > 0


def test_quickstart_and_test_runner_are_valid_shell(repository):
    for name in ('quickstart', 'run_tests', 'environment', 'dist_train',
                 'dist_test', 'slurm_train', 'torchrun'):
        subprocess.run(['bash', '-n', f'tools/{name}.sh'],
                       cwd=repository, check=True)


@pytest.mark.parametrize('version, usable', [('2.1.0', True), ('2.13.0', True),
                                             ('2.0.1', False),
                                             ('2.14.0', False)])
def test_only_a_torch_in_range_is_used_as_it_is(repository, tmp_path, version,
                                                usable):
    """The environment takes over an installed torch, or installs its own."""
    info = tmp_path / f'torch-{version}.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text(
        f'Metadata-Version: 2.1\nName: torch\nVersion: {version}\n')
    done = subprocess.run(
        ['bash', '-c', '. tools/environment.sh; usable_torch "$0"',
         sys.executable],
        cwd=repository, capture_output=True, text=True,
        env=dict(os.environ, PYTHONPATH=str(tmp_path)))
    assert (done.returncode == 0) == usable
    assert done.stdout.strip() == (str(tmp_path) if usable else '')
