"""forward_kernel, backward_kernel and device against the reference."""
import pytest
import torch

from mmgesture.ops.selective_scan import (bidirectional_selective_scan,
                                          selective_scan)

TOLERANCE = 5e-6


def move(scan, device, dtype=torch.float32):
    return {
        k: None if v is None else v.to(device, dtype)
        for k, v in scan.items()
    }


def compare(scan, device, run_scan, assert_close, tolerance=TOLERANCE,
            dtype=torch.float32, **options):
    """Values and every gradient, beside the reference in float64."""
    got = run_scan(
        selective_scan, move(scan, device, dtype), backend='triton',
        **options)
    # The reference gets what the kernel gets, after the rounding.
    exact = move(move(scan, 'cpu', dtype), 'cpu', torch.float64)
    expected = run_scan(selective_scan, exact, backend='reference', **options)
    assert_close(got[0].cpu(), expected[0], tolerance)
    assert got[1].keys() == expected[1].keys()
    for name, grad in got[1].items():
        assert_close(grad.cpu(), expected[1][name], tolerance)


@pytest.fixture
def run_scan(run_scan):
    """The shared runner, with a gradient on the device of y."""

    def run(function, scan, **options):
        return run_scan(
            lambda **leaves: function(**leaves).cpu(), scan, **options)

    return run


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('length', [1, 8, 19])
def test_values_and_gradients_equal_the_reference(
        make_scan, run_scan, assert_close, device, length, reverse):
    compare(make_scan(channels=3, length=length), device, run_scan,
            assert_close, delta_softplus=True, reverse=reverse)


@pytest.mark.parametrize('states', [8, 16, 3])
def test_any_number_of_states(make_scan, run_scan, assert_close, device,
                              states):
    compare(make_scan(batch=1, channels=3, length=9, states=states), device,
            run_scan, assert_close, delta_softplus=True)


@pytest.mark.parametrize('missing', [
    ('D', ), ('z', ), ('delta_bias', ), ('D', 'z', 'delta_bias')])
def test_optional_tensors_may_be_absent(make_scan, run_scan, assert_close,
                                        device, missing):
    scan = make_scan(channels=2, length=9)
    scan.update(dict.fromkeys(missing))
    compare(scan, device, run_scan, assert_close, delta_softplus=True)


def test_without_softplus(make_scan, run_scan, assert_close, device):
    scan = make_scan(channels=2, length=9)
    scan['delta'] = scan['delta'].abs()
    scan['delta_bias'] = scan['delta_bias'].abs()
    compare(scan, device, run_scan, assert_close)


@pytest.mark.parametrize('layout', ['channel', 'strided'])
def test_any_memory_layout(make_scan, run_scan, assert_close, device, layout):
    compare(make_scan(channels=3, length=9, layout=layout), device, run_scan,
            assert_close, delta_softplus=True)


def test_tiny_and_huge_steps_keep_their_digits(
        make_scan, assert_close, device):
    scan = make_scan(batch=1, channels=2, length=9)
    # softplus(-12) = 6e-6: log(1 + e) in float32 would leave two digits
    scan['delta'][:, 0], scan['delta'][:, 1] = -12, 30
    scan['delta_bias'].zero_()
    scan['D'] = None
    y = selective_scan(**move(scan, device), delta_softplus=True,
                       backend='triton').cpu()
    expected = selective_scan(**scan, delta_softplus=True,
                              backend='reference')
    for channel in (0, 1):
        assert_close(y[:, channel], expected[:, channel], TOLERANCE)


def test_the_golden_values(golden_scan, run_scan, assert_close, device):
    if device == 'cpu':
        pytest.skip('too large for the interpreter')
    inputs, expected, grad, grads = golden_scan
    leaves = {k: v.to(device).float().requires_grad_()
              for k, v in inputs.items()}
    y = selective_scan(**leaves, delta_softplus=True, backend='triton')
    y.backward(grad.to(y))
    assert_close(y.detach().cpu(), expected, TOLERANCE)
    for name, leaf in leaves.items():
        assert_close(leaf.grad.cpu(), grads[name], TOLERANCE)


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_half_precision_rounds_inputs_and_outputs_only(
        make_scan, run_scan, assert_close, device, dtype):
    compare(make_scan(channels=2, length=19), device, run_scan, assert_close,
            tolerance=1e-2, dtype=dtype, delta_softplus=True)


def pair(make_scan, **options):
    f, b = (make_scan(seed=s, **options) for s in (3, 4))
    return dict(
        u_f=f['u'], u_b=b['u'], delta_f=f['delta'], delta_b=b['delta'],
        A_f=f['A'], A_b=b['A'], B_f=f['B'], B_b=b['B'], C_f=f['C'],
        C_b=b['C'], D_f=f['D'], D_b=b['D'], z=f['z'],
        bias_f=f['delta_bias'], bias_b=b['delta_bias'])


@pytest.mark.parametrize('merge', [None, 'sum', 'mean'])
@pytest.mark.parametrize('missing', [(), ('D_f', 'bias_b', 'z')])
def test_both_directions_equal_the_reference(make_scan, assert_close, device,
                                             merge, missing):
    tensors = pair(make_scan, channels=2, length=11)
    tensors.update(dict.fromkeys(missing))
    results = []
    for backend, place, dtype in (('triton', device, torch.float32),
                                  ('reference', 'cpu', torch.float64)):
        leaves = {
            k: None if v is None else v.to(place, dtype).requires_grad_()
            for k, v in tensors.items()
        }
        ys = bidirectional_selective_scan(
            **leaves, backend=backend, merge=merge)
        ys = (ys, ) if merge else ys
        # different weights, so that no direction stands for the other
        sum(i * (y * y.detach()).sum() for i, y in enumerate(ys, 1)).backward()
        results.append(([y.detach().cpu() for y in ys], {
            k: v.grad.cpu() for k, v in leaves.items() if v is not None}))
    (got, grads), (expected, expected_grads) = results
    for a, b in zip(got, expected):
        assert_close(a, b, TOLERANCE)
    for name, grad in grads.items():
        assert_close(grad, expected_grads[name], TOLERANCE)
