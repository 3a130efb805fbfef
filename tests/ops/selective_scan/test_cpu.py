"""The C++ kernels: values, gradients, layouts, threads, extremes."""
import pytest
import torch

from mmgesture.ops import library
from mmgesture.ops.selective_scan import selective_scan
from mmgesture.ops.selective_scan.cpu import (Direction, backward,
                                              empty_boundaries, forward)
from mmgesture.ops.selective_scan.reference import selective_scan_reference


def compare(scan, run_scan, assert_close, tolerance=5e-6, **options):
    """C++ in float32 against the definition in float64."""
    narrow = {k: None if v is None else v.float() for k, v in scan.items()}
    wide = {k: None if v is None else v.double() for k, v in narrow.items()}
    y, grads = run_scan(selective_scan, narrow, backend='cpu', **options)
    expected, expected_grads = run_scan(selective_scan_reference, wide,
                                        **options)
    assert_close(y, expected, tolerance)
    for name, grad in grads.items():
        assert_close(grad, expected_grads[name], tolerance)


def test_golden_values_and_gradients(kernels, golden_scan, assert_close):
    inputs, y, grad_y, grads = golden_scan
    leaves = {k: v.float().requires_grad_() for k, v in inputs.items()}
    out = selective_scan(**leaves, delta_softplus=True, backend='cpu')
    assert_close(out.detach(), y, 2e-6)
    out.backward(grad_y.float())
    for name, leaf in leaves.items():
        assert_close(leaf.grad, grads[name], 2e-6)


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('length', [1, 2, 31, 32, 33, 63, 64, 65, 131])
def test_lengths_around_the_chunks(kernels, make_scan, run_scan, assert_close,
                                   length, reverse):
    scan = make_scan(channels=9, length=length, states=16)
    compare(scan, run_scan, assert_close, delta_softplus=True,
            reverse=reverse)


@pytest.mark.parametrize('states', [1, 3, 4, 5, 8, 16, 19])
def test_any_number_of_states(kernels, make_scan, run_scan, assert_close,
                              states):
    scan = make_scan(channels=17, length=35, states=states)
    compare(scan, run_scan, assert_close, delta_softplus=True)


@pytest.mark.parametrize('channels', [1, 15, 16, 17, 31, 64, 65, 100, 192])
def test_any_number_of_channels(kernels, make_scan, run_scan, assert_close,
                                channels):
    for layout in ('time', 'channel'):
        scan = make_scan(channels=channels, length=34, layout=layout)
        compare(scan, run_scan, assert_close, delta_softplus=True)


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('layout', ['time', 'channel', 'strided'])
def test_memory_layouts(make_scan, run_scan, assert_close, needs_library,
                        layout, reverse):
    scan = make_scan(
        channels=70, length=41, dtype=torch.float32, layout=layout)
    compare(scan, run_scan, assert_close, delta_softplus=True,
            reverse=reverse)
    y = selective_scan(**scan, backend='cpu')
    if layout == 'channel':
        assert y.stride() == scan['u'].stride()
    else:
        assert y.is_contiguous()


@pytest.mark.parametrize('absent', [('D', ), ('z', ), ('delta_bias', ),
                                    ('D', 'z', 'delta_bias')])
@pytest.mark.parametrize('softplus', [False, True])
def test_optional_arguments(kernels, make_scan, run_scan, assert_close,
                            absent, softplus):
    scan = make_scan(channels=6, length=37)
    scan['delta'] = scan['delta'].abs()
    scan['delta_bias'] = scan['delta_bias'].abs()
    compare({**scan, **dict.fromkeys(absent)}, run_scan, assert_close,
            delta_softplus=softplus)


def test_a_gradient_with_zero_strides(make_scan, needs_library, assert_close):
    grads = []
    for dtype, backend in ((torch.float32, 'cpu'), (torch.float64, 'torch')):
        scan = make_scan(channels=20, length=40, dtype=dtype)
        leaves = {k: v.requires_grad_() for k, v in scan.items()}
        y = selective_scan(**leaves, backend=backend, delta_softplus=True)
        y.sum().backward()
        grads.append({k: v.grad for k, v in leaves.items()})
    for name in grads[0]:
        assert_close(grads[0][name], grads[1][name], 5e-6)


def test_results_depend_neither_on_threads_nor_on_the_run(
        make_scan, run_scan, needs_library):
    scan = make_scan(
        batch=3, channels=150, length=70, states=16, dtype=torch.float32)
    results = []
    for threads in (1, 2, 3, 2):
        torch.set_num_threads(threads)
        results.append(
            run_scan(
                selective_scan,
                scan,
                delta_softplus=True,
                backend='cpu',
                reverse=True))
    for y, grads in results[1:]:
        assert torch.equal(y, results[0][0])
        assert all(torch.equal(grads[k], results[0][1][k]) for k in grads)


def test_extreme_decays_give_zeros_and_no_nan(kernels, make_scan, run_scan,
                                              assert_close):
    for factor in (1e2, 1e4, 1e30):
        scan = make_scan(channels=40, length=40, states=16)
        scan['A'] = scan['A'] * factor
        scan['delta'] = scan['delta'] * 30
        narrow = {k: v.float() for k, v in scan.items()}
        y, grads = run_scan(
            selective_scan, narrow, backend='cpu', delta_softplus=True)
        expected = selective_scan_reference(
            **{k: v.double() for k, v in narrow.items()},
            delta_softplus=True)
        assert_close(y, expected, 5e-6)
        assert all(torch.isfinite(g).all() for g in grads.values())


def test_slow_decays_keep_a_long_memory(kernels, make_scan, run_scan,
                                        assert_close):
    scan = make_scan(batch=1, channels=33, length=2000, states=16)
    scan['A'] = scan['A'] * 1e-3
    scan['delta'] = scan['delta'] - 5
    compare(scan, run_scan, assert_close, 2e-5, delta_softplus=True)


def test_growing_states_reach_infinity_like_the_definition(kernels,
                                                           make_scan):
    scan = make_scan(batch=1, channels=3, length=20, dtype=torch.float32)
    scan['A'] = scan['A'].abs() * 100
    scan.update(z=None, D=None)
    y = selective_scan(**scan, delta_softplus=True, backend='cpu')
    expected = selective_scan_reference(**scan, delta_softplus=True)
    assert torch.equal(torch.isfinite(y).all(-1),
                       torch.isfinite(expected).all(-1))


@pytest.mark.parametrize('name', ['u', 'delta', 'A', 'B', 'C', 'D', 'z'])
def test_a_nan_comes_out_where_the_definition_has_it(kernels, make_scan,
                                                     name):
    scan = make_scan(channels=18, length=40, dtype=torch.float32)
    scan[name][(0, ) * (scan[name].dim() - 1) + (-1, )] = float('nan')
    y = selective_scan(**scan, delta_softplus=True, backend='cpu')
    expected = selective_scan_reference(**scan, delta_softplus=True)
    assert torch.equal(torch.isnan(y), torch.isnan(expected))


def test_softplus_and_gate_are_accurate_over_the_whole_range(kernels):
    # One step, A = -1, B = C = 1: y = delta u, so y shows softplus alone.
    x = torch.cat((torch.linspace(-80, 80, 3201), torch.tensor([-0.0, 1e-6])))
    one = torch.ones(1, x.numel(), 1)
    scan = dict(
        u=one, delta=x[None, :, None], A=-one[0], B=one[:, :1], C=one[:, :1])
    y = selective_scan(**scan, delta_softplus=True, backend='cpu').flatten()
    expected = torch.nn.functional.softplus(x.double())
    assert float(((y - expected) / expected).abs().max()) < 5e-7
    y = selective_scan(
        **{**scan, 'delta': one}, z=x[None, :, None], backend='cpu').flatten()
    expected = torch.nn.functional.silu(x.double())
    error = (y - expected).abs() / expected.abs().clamp(min=1e-30)
    assert float(error.max()) < 5e-7


def test_backward_computes_the_boundary_states_it_was_not_given(
        make_scan, needs_library):
    scan = make_scan(channels=20, length=70, dtype=torch.float32)
    z = scan.pop('z')
    one = Direction(**scan, reverse=True)
    ys, kept = forward([one], z, True, keep=True)
    grad = torch.ones_like(ys[0])
    given, _ = backward([grad], [one], z, True, kept)
    computed, _ = backward([grad], [one], z, True, [None])
    for a, b in zip(given[0], computed[0]):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-5)


def test_extra_memory_stays_below_three_times_the_input():
    batch, channels, length, states = 1, 768, 512, 16
    size = batch * channels * length
    u = torch.empty(batch, channels, length, device='meta')
    kept = empty_boundaries(u, torch.empty(channels, states, device='meta'))
    groups = -(-channels // library.GROUP)
    sums = groups * batch * length * states * 2
    assert kept.numel() + sums <= size * 3
