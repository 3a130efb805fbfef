import pytest
import torch

from mmgesture.models.localizers.query_mixer import MambaMHSA


def make(**options):
    torch.manual_seed(0)
    return MambaMHSA(16, num_heads=2, d_state=4, **options).eval()


def test_without_mamba_it_is_plain_self_attention():
    mixer = make(num_mamba=0)
    q = torch.randn(2, 6, 16)
    expected = mixer.norm(q + mixer.attention(q, q, q)[0])
    torch.testing.assert_close(mixer(q), expected)
    assert not len(mixer.mamba)


def test_attention_alone_does_not_know_the_order_of_a_set():
    q, order = torch.randn(1, 6, 16), torch.randperm(6)
    plain, scanned = make(num_mamba=0), make(num_mamba=2)
    torch.testing.assert_close(plain(q)[:, order], plain(q[:, order]))
    assert not torch.allclose(scanned(q)[:, order], scanned(q[:, order]),
                              atol=1e-4)


@pytest.mark.parametrize('bidirectional', [False, True])
def test_scan_sees_earlier_queries_or_all(bidirectional):
    mixer = make(num_mamba=1, bidirectional=bidirectional)
    q = torch.randn(1, 6, 16, requires_grad=True)
    mixer.mamba[0](q)[0, 2].sum().backward()
    seen = q.grad[0].abs().sum(1) > 0
    assert seen.tolist() == [True] * 3 + [bidirectional] * 3


@pytest.mark.parametrize('num_mamba', [1, 2, 3, 6])
def test_gradients_do_not_explode_with_the_number_of_blocks(num_mamba):
    """The paper's own blocks do from the third on."""
    mixer = make(num_mamba=num_mamba)
    q = torch.randn(2, 48, 16, requires_grad=True)
    mixer(q).pow(2).sum().backward()
    for name, parameter in mixer.named_parameters():
        assert parameter.grad.abs().max() > 0, name
    assert q.grad.norm() < 10 * q.norm()
