"""The operators under autograd."""
import pytest
import torch

from mmgesture.ops.selective_scan import cpu_autograd, cpu_ops
from mmgesture.ops.selective_scan.cpu_autograd import (PairFunction,
                                                       ScanFunction, pair_op,
                                                       scan_op)

pytestmark = pytest.mark.skipif(
    not cpu_ops.HAS_CUSTOM_OP, reason='torch has no custom_op')


def leaves(scan):
    return [v.detach().clone().requires_grad_() for v in scan.values()]


def pair_leaves(make_scan):
    f, b = (make_scan(dtype=torch.float32, length=35, seed=s) for s in (0, 1))
    names = ('u', 'delta', 'A', 'B', 'C', 'D')
    values = [x[k] for k in names for x in (f, b)]
    values += [f['z'], f['delta_bias'], b['delta_bias']]
    return [v.requires_grad_() for v in values]


def test_one_direction_passes_torchs_own_checks(make_scan, needs_library):
    scan = leaves(make_scan(dtype=torch.float32))
    torch.library.opcheck(scan_op, (*scan, True, False, True))
    scan[5] = scan[6] = None
    torch.library.opcheck(
        scan_op, (*(None if t is None else t.detach() for t in scan), False,
                  True, False))


def test_both_directions_pass_torchs_own_checks(make_scan, needs_library):
    for merge in (False, True):
        torch.library.opcheck(
            pair_op, (*pair_leaves(make_scan), True, merge, True))


def test_only_the_gradients_asked_for_are_given(make_scan, needs_library):
    scan = make_scan(dtype=torch.float32)
    for wanted in scan:
        tensors = {k: v.detach().requires_grad_(k == wanted)
                   for k, v in scan.items()}
        y = cpu_autograd.selective_scan_cpu(**tensors, delta_softplus=True)
        y.sum().backward()
        given = {k for k, v in tensors.items() if v.grad is not None}
        assert given == {wanted}


def test_nothing_is_kept_without_gradients(make_scan, needs_library):
    scan = leaves(make_scan(dtype=torch.float32))
    with torch.no_grad():
        assert not cpu_autograd._needs_grad(*scan)
    assert cpu_autograd._needs_grad(*scan)
    assert scan_op(*scan, True, False, False)[1].numel() == 0


def test_an_unused_direction_gets_zero_gradients(make_scan, needs_library):
    tensors = pair_leaves(make_scan)
    y_f, _, _, _ = pair_op(*tensors, True, False, True)
    y_f.sum().backward()
    assert float(tensors[0].grad.abs().sum()) > 0
    assert float(tensors[1].grad.abs().sum()) == 0


def test_the_functions_for_old_torch_equal_the_operators(
        make_scan, needs_library):
    for old, new, tensors, flags, count in (
        (ScanFunction.apply, scan_op,
         leaves(make_scan(dtype=torch.float32)), (True, True, True), 1),
        (PairFunction.apply, pair_op, pair_leaves(make_scan),
         (True, False, True), 2),
        (PairFunction.apply, pair_op, pair_leaves(make_scan),
         (True, True, True), 1)):
        grads = []
        for function in (old, new):
            out = function(*tensors, *flags)[:count]
            grads.append(torch.autograd.grad(sum(o.sum() for o in out),
                                             tensors))
        assert all(torch.equal(a, b) for a, b in zip(*grads))
