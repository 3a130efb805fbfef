import math

import pytest
import torch

from mmgesture.models.layers.dfa_conv import (DFAConv, DFADepthConv,
                                              restricted_tanh,
                                              stack_neighbours)
from mmgesture.models.layers.masked import step_mask


def full(x):
    return step_mask(torch.tensor([x.shape[-1]] * len(x)), x.shape[-1])


def test_activation_is_zero_below_zero_and_rises_to_one():
    u = torch.tensor([-5., 0., 1.5, 20.])
    low = math.tanh(1.5)
    torch.testing.assert_close(
        restricted_tanh(u), torch.tensor([0., 0., low / (1 + low), 1.]))


def test_stack_holds_the_neighbours_of_each_step():
    x = torch.arange(1., 5).view(1, 1, 4)
    assert stack_neighbours(x, 3)[0, 0].tolist() == [[0, 1, 2, 3],
                                                     [1, 2, 3, 4],
                                                     [2, 3, 4, 0]]


@pytest.mark.parametrize('square_compat', [False, True])
@pytest.mark.parametrize('gate', ['channel', 'tap', 'both'])
def test_convolution_is_the_gated_sum_over_taps(gate, square_compat):
    torch.manual_seed(0)
    conv = DFAConv(4, 5, 3, gate, square_compat)
    x = torch.randn(2, 4, 7)
    gates = restricted_tanh(conv.gate(x))
    weight = conv.mix.weight.view(5, 4, 3)
    padded = torch.nn.functional.pad(x, (1, 1))
    expected = torch.zeros(2, 5, 7) + conv.mix.bias[:, None]
    for b in range(2):
        for t in range(7):
            for c in range(4):
                for j in range(3):
                    row = {'channel': c, 'tap': j, 'both': 3 * c + j}[gate]
                    value = padded[b, c, t + j]
                    value = value**2 if square_compat else value
                    expected[b, :, t] += (
                        weight[:, c, j] * value * gates[b, row, t])
    torch.testing.assert_close(conv(x, full(x)), conv.norm(expected))


def test_squared_stack_loses_the_sign_and_the_plain_one_keeps_it():
    torch.manual_seed(0)
    x = torch.randn(1, 4, 7)
    for square, same in ((True, True), (False, False)):
        conv = DFAConv(4, 4, square_compat=square)
        torch.nn.init.zeros_(conv.gate.weight)  # gates that do not look
        equal = torch.allclose(conv(x, full(x)), conv(-x, full(x)))
        assert equal == same


@pytest.mark.parametrize('kind', [DFAConv, DFADepthConv])
@pytest.mark.parametrize('length', [1, 2, 6])
def test_padding_changes_nothing(kind, length):
    torch.manual_seed(0)
    conv = kind(8, 6)
    x = torch.randn(2, 8, length)
    longer = torch.cat((x, torch.zeros(2, 8, 5)), -1)
    mask = step_mask(torch.tensor([length, length]), length + 5)
    out = conv(longer, mask)
    torch.testing.assert_close(out[..., :length], conv(x, full(x)))
    assert not out[..., length:].any()


@pytest.mark.parametrize('kind', [DFAConv, DFADepthConv])
def test_gates_get_a_gradient_from_the_start(kind):
    torch.manual_seed(0)
    conv = kind(8, 8)
    x = torch.randn(2, 8, 10)
    # not the plain sum of squares, which layer norm makes constant
    (conv(x, full(x)) * torch.randn(2, 8, 10)).sum().backward()
    for name, parameter in conv.named_parameters():
        assert parameter.grad.abs().max() > 0, name


def test_an_unknown_gate_is_an_error():
    with pytest.raises(ValueError, match="'tap'"):
        DFAConv(4, 4, gate='time')
