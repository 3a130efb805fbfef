"""The sequential definition against hand-worked and golden values."""
import math

import torch

from mmgesture.ops.selective_scan.reference import selective_scan_reference


def test_two_steps_worked_by_hand():
    # delta = 1, A = -ln 2: the state halves each step.
    one = torch.ones(1, 1, 2, dtype=torch.float64)
    A = torch.full((1, 1), -math.log(2), dtype=torch.float64)
    u = torch.tensor([[[3.0, 5.0]]], dtype=torch.float64)
    y = selective_scan_reference(u, one, A, 2 * one, one)
    assert torch.allclose(y, torch.tensor([[[6.0, 13.0]]]).double())
    y = selective_scan_reference(u, one, A, 2 * one, one, reverse=True)
    assert torch.allclose(y, torch.tensor([[[11.0, 10.0]]]).double())


def test_golden_values_and_gradients(golden_scan, assert_close):
    inputs, y, grad_y, grads = golden_scan
    leaves = {k: v.requires_grad_() for k, v in inputs.items()}
    out = selective_scan_reference(**leaves, delta_softplus=True)
    assert_close(out.detach(), y, 1e-13)
    out.backward(grad_y)
    for name, leaf in leaves.items():
        assert_close(leaf.grad, grads[name], 1e-12)


def test_float64_gradcheck(make_scan):
    scan = make_scan(batch=1, channels=2, length=4, states=3)
    for reverse in (False, True):
        assert torch.autograd.gradcheck(
            lambda *x: selective_scan_reference(
                *x, delta_softplus=True, reverse=reverse),
            tuple(v.requires_grad_() for v in scan.values()))


def test_no_step_gives_no_output(make_scan):
    scan = make_scan(length=0)
    assert selective_scan_reference(**scan).shape == (2, 5, 0)
