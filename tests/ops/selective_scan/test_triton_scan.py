"""Runs the tests of triton_scan/ in a process of their own.

Triton decides at its import whether it interprets, so that the decision must
not be taken in the process that runs everything else.
"""
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from mmgesture.ops.selective_scan import triton_scan

FOLDER = Path(__file__).parent / 'triton_scan'


def test_the_reason_names_cuda_and_the_interpreter():
    if torch.cuda.is_available() or os.environ.get('TRITON_INTERPRET') == '1':
        pytest.skip('the backend may be usable here')
    reason = triton_scan.unusable_reason()
    assert 'no CUDA device' in reason and 'TRITON_INTERPRET=1' in reason


def test_the_interpreted_kernels_pass_their_tests(repository):
    if importlib.util.find_spec('triton') is None:
        pytest.skip('triton is not installed')
    paths = [str(repository), os.environ.get('PYTHONPATH', '')]
    env = dict(
        os.environ, TRITON_INTERPRET='1', CUDA_VISIBLE_DEVICES='',
        OMP_NUM_THREADS='1', PYTHONPATH=os.pathsep.join(filter(None, paths)))
    run = subprocess.run(
        [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider',
         str(FOLDER)],
        cwd=repository, env=env, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stdout + run.stderr
    # A file that skips everything must not count as success.
    passed = re.search(r'(\d+) passed', run.stdout)
    assert passed and int(passed.group(1)) >= 20, run.stdout
