"""The torch backend equals the definition and can be exported."""
import pytest
import torch

from mmgesture.ops.selective_scan.chunked import selective_scan_chunked
from mmgesture.ops.selective_scan.reference import selective_scan_reference


def test_golden_values_and_gradients(golden_scan, assert_close):
    inputs, y, grad_y, grads = golden_scan
    leaves = {k: v.requires_grad_() for k, v in inputs.items()}
    out = selective_scan_chunked(**leaves, delta_softplus=True)
    assert_close(out.detach(), y, 1e-13)
    out.backward(grad_y)
    for name, leaf in leaves.items():
        assert_close(leaf.grad, grads[name], 1e-12)


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('length', [1, 2, 15, 16, 17, 33, 255, 256, 257, 530])
def test_values_and_gradients_equal_the_definition(
        make_scan, run_scan, assert_close, length, reverse):
    scan = make_scan(batch=2, channels=3, length=length, states=2)
    options = dict(delta_softplus=True, reverse=reverse)
    y, grads = run_scan(selective_scan_chunked, scan, **options)
    expected, expected_grads = run_scan(selective_scan_reference, scan,
                                        **options)
    assert_close(y, expected, 1e-12)
    for name, grad in grads.items():
        assert_close(grad, expected_grads[name], 1e-11)


def test_float64_gradcheck(make_scan):
    scan = make_scan(batch=1, channels=2, length=5, states=2)
    for reverse in (False, True):
        assert torch.autograd.gradcheck(
            lambda *x: selective_scan_chunked(
                *x, delta_softplus=True, reverse=reverse),
            tuple(v.requires_grad_() for v in scan.values()))


def test_strong_decay_neither_overflows_nor_gives_nan(make_scan, run_scan):
    scan = make_scan(length=40, dtype=torch.float32)
    scan['A'] = scan['A'] * 1e4
    y, grads = run_scan(selective_scan_chunked, scan, delta_softplus=True)
    assert torch.isfinite(y).all()
    assert all(torch.isfinite(g).all() for g in grads.values())


class Scan(torch.nn.Module):

    def forward(self, u, delta, A, B, C, D, z, delta_bias):
        return selective_scan_chunked(
            u, delta, A, B, C, D, z, delta_bias, delta_softplus=True)


def test_it_can_be_exported(make_scan):
    scan = tuple(make_scan(length=300, dtype=torch.float32).values())
    program = torch.export.export(Scan(), scan)
    torch.testing.assert_close(program.module()(*scan), Scan()(*scan))


def test_training_does_not_keep_the_states_of_all_steps(make_scan):
    scan = make_scan(batch=1, channels=8, length=2048, states=16)
    full = 8 * 2048 * 16
    saved = {}

    def pack(x):
        storage = x.untyped_storage()
        saved[storage.data_ptr()] = storage.nbytes() // 8
        return x

    leaves = {k: v.requires_grad_() for k, v in scan.items()}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        selective_scan_chunked(**leaves, delta_softplus=True)
    assert sum(saved.values()) < full
