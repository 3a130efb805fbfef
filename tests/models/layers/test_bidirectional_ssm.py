import math

import pytest
import torch

from mmgesture.models.layers import BidirectionalSSM, ScanOrder

PAIRS = (('conv1d', 'conv1d_b'), ('x_proj', 'x_proj_b'),
         ('dt_proj', 'dt_proj_b'))


def make(merge='mean', seed=0, **options):
    torch.manual_seed(seed)
    mixer = BidirectionalSSM(16, d_state=4, merge=merge, **options)
    # larger projections than the initial ones, so that all of them matter
    for name, parameter in mixer.named_parameters():
        if 'proj.weight' in name or 'proj_b.weight' in name:
            torch.nn.init.normal_(parameter, std=.3)
    return mixer


def mirror(mixer):
    """A copy whose directions have changed places."""
    other = make(mixer.merge)
    other.load_state_dict(mixer.state_dict())
    for forward, backward in PAIRS:
        getattr(other, forward).load_state_dict(
            getattr(mixer, backward).state_dict())
        getattr(other, backward).load_state_dict(
            getattr(mixer, forward).state_dict())
    for forward, backward in (('A_log', 'A_b_log'), ('D', 'D_b')):
        getattr(other, forward).data = getattr(mixer, backward).data.clone()
        getattr(other, backward).data = getattr(mixer, forward).data.clone()
    return other


@pytest.mark.parametrize('length', [1, 2, 7, 33])
def test_flipped_input_gives_flipped_output_for_mirrored_parameters(length):
    mixer = make()
    with torch.no_grad():
        mixer.D_b.fill_(.3)
        mixer.A_b_log.add_(.5)
    h = torch.randn(2, length, 16)
    out = mixer(h)
    flipped = mirror(mixer)(h.flip(1)).flip(1)
    assert torch.allclose(out, flipped, atol=1e-5)
    if length > 2:  # the directions do differ
        assert not torch.allclose(out, mixer(h.flip(1)).flip(1), atol=1e-3)


def test_mean_with_doubled_out_proj_equals_sum():
    summing, averaging = make('sum'), make('mean')
    averaging.load_state_dict(summing.state_dict())
    h = torch.randn(2, 9, 16)
    assert torch.allclose(averaging(h) * 2, summing(h), atol=1e-6)
    averaging.out_proj.weight.data.mul_(2)
    assert torch.equal(averaging(h), summing(h))


def test_equals_the_definition_written_out():
    """Sequential recurrence in float64, token by token."""
    mixer = make('sum').double()
    h = torch.randn(1, 6, 16, dtype=torch.float64)

    def direction(x, z, conv, x_proj, dt_proj, a_log, skip):
        inner, length = x.shape[1], x.shape[0]
        width = conv.weight.shape[-1]
        padded = torch.cat((x.new_zeros(width - 1, inner), x))
        u = torch.stack([
            (padded[t:t + width] * conv.weight[:, 0].T).sum(0) + conv.bias
            for t in range(length)
        ])
        u = torch.nn.functional.silu(u)
        dt, b, c = x_proj(u).split(mixer.split_sizes, dim=-1)
        delta = torch.nn.functional.softplus(dt_proj(dt))
        state, ys = 0, []
        for t in range(length):
            decay = torch.exp(-delta[t, :, None] * torch.exp(a_log))
            state = decay * state + delta[t, :, None] * b[t] * u[t, :, None]
            y = (state * c[t]).sum(-1) + skip * u[t]
            ys.append(y * torch.nn.functional.silu(z[t]))
        return torch.stack(ys)

    x, z = mixer.in_proj(h)[0].chunk(2, dim=-1)
    forward = direction(x, z, mixer.conv1d, mixer.x_proj, mixer.dt_proj,
                        mixer.A_log, mixer.D)
    backward = direction(
        x.flip(0), z.flip(0), mixer.conv1d_b, mixer.x_proj_b,
        mixer.dt_proj_b, mixer.A_b_log, mixer.D_b).flip(0)
    expected = mixer.out_proj(forward + backward)
    assert torch.allclose(mixer.float()(h.float())[0].double(), expected,
                          atol=1e-4)


def test_a_visit_equals_permuting_by_hand():
    mixer = make()
    h = torch.randn(2, 18, 16)
    visit, = ScanOrder('local', (2, 3, 3), window=2)((2, 3, 3))
    expected = mixer(h[:, visit.index])[:, visit.inverse]
    assert torch.allclose(mixer(h, (visit, )), expected, atol=1e-6)


def test_several_visits_are_averaged():
    mixer = make('sum')
    h = torch.randn(1, 12, 16)
    visits = ScanOrder('selective', (2, 2, 3))((2, 2, 3))
    single = [mixer(h, (visit, )) for visit in visits]
    assert torch.allclose(
        mixer(h, visits), (single[0] + single[1]) / 2, atol=1e-6)


def test_every_parameter_gets_a_gradient():
    mixer = make()
    mixer(torch.randn(2, 5, 16)).square().sum().backward()
    for name, parameter in mixer.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_initial_values_are_those_of_the_paper():
    torch.manual_seed(0)
    mixer = BidirectionalSSM(64)
    step = torch.nn.functional.softplus(mixer.dt_proj.bias)
    assert step.min() >= .99e-3 and step.max() <= .101
    assert step.log().std() > .5  # log-uniform, not one value
    assert torch.allclose(mixer.A_log.exp()[5], torch.arange(1., 17.))
    assert mixer.split_sizes == (4, 16, 16)
    bound = 1 / math.sqrt(128)
    mixer.reset_parameters(depth=4)
    assert bound * .45 < mixer.out_proj.weight.abs().max() <= bound / 2


def test_unknown_merge_is_refused():
    with pytest.raises(ValueError, match="'max'"):
        BidirectionalSSM(8, merge='max')
