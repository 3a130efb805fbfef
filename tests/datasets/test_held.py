import copy
import time

import pytest

from mmgesture.datasets import held as module
from mmgesture.datasets.held import HeldSamples


class Info:
    id = 3


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setattr(module, 'get_worker_info', lambda: Info)


def test_worker_shows_what_it_holds_and_since_when(worker):
    table = HeldSamples()
    assert table.of(3) is None
    with table.holding(7):
        time.sleep(0.02)
        index, seconds = table.of(3)
        assert index == 7 and 0.02 <= seconds < 5
        assert table.of(2) is None
    assert table.of(3) is None


def test_sample_of_a_dead_worker_stays_until_it_is_forgotten(worker):
    table = HeldSamples()
    hold = table.holding(0)  # unreferenced, it would be left at once
    hold.__enter__()
    assert table.of(3)[0] == 0
    table.forget(3)
    assert table.of(3) is None


def test_main_process_and_numbers_beyond_the_table_are_not_kept(monkeypatch):
    table = HeldSamples()
    with table.holding(1):
        assert all(table.of(i) is None for i in range(9))
    monkeypatch.setattr(Info, 'id', 10**6)
    monkeypatch.setattr(module, 'get_worker_info', lambda: Info)
    with table.holding(1):
        assert table.of(10**6) is None
    table.forget(10**6)


def test_copy_is_a_table_of_its_own(worker):
    table = HeldSamples()
    with table.holding(5):
        assert copy.deepcopy(table).of(3) is None
