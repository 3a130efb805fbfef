import torch

from mmgesture.models.layers.causal_trunk import CausalTrunk


def make(**options):
    torch.manual_seed(0)
    return CausalTrunk(6, 16, depth=3, d_state=4, **options).eval()


def test_pieces_equal_the_whole_sequence():
    trunk, x = make(), torch.randn(2, 12, 6)
    states, outputs = trunk.start(2), []
    for part in x.split([1, 4, 7], 1):
        h, states = trunk.chunk(part, states)
        outputs.append(h)
    torch.testing.assert_close(
        torch.cat(outputs, 1), trunk(x), atol=1e-5, rtol=1e-4)


def test_a_step_sees_itself_and_the_past():
    x = torch.randn(1, 10, 6, requires_grad=True)
    make()(x)[0, 4].sum().backward()
    assert x.grad[0, :5].abs().sum(1).min() > 0
    assert not x.grad[0, 5:].any()


def test_dropout_and_stochastic_depth_act_in_training_alone():
    trunk, x = make(dropout=.5, drop_path_rate=.5), torch.randn(4, 8, 6)
    assert torch.equal(trunk(x), trunk(x))
    trunk.train()
    assert not torch.equal(trunk(x), trunk(x))
