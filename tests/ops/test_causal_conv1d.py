"""Depthwise causal convolution: values, gradients, directions, errors."""
import pytest
import torch
import torch.nn.functional as F

from mmgesture.ops.causal_conv1d import (ConvFunction, causal_conv1d,
                                         conv_op)


def naive(x, weight, bias, silu, reverse):
    """The definition, one tap at a time."""
    if reverse:
        return naive(x.flip(-1), weight, bias, silu, False).flip(-1)
    width, length = weight.shape[1], x.shape[2]
    padded = F.pad(x, (width - 1, 0))
    y = sum(weight[:, k, None] * padded[:, :, k:k + length]
            for k in range(width))
    y = y if bias is None else y + bias[:, None]
    return F.silu(y) if silu else y


def draw(batch, channels, length, width, channel_last=False, seed=0):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(batch, channels, length, generator=g)
    if channel_last:
        x = x.transpose(1, 2).contiguous().transpose(1, 2)
    return (x, torch.randn(channels, width, generator=g),
            torch.randn(channels, generator=g))


def gradients(function, tensors, dtype, *args, **options):
    leaves = [t.detach().to(dtype).requires_grad_() for t in tensors]
    y = function(*leaves, *args, **options)
    g = torch.Generator().manual_seed(5)
    grad = torch.randn(y.shape, generator=g, dtype=torch.float64)
    y.backward(grad.to(y.dtype))
    return [y.detach()] + [t.grad for t in leaves]


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('silu', [False, True])
def test_torch_backend_equals_the_definition(silu, reverse):
    for length in (1, 2, 9):
        x, w, b = draw(2, 3, length, 4)
        y = causal_conv1d(x, w, b, 'silu' if silu else None, reverse, 'torch')
        torch.testing.assert_close(y, naive(x, w, b, silu, reverse))


@pytest.mark.parametrize('reverse', [False, True])
@pytest.mark.parametrize('shape', [(2, 3, 1, 4), (1, 70, 33, 4),
                                   (2, 64, 64, 1), (1, 5, 31, 16),
                                   (2, 129, 95, 3)])
def test_cpp_backend_and_its_gradients_equal_the_definition(
        kernels, shape, reverse, assert_close):
    for channel_last in (False, True):
        for silu in (False, True):
            tensors = draw(*shape, channel_last=channel_last)
            expected = gradients(naive, tensors, torch.float64, silu, reverse)
            got = gradients(
                causal_conv1d,
                tensors,
                torch.float32,
                activation='silu' if silu else None,
                reverse=reverse,
                backend='cpu')
            for a, b in zip(got, expected):
                assert_close(a, b, 3e-6)


def test_forward_is_causal_and_reverse_anti_causal():
    x, w, b = draw(1, 4, 10, 4)
    other = x.clone()
    other[:, :, 6] += 1
    for reverse, same in ((False, slice(0, 6)), (True, slice(7, 10))):
        a, c = (causal_conv1d(v, w, b, reverse=reverse) for v in (x, other))
        assert torch.equal(a[:, :, same], c[:, :, same])
        assert not torch.equal(a, c)


def test_bias_is_optional_and_memory_order_is_kept(needs_library):
    x, w, _ = draw(2, 20, 11, 4, channel_last=True)
    y = causal_conv1d(x, w, backend='cpu')
    torch.testing.assert_close(y, naive(x, w, None, True, False))
    assert y.stride() == x.stride()
    assert causal_conv1d(x.contiguous(), w, backend='cpu').is_contiguous()


def test_bf16_in_bf16_out(needs_library):
    x, w, b = draw(1, 8, 12, 4)
    y = causal_conv1d(x.bfloat16(), w, b, backend='cpu')
    assert y.dtype == torch.bfloat16
    torch.testing.assert_close(
        y.float(), naive(x.bfloat16().float(), w, b, True, False),
        rtol=1e-2, atol=1e-2)


def test_float64_is_left_to_torch_or_refused(needs_library):
    x, w, b = (t.double() for t in draw(1, 2, 3, 4))
    assert causal_conv1d(x, w, b).dtype == torch.float64
    with pytest.raises(RuntimeError, match='float64'):
        causal_conv1d(x, w, b, backend='cpu')


def test_a_kernel_too_wide_for_cpp_is_left_to_torch_or_refused(needs_library):
    x, w, b = draw(1, 2, 40, 17)
    y = causal_conv1d(x, w, b)
    torch.testing.assert_close(y, naive(x, w, b, True, False))
    with pytest.raises(RuntimeError, match='up to 16, got 17'):
        causal_conv1d(x, w, b, backend='cpu')


def test_an_empty_batch_and_no_step_work(needs_library):
    for batch, length in ((0, 5), (2, 0)):
        x, w, b = draw(batch, 3, length, 4)
        y, *grads = gradients(
            causal_conv1d, (x, w, b), torch.float32, backend='cpu')
        assert y.shape == x.shape
        assert all(float(g.abs().sum()) == 0 for g in grads)


def test_wrong_arguments_are_named():
    x, w, b = draw(1, 4, 5, 4)
    with pytest.raises(ValueError, match='x: expected 3 axes'):
        causal_conv1d(x[0], w, b)
    with pytest.raises(ValueError, match='weight: expected shape'):
        causal_conv1d(x, w[:3], b)
    with pytest.raises(ValueError, match='bias: expected shape'):
        causal_conv1d(x, w, b[:3])
    with pytest.raises(ValueError, match='activation.*gelu'):
        causal_conv1d(x, w, b, 'gelu')
    with pytest.raises(ValueError, match='backend.*cuda'):
        causal_conv1d(x, w, b, backend='cuda')
    with pytest.raises(TypeError, match='x: expected a floating'):
        causal_conv1d(x.long(), w, b)


def test_the_operator_passes_torchs_own_checks(needs_library):
    x, w, b = (t.requires_grad_() for t in draw(2, 6, 9, 4))
    torch.library.opcheck(conv_op, (x, w, b, True, True))
    torch.library.opcheck(conv_op, (x.detach(), w, None, False, False))


def test_the_function_for_old_torch_equals_the_operator(needs_library):
    tensors = draw(2, 6, 9, 4)
    new = gradients(conv_op, tensors, torch.float32, True, True)
    old = gradients(ConvFunction.apply, tensors, torch.float32, True, True)
    assert all(torch.equal(a, b) for a, b in zip(new, old))


@pytest.mark.parametrize('reverse', [False, True])
def test_bfloat16_gradients_are_those_of_float32_rounded(
        needs_library, reverse):
    g = torch.Generator().manual_seed(3)
    x, w, b = (torch.randn(*shape, generator=g).bfloat16()
               for shape in ((2, 37, 41), (37, 4), (37, )))
    grad = torch.randn(2, 37, 41, generator=g).bfloat16()
    results = []
    for dtype in (torch.bfloat16, torch.float32):
        leaves = [
            t.detach().to(dtype).requires_grad_() for t in (x, w, b)
        ]
        y = causal_conv1d(*leaves, reverse=reverse, backend='cpu')
        y.backward(grad.to(dtype))
        results.append([y.detach(), *(leaf.grad for leaf in leaves)])
    for half, full in zip(*results):
        assert half.dtype == torch.bfloat16
        assert torch.equal(half, full.bfloat16())
