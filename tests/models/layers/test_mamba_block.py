import torch

from mmgesture.models.layers import BidirectionalSSM, MambaBlock


def make(rate=0.):
    torch.manual_seed(0)
    return MambaBlock(8, BidirectionalSSM(8, d_state=4), rate)


def test_is_a_pre_norm_residual():
    block = make()
    x = torch.randn(2, 5, 8)
    expected = x + block.mixer(block.norm(x))
    assert torch.equal(block(x, (None, )), expected)


def test_stochastic_depth_keeps_or_skips_whole_samples():
    block = make(rate=.5)
    x = torch.randn(32, 3, 8)
    change = block(x, (None, )) - x
    full = block.mixer(block.norm(x))
    skipped = change.abs().amax((1, 2)) == 0
    assert 0 < skipped.sum() < 32
    # what is kept is scaled so that the mean stays
    assert torch.allclose(change[~skipped], 2 * full[~skipped], atol=1e-5)
    block.eval()
    assert torch.allclose(block(x, (None, )), x + full)
