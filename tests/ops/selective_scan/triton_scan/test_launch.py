"""What launch and loader do around the kernels."""
import pytest
import torch

from mmgesture.ops.selective_scan import available_backends, selective_scan
from mmgesture.ops.selective_scan.triton_scan import launch, loader


def test_matching_strides_are_not_copied(make_scan):
    scan = make_scan(dtype=torch.float32, layout='channel')
    one = launch.Direction(*list(scan.values())[:6], scan['delta_bias'])
    (arranged, ), z = launch.arrange([one], scan['z'])
    for name in ('u', 'delta', 'A', 'B', 'C'):
        got, given = getattr(arranged, name), getattr(one, name)
        assert got.data_ptr() == given.data_ptr(), name
    assert z.data_ptr() == scan['z'].data_ptr()


def test_differing_strides_are_made_equal(make_scan):
    one = list(make_scan(dtype=torch.float32, layout='strided').values())
    other = make_scan(dtype=torch.float32, layout='time')
    (arranged, ), z = launch.arrange(
        [launch.Direction(*one[:6], one[7])], other['z'])
    assert arranged.u.is_contiguous()
    assert arranged.delta.stride() == arranged.u.stride() == z.stride()
    assert arranged.B.stride() == arranged.C.stride()
    assert torch.equal(arranged.u, one[0])


def test_the_states_take_a_fraction_of_the_input(make_scan):
    u, A = torch.empty(2, 64, 3136), torch.empty(64, 16)
    states = launch.boundary_states(u, A)
    assert states.shape == (2, 98, 64, 16)
    assert states.numel() <= u.numel() / 2


def test_deterministic_mode_gives_the_same_bits_twice(make_scan, device):
    leaves = [v.to(device).requires_grad_() for v in make_scan(
        channels=9, length=5, dtype=torch.float32).values()]
    torch.use_deterministic_algorithms(True)
    try:
        grads = [
            torch.autograd.grad(
                selective_scan(
                    *leaves, delta_softplus=True,
                    backend='triton').sum(), leaves)
            for _ in range(2)
        ]
    finally:
        torch.use_deterministic_algorithms(False)
    assert all(torch.equal(a, b) for a, b in zip(*grads))


def test_an_empty_batch_works(make_scan, device):
    scan = {k: v.to(device).requires_grad_() for k, v in make_scan(
        batch=0, dtype=torch.float32).items()}
    y = selective_scan(**scan, backend='triton')
    y.sum().backward()
    assert y.shape == (0, 5, 7)
    assert float(scan['A'].grad.abs().sum()) == 0


def test_float64_is_refused(make_scan, device):
    scan = {k: v.to(device) for k, v in make_scan().items()}
    with pytest.raises(RuntimeError, match='float32, got float64'):
        selective_scan(**scan, backend='triton')


def test_tensors_on_the_cpu_are_refused_unless_interpreted(
        make_scan, monkeypatch):
    monkeypatch.setattr(loader, 'INTERPRETED', False)
    u = make_scan(dtype=torch.float32)['u']
    assert 'must lie on CUDA' in loader.fits([u, None])


def test_a_broken_triton_is_reported_with_its_reason(monkeypatch):
    monkeypatch.setattr(loader, 'INTERPRETED', True)
    monkeypatch.setattr(
        loader, '_load', lambda: (None, 'triton cannot be imported: oh'))
    assert available_backends()['triton'] == 'triton cannot be imported: oh'
    with pytest.raises(RuntimeError, match='cannot be imported: oh'):
        loader.kernels()
