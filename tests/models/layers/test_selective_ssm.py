import math

import pytest
import torch

from mmgesture.models.layers import BidirectionalSSM, SelectiveSSM
from mmgesture.models.layers.ssm_init import draw_step_bias, fill_states


def make(seed=0):
    torch.manual_seed(seed)
    mixer = SelectiveSSM(16, d_state=4)
    for name, parameter in mixer.named_parameters():
        if 'proj.weight' in name:
            torch.nn.init.normal_(parameter, std=.3)
    return mixer


def slow(mixer, h):
    """The recurrence (Eqs. 6-7), token by token, of one sequence (L, d)."""
    x, z = mixer.in_proj(h).chunk(2, -1)
    width = mixer.conv1d.weight.shape[-1]
    state = torch.zeros_like(mixer.A_log)
    out = []
    for t in range(len(h)):
        u = mixer.conv1d.bias.clone()
        for j in range(width):
            if t + j - width + 1 >= 0:
                u = u + mixer.conv1d.weight[:, 0, j] * x[t + j - width + 1]
        u = torch.nn.functional.silu(u)
        dt, b, c = mixer.x_proj(u).split(mixer.split_sizes, -1)
        delta = torch.nn.functional.softplus(mixer.dt_proj(dt))[:, None]
        state = (torch.exp(-delta * mixer.A_log.exp()) * state +
                 delta * b * u[:, None])
        y = (state * c).sum(1) + mixer.D * u
        out.append(y * torch.nn.functional.silu(z[t]))
    return mixer.out_proj(torch.stack(out))


@pytest.mark.parametrize('length', [1, 2, 9])
def test_mixer_is_the_recurrence_with_every_gradient(length):
    mixer = make()
    h = torch.randn(2, length, 16)
    expected = torch.stack([slow(mixer, row) for row in h])
    out = mixer(h)
    torch.testing.assert_close(out, expected, atol=1e-5, rtol=1e-4)
    weight = torch.randn_like(out)
    grads = [
        torch.autograd.grad((y * weight).sum(), list(mixer.parameters()))
        for y in (out, expected)
    ]
    for a, b in zip(*grads):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-3)


def test_it_is_the_forward_direction_of_the_bidirectional_mixer():
    mixer, both = make(), BidirectionalSSM(16, d_state=4, merge='sum')
    missing, unexpected = both.load_state_dict(
        mixer.state_dict(), strict=False)
    assert not unexpected
    assert all('_b' in name for name in missing)
    torch.nn.init.zeros_(both.D_b)
    torch.nn.init.zeros_(both.x_proj_b.weight)  # C = 0: silent
    h = torch.randn(2, 11, 16)
    torch.testing.assert_close(mixer(h), both(h), atol=1e-5, rtol=1e-4)


def test_a_token_depends_on_the_past_alone():
    mixer = make()
    h = torch.randn(1, 10, 16, requires_grad=True)
    mixer(h)[0, 4].sum().backward()
    assert h.grad[0, :5].abs().sum(1).min() > 0
    assert not h.grad[0, 5:].any()


def test_first_values_are_mambas():
    linear, a_log = torch.nn.Linear(2, 500), torch.empty(3, 4)
    draw_step_bias(linear)
    fill_states(a_log)
    steps = torch.nn.functional.softplus(linear.bias)
    assert steps.min() >= 1e-3 * .99 and steps.max() <= 1e-1 * 1.01
    # log-uniform: the median is the geometric mean of the ends
    assert abs(math.log10(steps.median()) + 2) < .15
    torch.testing.assert_close(a_log.exp()[0], torch.arange(1., 5))
