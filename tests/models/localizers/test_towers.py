import pytest
import torch

from mmgesture.models.layers.masked import step_mask
from mmgesture.models.localizers.towers import MSDyTower, PlainTower

TOWERS = [
    lambda: PlainTower(8), lambda: MSDyTower(8),
    lambda: MSDyTower(8, attention=True)
]


def levels_of(length, total, seed=0):
    """Three levels of two sequences, zero beyond ``length``."""
    generator = torch.Generator().manual_seed(seed)
    levels, masks = [], []
    for _ in range(3):
        mask = step_mask(torch.tensor([length, length]), total)
        x = torch.randn(2, 8, length, generator=generator)
        levels.append(
            torch.cat((x, torch.zeros(2, 8, total - length)), -1))
        masks.append(mask)
        length, total = -(-length // 2), -(-total // 2)
    return levels, masks


def open_gates(tower):
    """Let neighbours matter; they start with the factor zero."""
    for layer in getattr(tower, 'layers', ()):
        torch.nn.init.constant_(layer.other_scale, .7)


@pytest.mark.parametrize('make', TOWERS)
@pytest.mark.parametrize('length', [1, 5, 8])
def test_padding_changes_nothing(make, length):
    torch.manual_seed(0)
    tower = make()
    open_gates(tower)
    alone = tower(*levels_of(length, length))
    longer = tower(*levels_of(length, length + 7))
    for x, y in zip(alone, longer):
        steps = x.shape[-1]
        torch.testing.assert_close(y[..., :steps], x)
        assert not y[..., steps:].any()


def test_levels_see_their_neighbours_and_no_others():
    torch.manual_seed(0)
    tower = MSDyTower(8, num_layers=1)
    open_gates(tower)
    for seen_by in range(3):
        levels, masks = levels_of(8, 8)
        for x in levels:
            x.requires_grad_()
        tower(levels, masks)[seen_by].sum().backward()
        for k, x in enumerate(levels):
            touched = x.grad is not None and bool(x.grad.any())
            assert touched == (abs(k - seen_by) <= 1)


def test_a_level_starts_from_itself_alone():
    torch.manual_seed(0)
    layer = MSDyTower(8, num_layers=1).layers[0]
    levels, masks = levels_of(8, 8)
    for x, m, y in zip(levels, masks, layer(levels, masks)):
        torch.testing.assert_close(y, layer.depth(x, m).relu())


@pytest.mark.parametrize('length', [4, 8, 16])
def test_resizing_is_to_the_nearest_for_powers_of_two(length):
    x = torch.randn(1, 3, length)
    resize = torch.nn.functional.interpolate
    torch.testing.assert_close(x[..., ::2], resize(x, length // 2))
    torch.testing.assert_close(
        x.repeat_interleave(2, -1), resize(x, length * 2))


@pytest.mark.parametrize('attention', [False, True])
def test_every_part_of_the_head_learns_after_one_step(attention):
    torch.manual_seed(0)
    tower = MSDyTower(8, attention=attention)
    open_gates(tower)
    levels, masks = levels_of(8, 8)
    outs = tower(levels, masks)
    sum((x * torch.randn_like(x)).sum() for x in outs).backward()
    for name, parameter in tower.named_parameters():
        assert parameter.grad.abs().max() > 0, name
