"""Choice of the backend, dtypes, and the bidirectional entry."""
import pytest
import torch

from mmgesture.ops.selective_scan import (available_backends,
                                          bidirectional_selective_scan,
                                          interface, selective_scan)

HERE = ('reference', 'torch', 'cpu')


@pytest.fixture(params=HERE)
def backend(request):
    """Every backend that works without a GPU."""
    reason = available_backends()[request.param]
    if reason is not None:
        pytest.skip(reason)
    return request.param


def test_every_backend_is_listed_with_a_reason_or_none():
    backends = available_backends()
    assert list(backends) == list(interface.BACKENDS)
    assert backends['reference'] is None and backends['torch'] is None
    assert all(r is None or len(r) > 10 for r in backends.values())


def test_auto_takes_cpp_in_float32_and_torch_in_float64(
        make_scan, needs_library):
    for dtype, name in ((torch.float32, 'cpu'), (torch.bfloat16, 'cpu'),
                        (torch.float64, 'torch')):
        tensors = tuple(make_scan(dtype=dtype).values())
        assert interface._choose('auto', tensors) == name


def test_auto_on_cuda_prefers_mamba_ssm_then_triton_then_torch(monkeypatch):
    class OnCuda:
        device = torch.device('cuda')

    for usable, name in (({'mamba_ssm', 'triton'}, 'mamba_ssm'),
                         ({'triton', 'cpu'}, 'triton'), ({'cpu'}, 'torch')):
        monkeypatch.setattr(
            interface, '_unfit',
            lambda backend, tensors: None if backend in usable else 'no')
        assert interface._choose('auto', (OnCuda(), )) == name


def test_auto_takes_torch_without_the_library(make_scan, monkeypatch):
    monkeypatch.setattr(interface.cpu, 'unusable_reason', lambda: 'none')
    tensors = tuple(make_scan(dtype=torch.float32).values())
    assert interface._choose('auto', tensors) == 'torch'


def test_an_unusable_backend_says_why(make_scan, monkeypatch):
    scan = make_scan()
    with pytest.raises(ValueError, match="backend: .*'auto'.* got 'cuda'"):
        selective_scan(**scan, backend='cuda')
    monkeypatch.setattr(interface.cpu, 'unusable_reason', lambda: None)
    with pytest.raises(RuntimeError, match='float32, got float64'):
        selective_scan(**scan, backend='cpu')
    monkeypatch.setattr(interface.cpu, 'unusable_reason', lambda: 'not built')
    with pytest.raises(RuntimeError, match='not built'):
        selective_scan(**scan, backend='cpu')
    if available_backends()['mamba_ssm'] is not None:
        with pytest.raises(RuntimeError, match="'mamba_ssm' cannot be used"):
            selective_scan(**scan, backend='mamba_ssm')


def test_half_precision_keeps_a_float32_state(make_scan, backend):
    for dtype in (torch.bfloat16, torch.float16):
        scan = make_scan(length=70, dtype=dtype)
        wide = {k: v.double() for k, v in scan.items()}
        y = selective_scan(**scan, delta_softplus=True, backend=backend)
        assert y.dtype == dtype
        expected = selective_scan(
            **wide, delta_softplus=True, backend='reference')
        # One rounding of the result, as from an exact scan.
        torch.testing.assert_close(y, expected.to(dtype), rtol=1e-2,
                                   atol=1e-3)


@pytest.mark.parametrize('layout', ['time', 'channel', 'strided'])
@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_half_precision_differs_from_float32_by_roundings_alone(
        make_scan, run_scan, needs_library, dtype, layout):
    scan = make_scan(channels=37, length=41, dtype=dtype, layout=layout)
    y, grads = run_scan(
        selective_scan, scan, delta_softplus=True, backend='cpu')
    # the gradient that arrives is rounded, too
    wide = {k: v.float() for k, v in scan.items()}
    expected, wide_grads = run_scan(
        lambda **t: selective_scan(**t, backend='cpu').to(dtype), wide,
        delta_softplus=True)
    assert torch.equal(y, expected)
    for name, grad in grads.items():
        assert torch.equal(grad.to(dtype), wide_grads[name].to(dtype)), name


def test_non_finite_bfloat16_stays_non_finite(make_scan, needs_library):
    scan = make_scan(length=9, dtype=torch.bfloat16, layout='channel')
    scan['u'][0, 0, 3], scan['u'][0, 1, 3] = float('nan'), float('inf')
    y = selective_scan(**scan, delta_softplus=True, backend='cpu')
    assert y[0, 0, 3].isnan() and not y[0, 1, 3].isfinite()
    assert y[0, 2:].isfinite().all() and y[0, :, :3].isfinite().all()


def test_half_precision_gradients_come_in_the_inputs_dtype(
        make_scan, run_scan, backend, assert_close):
    scan = make_scan(length=40, dtype=torch.bfloat16)
    _, grads = run_scan(
        selective_scan, scan, delta_softplus=True, backend=backend)
    _, expected = run_scan(
        selective_scan, {k: v.double() for k, v in scan.items()},
        delta_softplus=True, backend='reference')
    for name, grad in grads.items():
        assert_close(grad, expected[name], 2e-2)


def test_autocast_changes_nothing(make_scan, backend):
    scan = make_scan(length=40, dtype=torch.float32)
    expected = selective_scan(**scan, delta_softplus=True, backend=backend)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        y = selective_scan(**scan, delta_softplus=True, backend=backend)
    assert y.dtype == torch.float32
    assert torch.equal(y, expected)


def test_an_empty_batch_and_no_step_work(make_scan, run_scan, backend):
    for batch, length in ((0, 5), (2, 0)):
        scan = make_scan(batch=batch, length=length, dtype=torch.float32)
        y = selective_scan(**scan, delta_softplus=True, backend=backend)
        assert y.shape == (batch, 5, length)


def test_empty_batches_give_zero_gradients(make_scan, run_scan,
                                           needs_library):
    scan = make_scan(batch=0, dtype=torch.float32)
    _, grads = run_scan(selective_scan, scan, backend='cpu')
    assert all(float(g.abs().sum()) == 0 for g in grads.values())


def test_reverse_equals_flipping(make_scan, backend, assert_close):
    scan = make_scan(channels=20, length=50, dtype=torch.float32)
    flipped = {k: v.flip(-1) if v.dim() == 3 else v for k, v in scan.items()}
    y = selective_scan(
        **scan, delta_softplus=True, backend=backend, reverse=True)
    expected = selective_scan(**flipped, delta_softplus=True, backend=backend)
    assert_close(y, expected.flip(-1), 1e-6)


def test_wrong_shapes_are_refused_before_any_backend_runs(make_scan, backend):
    scan = make_scan(dtype=torch.float32)
    scan['B'] = scan['B'][:, :3]
    with pytest.raises(ValueError, match='B: expected shape'):
        selective_scan(**scan, backend=backend)


def pair(make_scan, **options):
    f, b = (make_scan(seed=s, **options) for s in (3, 4))
    return dict(
        u_f=f['u'], u_b=b['u'], delta_f=f['delta'], delta_b=b['delta'],
        A_f=f['A'], A_b=b['A'], B_f=f['B'], B_b=b['B'], C_f=f['C'],
        C_b=b['C'], D_f=f['D'], D_b=b['D'], z=f['z'],
        bias_f=f['delta_bias'], bias_b=b['delta_bias'])


def by_flips(u_f, u_b, delta_f, delta_b, A_f, A_b, B_f, B_b, C_f, C_b, D_f,
             D_b, z, bias_f, bias_b):
    """Two sequential scans, the second on flipped copies."""
    y_f = selective_scan(u_f, delta_f, A_f, B_f, C_f, D_f, z, bias_f, True,
                         'reference')
    u_b, delta_b, B_b, C_b, z = (
        None if x is None else x.flip(-1) for x in (u_b, delta_b, B_b, C_b, z))
    y_b = selective_scan(u_b, delta_b, A_b, B_b, C_b, D_b, z, bias_b, True,
                         'reference')
    return y_f, y_b.flip(-1)


def both(function, tensors):
    leaves = {k: v.detach().requires_grad_() for k, v in tensors.items()}
    y_f, y_b = function(**leaves)
    (y_f.sin().sum() + y_b.cos().sum()).backward()
    return (y_f.detach(), y_b.detach()), {k: v.grad
                                          for k, v in leaves.items()}


@pytest.mark.parametrize('layout', ['time', 'channel'])
def test_both_directions_equal_two_scans_with_flips(
        make_scan, backend, assert_close, layout):
    tensors = pair(make_scan, channels=70, length=45, dtype=torch.float32,
                   layout=layout)
    ys, grads = both(
        lambda **t: bidirectional_selective_scan(**t, backend=backend),
        tensors)
    expected, expected_grads = both(
        by_flips, {k: v.double() for k, v in tensors.items()})
    for a, b in zip(ys, expected):
        assert_close(a, b, 5e-6)
    for name, grad in grads.items():
        assert_close(grad, expected_grads[name], 5e-6)


@pytest.mark.parametrize('length', [1, 45])
@pytest.mark.parametrize('merge', ['sum', 'mean'])
def test_merged_directions_equal_two_that_are_added(
        make_scan, backend, assert_close, merge, length):
    tensors = pair(make_scan, channels=70, length=length,
                   dtype=torch.float32, layout='channel')
    results = []
    for function, values in (
        (lambda **t: bidirectional_selective_scan(
            **t, backend=backend, merge=merge), tensors),
        (lambda **t: sum(by_flips(**t)) / (2 if merge == 'mean' else 1),
         {k: v.double() for k, v in tensors.items()})):
        leaves = {k: v.detach().requires_grad_() for k, v in values.items()}
        y = function(**leaves)
        weights = torch.arange(y.numel()).reshape(y.shape) % 7 - 3
        (y * weights).sum().backward()
        results.append((y.detach(), {k: v.grad for k, v in leaves.items()}))
    (y, grads), (expected, expected_grads) = results
    assert_close(y, expected, 5e-6)
    for name, grad in grads.items():
        assert_close(grad, expected_grads[name], 5e-6)


def test_an_unknown_merge_is_refused(make_scan):
    with pytest.raises(ValueError, match="merge: .* got 'max'"):
        bidirectional_selective_scan(
            **pair(make_scan, dtype=torch.float32), merge='max')


def test_both_directions_without_gate_skip_and_bias(make_scan, backend,
                                                    assert_close):
    tensors = pair(make_scan, dtype=torch.float32)
    tensors.update(dict.fromkeys(('z', 'D_f', 'D_b', 'bias_f', 'bias_b')))
    got = bidirectional_selective_scan(**tensors, backend=backend)
    for a, b in zip(got, by_flips(**tensors)):
        assert_close(a, b, 5e-6)


def test_directions_of_different_sizes_are_refused(make_scan):
    tensors = pair(make_scan, dtype=torch.float32)
    for name in ('u_b', 'delta_b', 'B_b', 'C_b'):
        tensors[name] = tensors[name][..., :-1]
    with pytest.raises(ValueError, match='z_b: expected shape'):
        bidirectional_selective_scan(**tensors)
    tensors['z'] = None
    with pytest.raises(ValueError, match='u_b, A_b: expected the shapes'):
        bidirectional_selective_scan(**tensors)


class BothDirections(torch.nn.Module):
    """What a block does, for tracing."""

    def __init__(self, backend):
        super().__init__()
        self.backend = backend

    def forward(self, **tensors):
        return bidirectional_selective_scan(**tensors, backend=self.backend)


@pytest.mark.parametrize('name', ['torch', 'cpu'])
def test_both_directions_can_be_exported(make_scan, name, request):
    if name == 'cpu':
        request.getfixturevalue('needs_library')
    tensors = pair(make_scan, length=40, dtype=torch.float32)
    module = BothDirections(name)
    program = torch.export.export(module, (), tensors)
    for a, b in zip(program.module()(**tensors), module(**tensors)):
        torch.testing.assert_close(a, b)
