"""Fixtures of the operator tests: random scans and golden values."""
import os

import numpy as np
import pytest
import torch

from mmgesture.ops import library
from mmgesture.ops.selective_scan import available_backends

NAMES = ('u', 'delta', 'A', 'B', 'C', 'D', 'z', 'delta_bias')
GOLDEN = os.path.join(
    os.path.dirname(__file__), '..', 'data', 'selective_scan_fp64.npz')


@pytest.fixture(autouse=True)
def one_thread():
    """Keep the tests from fighting for the cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _make_scan(batch=2,
               channels=5,
               length=7,
               states=4,
               dtype=torch.float64,
               layout='time',
               seed=0):
    g = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, generator=g, dtype=torch.float64)

    scan = dict(
        u=draw(batch, channels, length),
        delta=draw(batch, channels, length),
        A=-torch.exp(draw(channels, states)),
        B=draw(batch, states, length),
        C=draw(batch, states, length),
        D=draw(channels),
        z=draw(batch, channels, length),
        delta_bias=draw(channels) - 1)
    for name in ('u', 'delta', 'z', 'B', 'C'):
        x = scan[name].to(dtype)
        if layout == 'channel':  # A view on (B, L, X) memory.
            x = x.transpose(1, 2).contiguous().transpose(1, 2)
        elif layout == 'strided':  # Neither axis is contiguous.
            wide = torch.zeros(batch, x.shape[1], length, 2, dtype=dtype)
            wide[..., 0] = x
            x = wide[..., 0]
        scan[name] = x
    return {k: v.to(dtype) for k, v in scan.items()}


@pytest.fixture
def make_scan():
    """Function that draws the arguments of a scan by name."""
    return _make_scan


@pytest.fixture
def run_scan():
    """Function that runs a scan and its backward pass.

    Returns y and a dict of gradients, detached, in float64.
    """

    def run(function, scan, grad_seed=1, **options):
        leaves = {
            k: None if v is None else v.detach().requires_grad_()
            for k, v in scan.items()
        }
        y = function(**leaves, **options)
        g = torch.Generator().manual_seed(grad_seed)
        grad = torch.randn(y.shape, generator=g, dtype=torch.float64)
        y.backward(grad.to(y.dtype))
        grads = {
            k: v.grad.double()
            for k, v in leaves.items() if v is not None
        }
        return y.detach().double(), grads

    return run


@pytest.fixture
def golden_scan():
    """Inputs, y, grad_y and gradients of the golden file, float64."""
    with np.load(GOLDEN) as data:
        values = {k: torch.from_numpy(data[k]) for k in data.files}
    inputs = {k: values[k] for k in NAMES}
    grads = {k: values['grad/' + k] for k in NAMES}
    return inputs, values['y'], values['grad_y'], grads


@pytest.fixture
def needs_library():
    """Skip, with the reason, where the C++ library was not built."""
    reason = available_backends()['cpu']
    if reason is not None:
        pytest.skip(reason)
    return library.require_library()


@pytest.fixture(params=['avx512', 'avx2', 'base'])
def kernels(request, needs_library):
    """Run the test with each instruction set that this machine has."""
    best = library.kernel_name()
    if not needs_library.mmgesture_select_kernels(request.param.encode()):
        pytest.skip(f'no {request.param} kernels here')
    yield request.param
    needs_library.mmgesture_select_kernels(best.encode())


def _assert_close(got, expected, tolerance):
    scale = max(float(expected.abs().max()), 1e-30)
    error = float((got.double() - expected.double()).abs().max()) / scale
    assert error <= tolerance, f'relative error {error:.2e}'


@pytest.fixture
def assert_close():
    """Function: largest error over largest value within a tolerance."""
    return _assert_close
