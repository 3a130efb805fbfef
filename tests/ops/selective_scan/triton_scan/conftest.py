"""Where the Triton kernels are tested: on CUDA, or interpreted."""
import os

import pytest
import torch

INTERPRETED = os.environ.get('TRITON_INTERPRET') == '1'
if not INTERPRETED and not torch.cuda.is_available():
    # test_triton_scan.py runs them; a page of skips would tell nothing.
    collect_ignore_glob = ['test_*.py']


@pytest.fixture(params=[
    'interpreter', pytest.param('cuda', marks=pytest.mark.gpu)])
def device(request, monkeypatch):
    """The device of the tensors; small chunks where it interprets."""
    pytest.importorskip('triton')
    from mmgesture.ops.selective_scan.triton_scan import launch
    if request.param == 'cuda':
        if INTERPRETED:
            pytest.skip('this process interprets')
        return 'cuda'
    if not INTERPRETED:
        pytest.skip('run by test_triton_scan.py with TRITON_INTERPRET=1')
    # The interpreter walks through every element of a tile in Python.
    monkeypatch.setattr(launch, 'STEPS', 8)
    monkeypatch.setattr(launch, 'TILE', 64)
    return 'cpu'
