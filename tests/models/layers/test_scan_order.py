import pytest
import torch

from mmgesture.models.layers import SCAN_ORDERS, ScanOrder


@pytest.mark.parametrize('name', SCAN_ORDERS)
@pytest.mark.parametrize('prefix', [0, 1])
@pytest.mark.parametrize('grid', [(1, 1, 1), (2, 3, 5), (3, 7, 7)])
def test_visits_are_permutations_with_the_right_inverse(name, prefix, grid):
    order = ScanOrder(name, (1, 2, 2), window=2, num_prefix=prefix)
    n = grid[0] * grid[1] * grid[2] + prefix
    for visit in order(grid):
        if visit is None:
            continue
        assert torch.equal(visit.index.sort().values, torch.arange(n))
        assert torch.equal(visit.index[visit.inverse], torch.arange(n))
        # a class token stays in front
        assert visit.index[:prefix].tolist() == list(range(prefix))


def test_bidirectional_moves_nothing():
    assert ScanOrder('bidirectional', (2, 4, 4))((2, 4, 4)) == (None, )


def test_local_visits_the_windows_of_each_frame_in_turn():
    visit, = ScanOrder('local', (2, 4, 4), window=2)((2, 4, 4))
    frame = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]
    assert visit.index.tolist() == frame + [16 + i for i in frame]


def test_local_cuts_windows_off_at_the_edges():
    visit, = ScanOrder('local', (1, 3, 3), window=2)((1, 3, 3))
    assert visit.index.tolist() == [0, 1, 3, 4, 2, 5, 6, 7, 8]


def test_selective_visits_rows_and_columns_of_each_frame():
    rows, columns = ScanOrder('selective', (2, 2, 3))((2, 2, 3))
    assert rows is None
    frame = [0, 3, 1, 4, 2, 5]
    assert columns.index.tolist() == frame + [6 + i for i in frame]


def test_other_grids_are_built_once():
    order = ScanOrder('local', (2, 4, 4), window=2)
    assert order((3, 4, 4))[0].index is order((3, 4, 4))[0].index


def test_indices_are_buffers_that_are_not_saved():
    order = ScanOrder('selective', (2, 4, 4))
    assert len(list(order.buffers())) == 2
    assert not order.state_dict()


def test_unknown_names_and_windows_are_refused():
    with pytest.raises(ValueError, match="'zigzag'"):
        ScanOrder('zigzag', (1, 2, 2))
    with pytest.raises(ValueError, match='scan_window'):
        ScanOrder('local', (1, 2, 2), window=0)
