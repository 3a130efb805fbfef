import pytest
import torch

from mmgesture.models.necks import ASWM, ScaleMean


def scales(number=3, batch=2, seed=0):
    torch.manual_seed(seed)
    return [torch.randn(batch, 4, 5, 3, 2) for _ in range(number)]


@pytest.mark.parametrize('kernel', [1, 3])
@pytest.mark.parametrize('number', [2, 3, 4])
def test_equals_stack_and_weighted_sum(kernel, number):
    neck = ASWM(4, number, kernel_size=kernel)
    maps = scales(number)
    alpha = neck.scale_weights(maps)
    assert alpha.shape == (2, number, 5, 3, 2)
    assert torch.allclose(alpha.sum(1), torch.ones(2, 5, 3, 2))
    stacked = torch.stack(maps, dim=1)  # (B, S, d, T, H', W')
    expected = (alpha.unsqueeze(2) * stacked).sum(1)
    assert torch.allclose(neck(maps)[0], expected, atol=1e-6)


def test_equal_logits_give_the_average():
    neck = ASWM(4)
    for parameter in neck.attn[2].parameters():
        torch.nn.init.zeros_(parameter)
    maps = scales()
    assert torch.allclose(neck(maps)[0], ScaleMean()(maps)[0], atol=1e-6)


def test_a_certain_scale_is_taken_alone():
    neck = ASWM(4)
    torch.nn.init.zeros_(neck.attn[2].weight)
    neck.attn[2].bias.data = torch.tensor([0., 100., 0.])
    maps = scales()
    assert torch.allclose(neck(maps)[0], maps[1], atol=1e-6)


@pytest.mark.parametrize('batch', [1, 2, 3])
@pytest.mark.parametrize('neck', [ASWM(4), ScaleMean()])
def test_keeps_the_contract_at_every_batch_size(neck, batch):
    maps = scales(batch=batch)
    result = neck(maps, data_samples=None)
    assert isinstance(result, tuple)
    fused, losses = result
    assert fused.shape == maps[0].shape and losses == {}


def test_mean_of_one_scale_is_that_scale():
    maps = scales(1)
    assert ScaleMean()(maps)[0] is maps[0]


def test_every_parameter_gets_a_gradient():
    neck = ASWM(4)
    neck(scales())[0].square().sum().backward()
    for name, parameter in neck.named_parameters():
        assert parameter.grad.abs().sum() > 0, name


def test_hidden_width_is_a_quarter_of_the_channels():
    assert ASWM(16).attn[0].out_channels == 4
    assert ASWM(16, hidden_channels=5).attn[0].out_channels == 5


def test_wrong_use_is_refused():
    with pytest.raises(ValueError, match='ScaleMean'):
        ASWM(4, 1)
    with pytest.raises(ValueError, match='odd'):
        ASWM(4, kernel_size=2)
    with pytest.raises(ValueError, match='num_scales=3 maps, got 2'):
        ASWM(4)(scales(2))
    for neck in (ASWM(4), ScaleMean()):
        with pytest.raises(TypeError, match='got a tensor'):
            neck(scales()[0])
        with pytest.raises(TypeError, match='an empty list'):
            neck([])
