import pytest
import torch

from mmgesture.models.layers.clip_adapters import (ADAPTERS, ClipAdapter,
                                                   TokenGrid)

GRID = TokenGrid(chunks=2, frames=3, height=2, width=4)


def make(kind, opened=True, **options):
    torch.manual_seed(0)
    adapter = ADAPTERS[kind](8, **options)
    if opened:
        torch.nn.init.normal_(adapter.up.weight)
    return adapter


def tokens(prefix=0, batch=1):
    torch.manual_seed(1)
    return torch.randn(batch * 2, prefix + 24, 8)


@pytest.mark.parametrize('kind', sorted(ADAPTERS))
def test_adapter_starts_as_nothing_and_is_alive(kind):
    adapter, x = make(kind, opened=False), tokens()
    out = adapter(x, GRID)
    assert torch.equal(out, x)
    (out * torch.randn_like(out)).sum().backward()
    assert adapter.up.weight.grad.any()


def reach(adapter, index, prefix=0):
    """Places (frame of the window, row, column) that a token sees."""
    grid = GRID._replace(prefix=prefix)
    x = tokens(prefix).requires_grad_()
    adapter(x, grid)[index[0], prefix + index[1]].sum().backward()
    seen = x.grad[:, prefix:].abs().sum(-1) > 0  # (n, L)
    seen = seen.reshape(6, 2, 4)
    return {tuple(place) for place in seen.nonzero().tolist()}


def test_temporal_adapter_sees_its_place_through_time_across_chunks():
    # last frame of the first chunk, row 1, column 2
    assert reach(make('temporal'), (0, 2 * 8 + 1 * 4 + 2)) == {
        (1, 1, 2), (2, 1, 2), (3, 1, 2)
    }


def test_decoupled_adapter_sees_time_and_picture_apart():
    found = reach(make('decoupled'), (0, 2 * 8 + 1 * 4 + 2))
    picture = {(2, row, column) for row in (0, 1) for column in (1, 2, 3)}
    assert found == picture | {(1, 1, 2), (3, 1, 2)}


@pytest.mark.parametrize('kind', sorted(ADAPTERS))
def test_class_token_is_left_alone(kind):
    adapter, x = make(kind), tokens(prefix=1)
    out = adapter(x, GRID._replace(prefix=1))
    assert torch.equal(out[:, 0], x[:, 0])
    torch.testing.assert_close(out[:, 1:], adapter(x[:, 1:], GRID))


@pytest.mark.parametrize('kind', sorted(ADAPTERS))
def test_windows_of_a_batch_do_not_mix(kind):
    adapter, x = make(kind), tokens(batch=3)
    together = adapter(x, GRID)
    alone = torch.cat([adapter(part, GRID) for part in x.chunk(3)])
    torch.testing.assert_close(together, alone)


def test_width_is_a_quarter_and_at_least_one():
    assert make('temporal').hidden == 2
    assert ClipAdapter(2).hidden == 1
