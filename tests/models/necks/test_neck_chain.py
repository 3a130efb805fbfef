import pytest
import torch
from torch import nn

from mmgesture.models.necks import NeckChain


class Add(nn.Module):

    def __init__(self, name):
        super().__init__()
        self.name = name

    def forward(self, x, data_samples=None):
        return x + 1, {self.name: x.sum()}


class Bare(nn.Module):

    def forward(self, x, data_samples=None):
        return x


def chain(*configs):
    return NeckChain([dict(type=kind, **rest) for kind, rest in configs])


def test_necks_are_applied_in_order_and_losses_collected():
    neck = chain((Add, dict(name='a')), (Add, dict(name='b')))
    out, losses = neck(torch.ones(2, 1))
    assert out.tolist() == [[3.], [3.]]
    assert {k: v.item() for k, v in losses.items()} == dict(a=2., b=4.)


@pytest.mark.parametrize('batch', [1, 2, 3])
def test_a_bare_tensor_is_refused_at_every_batch_size(batch):
    with pytest.raises(TypeError, match='Bare expected to return'):
        chain((Bare, {}))(torch.ones(batch, 1))


def test_two_losses_of_one_name_are_refused():
    neck = chain((Add, dict(name='a')), (Add, dict(name='a')))
    with pytest.raises(ValueError, match="'a'"):
        neck(torch.ones(1))
