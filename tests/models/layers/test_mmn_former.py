import pytest
import torch

from mmgesture.models.layers.mmn_former import (MotionGuidedFormer,
                                                frame_difference)

C, V = 16, 5


def block(**options):
    torch.manual_seed(0)
    return MotionGuidedFormer(C, V, num_heads=2, **options).eval()


def test_differences_by_hand():
    x = torch.tensor([1., 4., 2.]).view(1, 1, 3, 1)
    assert frame_difference(x).flatten().tolist() == [3., -2., -2.]
    assert frame_difference(x[:, :, :2]).flatten().tolist() == [3., 3.]
    assert frame_difference(x[:, :, :1]).flatten().tolist() == [0.]


def test_each_head_mixes_the_joints_by_its_own_graph():
    module = block()
    x = torch.randn(2, C // 4, 3, V)
    out = module._graph(x)
    for n in range(2):
        for c in range(C // 4):
            graph = module.gconv[c // 2]  # two heads of two channels
            for t in range(3):
                torch.testing.assert_close(out[n, c, t], graph @ x[n, c, t])


@pytest.mark.parametrize('batch', [1, 2, 3])
@pytest.mark.parametrize('frames', [1, 2, 7])
def test_any_batch_and_length_keeps_shape_and_independence(batch, frames):
    module = block()
    x = torch.randn(batch, C, frames, V)
    out = module(x)
    assert out.shape == x.shape and out.isfinite().all()
    torch.testing.assert_close(out[-1:], module(x[-1:]))


def test_raw_fusion_feels_the_modulation_through_the_gates_alone():
    x = torch.randn(1, C, 4, V)
    for fuse, changes in (('raw', False), ('modulated', True)):
        module = block(fuse=fuse)
        module.aggregation_gate[0].weight.data.zero_()  # gates constant
        before = module.aggregate(x)
        module.MSM.bn.bias.data += 1
        assert (not torch.equal(before, module.aggregate(x))) == changes


@pytest.mark.parametrize('options', [
    dict(), dict(msm=False), dict(mtm=False), dict(msm=False, mtm=False),
    dict(modulation='no-scale'), dict(modulation='no-shift'),
    dict(modulation='addition'), dict(modulation='concatenation'),
    dict(modulation='hadamard'), dict(fuse='raw')
], ids=str)
def test_no_variant_has_a_parameter_without_gradient(options):
    module = block(**options).train()
    x = torch.randn(2, C, 4, V)
    weight = torch.randn_like(x)
    (module(x) * weight).sum().backward()
    dead = [n for n, p in module.named_parameters() if p.grad is None]
    assert not dead
    assert (module.MSM is None) == (options.get('msm') is False)
    assert (module.MTM is None) == (options.get('mtm') is False)


@pytest.mark.parametrize('points, size', [(22, 80612), (44, 87872)])
def test_size_is_the_published_one(points, size):
    module = MotionGuidedFormer(96, points)
    assert sum(p.numel() for p in module.parameters()) == size


def test_wrong_options_are_told():
    with pytest.raises(ValueError, match='multiple of 4'):
        MotionGuidedFormer(20, V, num_heads=2)
    with pytest.raises(ValueError, match='fuse expected'):
        block(fuse='both')
    assert "fuse='modulated'" in repr(block())
