import torch

from mmgesture.models.layers import RMSNorm


def test_equals_the_formula_worked_by_hand():
    norm = RMSNorm(2, eps=0.)
    norm.weight.data = torch.tensor([1., 2.])
    # mean square of (3, 4) is 12.5
    out = norm(torch.tensor([[3., 4.]]))
    assert torch.allclose(out, torch.tensor([[3., 8.]]) / 12.5**.5)


def test_epsilon_keeps_zero_finite():
    assert torch.equal(RMSNorm(4)(torch.zeros(1, 4)), torch.zeros(1, 4))


def test_is_computed_in_fp32_for_bf16_and_in_fp64_for_fp64():
    norm = RMSNorm(8)
    assert norm(torch.ones(2, 8, dtype=torch.bfloat16)).dtype == torch.float32
    assert norm(torch.ones(2, 8).double()).dtype == torch.float64
