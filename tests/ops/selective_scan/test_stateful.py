"""A scan from a carried state equals the definition, however it is cut."""
import pytest
import torch
import torch.nn.functional as F

from mmgesture.ops.selective_scan import stateful
from mmgesture.ops.selective_scan.reference import selective_scan_reference
from mmgesture.ops.selective_scan.stateful import selective_scan_from

TIMED = ('u', 'delta', 'B', 'C', 'z')


def definition(state, u, delta, A, B, C, D, z, delta_bias):
    """The recurrence, step by step, from a state."""
    delta = F.softplus(delta + delta_bias[:, None])
    outputs = []
    for t in range(u.shape[2]):
        step = delta[:, :, t, None]
        state = torch.exp(step * A) * state + \
            step * u[:, :, t, None] * B[:, None, :, t]
        outputs.append((state * C[:, None, :, t]).sum(-1))
    y = torch.stack(outputs, -1) + D[:, None] * u
    return y * F.silu(z), state


def cut(scan, cuts):
    """Pieces of a scan at these steps."""
    bounds = [0, *cuts, scan['u'].shape[2]]
    for a, b in zip(bounds, bounds[1:]):
        yield {k: v[..., a:b] if k in TIMED else v for k, v in scan.items()}


def along(scan, cuts, state):
    outputs = []
    for part in cut(scan, cuts):
        y, state = selective_scan_from(state, **part, delta_softplus=True)
        outputs.append(y)
    return torch.cat(outputs, -1), state


@pytest.mark.parametrize('length, cuts', [
    (1, []), (2, [1]), (9, list(range(1, 9))), (9, [7]), (9, [2, 3]),
    (130, [64]), (130, [1, 65, 129])])
def test_pieces_equal_the_definition_with_every_gradient(
        make_scan, length, cuts):
    scan = make_scan(batch=2, channels=3, length=length, states=2)
    state = torch.randn(2, 3, 2, dtype=torch.float64)
    leaves = [v.requires_grad_() for v in (state, *scan.values())]
    results = [along(scan, cuts, state), definition(state, **scan)]
    for a, b in zip(*results):
        torch.testing.assert_close(a, b, atol=1e-12, rtol=1e-12)
    weights = [torch.randn_like(x) for x in results[0]]
    grads = [
        torch.autograd.grad(
            sum((x * w).sum() for x, w in zip(result, weights)), leaves)
        for result in results
    ]
    for a, b in zip(*grads):
        torch.testing.assert_close(a, b, atol=1e-10, rtol=1e-10)


def test_from_zero_it_is_the_ordinary_scan(make_scan):
    scan = make_scan(length=20)
    zero = torch.zeros(2, 5, 4, dtype=torch.float64)
    y, _ = selective_scan_from(zero, **scan, delta_softplus=True)
    torch.testing.assert_close(
        y, selective_scan_reference(**scan, delta_softplus=True))


def test_without_the_optional_arguments(make_scan):
    scan = {k: v for k, v in make_scan().items() if k in 'uABC' or
            k == 'delta'}
    scan['delta'] = scan['delta'].abs()
    zero = torch.zeros(2, 5, 4, dtype=torch.float64)
    y, _ = selective_scan_from(zero, **scan)
    torch.testing.assert_close(y, selective_scan_reference(**scan))


def test_no_steps_leave_the_state(make_scan):
    scan = make_scan(length=0)
    state = torch.ones(2, 5, 4, dtype=torch.float64)
    y, after = selective_scan_from(state, **scan, delta_softplus=True)
    assert y.shape == (2, 5, 0) and torch.equal(after, state)


def test_bfloat16_goes_in_and_out_while_the_state_is_float32(make_scan):
    scan = {k: v.bfloat16() for k, v in make_scan(length=6).items()}
    y, state = selective_scan_from(
        torch.zeros(2, 5, 4), **scan, delta_softplus=True)
    assert y.dtype == torch.bfloat16 and state.dtype == torch.float32
    wide = {k: v.float() for k, v in scan.items()}
    expected = selective_scan_reference(**wide, delta_softplus=True)
    torch.testing.assert_close(y.float(), expected, atol=.05, rtol=.02)


def test_its_input_state_is_not_changed(make_scan):
    state = torch.ones(2, 5, 4, dtype=torch.float64)
    selective_scan_from(state, **make_scan(), delta_softplus=True)
    assert torch.equal(state, torch.ones_like(state))


@pytest.mark.parametrize('state', [
    torch.zeros(2, 5, 3, dtype=torch.float64), torch.zeros(2, 5, 4)])
def test_a_state_of_another_shape_or_precision_is_refused(make_scan, state):
    with pytest.raises(ValueError, match=r'state: expected shape \(B, D, N\)'):
        selective_scan_from(state, **make_scan())


def test_memory_does_not_grow_with_the_steps(make_scan, monkeypatch):
    """Decays are held for a piece at a time, not for the whole chunk."""
    scan = make_scan(length=3 * stateful.PIECE + 1)
    lengths = []
    exp = torch.exp

    def spy(x):
        lengths.append(len(x))
        return exp(x)

    monkeypatch.setattr(stateful.torch, 'exp', spy)
    selective_scan_from(torch.zeros(2, 5, 4, dtype=torch.float64), **scan)
    assert lengths == [stateful.PIECE] * 3 + [1]
