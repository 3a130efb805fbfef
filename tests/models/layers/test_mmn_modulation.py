import math

import pytest
import torch

from mmgesture.models.layers.mmn_modulation import (FACTORS, Modulation,
                                                    SkeletalModulation,
                                                    TemporalModulation)

N, T, V, C = 2, 3, 4, 4


def slow_norm(x, bn, training):
    """BatchNorm of (N, C, T, V), channel by channel."""
    out = []
    for c in range(x.shape[1]):
        plane = x[:, c]
        mean, var = bn.running_mean[c], bn.running_var[c]
        if training:
            mean = plane.mean()
            var = ((plane - mean)**2).mean()
        out.append((plane - mean) / (var + bn.eps).sqrt() * bn.weight[c]
                   + bn.bias[c])
    return torch.stack(out, dim=1)


def slow_order(x, bn, norm, training):
    if norm == 'bn_tanh':
        return slow_norm(x, bn, training).tanh()
    return slow_norm(x.tanh(), bn, training)


def slow_msm(module, x, training):
    """Frame by frame, joint by joint."""
    samples = []
    for n in range(x.shape[0]):
        frames = []
        for t in range(x.shape[2]):
            joints = []
            for v in range(x.shape[3]):
                if module.graph == 'mix':
                    mixed = sum(module.adj[v, u] * x[n, :, t, u]
                                for u in range(x.shape[3]))
                else:
                    mixed = x[n, :, t, v] * sum(
                        module.adj[w, v] for w in range(x.shape[3]))
                joints.append(module.fc.weight @ mixed + module.fc.bias)
            frames.append(torch.stack(joints, dim=-1))  # (C, V)
        samples.append(torch.stack(frames, dim=1))  # (C, T, V)
    return slow_order(torch.stack(samples), module.bn, module.norm, training)


def slow_mtm(module, x, norm, training):
    """Three frames at a time, zeros beyond the clip."""
    conv, bn = module.get_submodule('0'), module.get_submodule('2')
    frames = []
    for t in range(x.shape[2]):
        total = conv.bias[None, :, None]
        for k in range(3):
            if 0 <= t + k - 1 < x.shape[2]:
                total = total + torch.einsum('oi,niv->nov',
                                             conv.weight[:, :, k, 0],
                                             x[:, :, t + k - 1])
        frames.append(total)
    return slow_order(torch.stack(frames, dim=2), bn, norm, training)


def slow_modulation(module, x, z):
    samples = []
    for n in range(x.shape[0]):
        planes = []
        for c in range(x.shape[1]):
            p, a = x[n, c], z[n, c]
            if module.method in ('affine', 'no-scale', 'no-shift'):
                mean = p.sum() / p.numel()
                var = ((p - mean)**2).sum() / (p.numel() - 1)
                p = (p - mean) / (var.sqrt() + 1e-6)
            if module.method == 'affine':
                p = p * (1 + a) + z[n, x.shape[1] + c]
            elif module.method == 'no-shift':
                p = p * (1 + a)
            elif module.method == 'hadamard':
                p = p * a
            elif module.method in ('addition', 'no-scale'):
                p = p + a
            else:
                w = module.reduce.weight[c, :, 0, 0]
                both = torch.cat((x[n], z[n]))
                p = sum(w[k] * both[k] for k in range(len(both)))
                p = p + module.reduce.bias[c]
            planes.append(p)
        samples.append(torch.stack(planes))
    return torch.stack(samples)


def drawn(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def agree(fast, slow, inputs):
    torch.testing.assert_close(fast, slow)
    weight = torch.randn_like(fast)
    for a, b in zip(torch.autograd.grad(fast, inputs, weight),
                    torch.autograd.grad(slow, inputs, weight)):
        torch.testing.assert_close(a, b, rtol=1e-6, atol=1e-9)


def shaken(module):
    """No parameter or statistic at its simple initial value."""
    module.double()
    for p in module.parameters():
        p.data += torch.randn_like(p) * .3
    for name, b in module.named_buffers():
        if b.is_floating_point():
            b += torch.rand_like(b)
    return module


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('norm', ['bn_tanh', 'tanh_bn'])
@pytest.mark.parametrize('graph', ['mix', 'scale'])
def test_msm_and_all_its_gradients_are_those_of_the_slow_one(
        graph, norm, training):
    torch.manual_seed(0)
    module = shaken(SkeletalModulation(C, 6, V, graph, norm))
    x = drawn(N, C, T, V)
    slow = slow_msm(module, x, training)
    fast = module.train(training)(x)
    agree(fast, slow, [x, *module.parameters()])


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('norm', ['bn_tanh', 'tanh_bn'])
def test_mtm_and_all_its_gradients_are_those_of_the_slow_one(norm, training):
    torch.manual_seed(0)
    module = shaken(TemporalModulation(C, 6, norm=norm))
    x = drawn(N, C, T, V)
    slow = slow_mtm(module, x, norm, training)
    fast = module.train(training)(x)
    agree(fast, slow, [x, *module.parameters()])


@pytest.mark.parametrize('method', sorted(FACTORS))
@pytest.mark.parametrize('batch', [1, 2, 3])
def test_modulation_and_all_its_gradients_are_those_of_the_slow_one(
        method, batch):
    torch.manual_seed(0)
    module = Modulation(C, method).double()
    x, z = drawn(batch, C, T, V), drawn(batch, FACTORS[method] * C, T, V)
    agree(module(x, z), slow_modulation(module, x, z),
          [x, z, *module.parameters()])


def test_mixing_graph_lets_joints_see_each_other_and_scaling_does_not():
    for graph, seen in (('mix', True), ('scale', False)):
        module = SkeletalModulation(C, C, V, graph).eval()
        module.adj.data[0, 1] = .5
        x = torch.randn(1, C, T, V, requires_grad=True)
        grad, = torch.autograd.grad(module(x)[..., 0].sum(), x)
        assert bool(grad[..., 1].abs().max() > 0) == seen
        assert grad[..., 2].abs().max() == 0


def test_scale_is_the_sum_of_a_column():
    module = SkeletalModulation(1, 1, 2, 'scale').eval()
    module.adj.data = torch.tensor([[1., 2.], [3., 4.]])
    module.fc.weight.data.fill_(1.)
    module.fc.bias.data.zero_()
    out = module(torch.tensor([[[[.1, .1]]]]))
    norm = 1 / math.sqrt(1 + module.bn.eps)
    expected = [math.tanh(.4 * norm), math.tanh(.6 * norm)]
    assert out.flatten().tolist() == pytest.approx(expected)


def test_only_the_papers_order_bounds_the_factors():
    for norm, bounded in (('bn_tanh', True), ('tanh_bn', False)):
        for module in (SkeletalModulation(C, C, V, norm=norm),
                       TemporalModulation(C, C, norm=norm)):
            bn = [m for m in module.modules()
                  if isinstance(m, torch.nn.BatchNorm2d)][0]
            bn.weight.data.fill_(3.)
            out = module(torch.randn(2, C, 8, V))
            assert bool(out.abs().max() <= 1) == bounded


@pytest.mark.parametrize('norm', ['bn_tanh', 'tanh_bn'])
def test_names_do_not_depend_on_the_order(norm):
    names = set(TemporalModulation(C, C, norm=norm).state_dict())
    assert {'0.weight', '0.bias', '2.weight', '2.running_var'} <= names


def test_zero_factors_only_normalise_and_a_still_branch_stays_finite():
    x = torch.randn(2, C, 5, V) * 7 + 3
    out = Modulation(C)(x, torch.zeros(2, 2 * C, 5, V))
    assert out.mean((2, 3)).abs().max() < 1e-5
    torch.testing.assert_close(out.std((2, 3)), torch.ones(2, C))
    x = torch.full((1, C, 5, V), 2., requires_grad=True)
    still = Modulation(C)(x, torch.ones(1, 2 * C, 5, V))
    still.sum().backward()
    assert (still == 1).all() and x.grad.isfinite().all()


def test_unknown_words_are_told():
    with pytest.raises(ValueError, match="graph expected .*'mix'"):
        SkeletalModulation(C, C, V, graph='star')
    with pytest.raises(ValueError, match='norm expected'):
        TemporalModulation(C, C, norm='bn')
    with pytest.raises(ValueError, match='modulation expected'):
        Modulation(C, 'product')
    assert "method='affine'" in repr(Modulation(C))
    assert "graph='mix'" in repr(SkeletalModulation(C, C, V))
