"""The Triton operators under autograd and tracing."""
import pytest
import torch

from mmgesture.ops.selective_scan.triton_scan import autograd

pytestmark = pytest.mark.skipif(
    not hasattr(torch.library, 'custom_op'), reason='torch has no custom_op')


def tensors_of(make_scan, device, count=8):
    f, b = (list(
        make_scan(channels=3, length=5, dtype=torch.float32, layout='channel',
                  seed=seed).values()) for seed in (0, 1))
    one = f if count == 8 else [
        *(x for both in zip(f[:6], b[:6]) for x in both), f[6], f[7], b[7]]
    return [x.to(device) for x in one]


def same_layout(real, fake):
    assert len(real) == len(fake)
    for a, b in zip(real, fake):
        assert (a.shape, a.stride(), a.dtype) == (b.shape, b.stride(), b.dtype)


@pytest.mark.parametrize('count', [8, 15])
def test_the_fakes_promise_what_the_operators_return(
        make_scan, device, count):
    tensors = tensors_of(make_scan, device, count)
    tensors[-2 if count == 8 else -3] = None  # the gate
    meta = [None if t is None else t.to('meta') for t in tensors]
    for keep in (False, True):
        out = autograd.forward_op(tensors, True, False, keep)
        same_layout(out, autograd._forward_fake(meta, True, False, keep))
    half = len(out) // 2
    args = [out[:half], tensors, out[half:]]
    fakes = [[t if t is None else t.to('meta') for t in x] for x in args]
    same_layout(autograd.backward_op(*args, True, False),
                autograd._backward_fake(*fakes, True, False))


def test_the_operators_pass_torchs_own_checks(make_scan, device):
    tensors = tensors_of(make_scan, device)
    torch.library.opcheck(autograd.forward_op, (tensors, True, False, True))
    y, state = autograd.forward_op(tensors, True, False, True)
    torch.library.opcheck(autograd.backward_op,
                          ([y], tensors, [state], True, True))


def test_only_the_gradients_asked_for_are_given(make_scan, device):
    tensors = tensors_of(make_scan, device)
    tensors[4].requires_grad_()
    autograd.selective_scan_triton(*tensors, True).sum().backward()
    assert [t.grad is not None for t in tensors] == [i == 4 for i in range(8)]


def test_an_unused_direction_gets_zero_gradients(make_scan, device):
    tensors = [t.requires_grad_() for t in tensors_of(make_scan, device, 15)]
    y_f, _ = autograd.bidirectional_selective_scan_triton(
        *tensors, delta_softplus=True)
    y_f.sum().backward()
    assert float(tensors[0].grad.abs().sum()) > 0
    assert float(tensors[1].grad.abs().sum()) == 0
