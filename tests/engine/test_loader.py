import os
import signal
import time

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler
from torch.utils.data import DataLoader, Dataset

from mmgesture.datasets.bad_media import BadMediaLog
from mmgesture.datasets.held import HeldSamples
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.engine import loader as module
from mmgesture.engine.loader import SteadyLoader, WorkersLostError


class Files(Dataset):
    """Numbers, some of which do harm to whoever reads them."""

    def __init__(self, length=12, harm=None):
        self.harm = harm or {}
        self.held = HeldSamples()
        self.bad_media = BadMediaLog(length, 1)
        self.reads = torch.zeros(length, dtype=torch.int64).share_memory_()

    def __len__(self):
        return len(self.reads)

    def media_path(self, index):
        return f'{index}.mp4'

    def __getitem__(self, index):
        with self.held.holding(index):
            if self.bad_media.is_set_apart(index):
                return -index
            self.reads[index] += 1
            kind = self.harm.get(index)
            if kind == 'hang':
                time.sleep(60)
            elif kind == 'slow':
                time.sleep(0.6)
            elif kind == 'error':
                raise ValueError('broken')
            elif kind == 'once':
                if self.reads[index] == 1:
                    os.kill(os.getpid(), signal.SIGKILL)
            elif kind is not None:
                os.kill(os.getpid(), getattr(signal, kind))
        return index


@pytest.fixture
def load(monkeypatch):
    said = []
    monkeypatch.setattr(module, 'print_log', lambda text, *_: said.append(text))

    def build(files, workers=2, timeout=None, **options):
        built = SteadyLoader.adopt(
            DataLoader(
                files, batch_size=2, num_workers=workers,
                sampler=DefaultSampler(files, shuffle=False), **options),
            timeout)
        built.said = said
        return built

    return build


def numbers(loader):
    return torch.cat(list(loader)).tolist()


@pytest.mark.parametrize('persistent', [False, True])
def test_sample_that_kills_twice_is_named_and_set_apart(load, persistent):
    files = Files(harm={5: 'SIGSEGV'})
    loader = load(files, persistent_workers=persistent)
    expected = [0, 1, 2, 3, 4, -5, *range(6, 12)]
    assert numbers(loader) == expected
    assert files.bad_media.num_bad == 1 and files.reads[5] == 2
    assert len(loader.said) == 2
    assert 'was killed by SIGSEGV, holding 5.mp4' in loader.said[0]
    # and is left alone in the next epoch
    assert numbers(loader) == expected
    assert files.reads[5] == 2 and len(loader.said) == 2


def test_worker_that_dies_once_costs_nothing(load):
    files = Files(harm={7: 'once'})
    loader = load(files)
    assert numbers(loader) == list(range(12))
    assert files.bad_media.num_bad == 0
    assert 'SIGKILL (out of memory?), holding 7.mp4' in loader.said[0]


def test_sample_that_hangs_is_named_and_set_apart(load):
    files = Files(harm={4: 'hang'})
    loader = load(files, timeout=1.0)
    began = time.monotonic()
    assert numbers(loader) == [0, 1, 2, 3, -4, *range(5, 12)]
    assert time.monotonic() - began < 20
    assert 'hung for' in loader.said[0] and '4.mp4' in loader.said[0]


def test_slow_samples_are_waited_for(load):
    files = Files(6, harm={i: 'slow' for i in range(6)})
    assert numbers(load(files, timeout=1.0)) == list(range(6))
    assert files.bad_media.num_bad == 0


def test_errors_of_samples_stay_errors(load):
    with pytest.raises(ValueError, match='broken'):
        numbers(load(Files(harm={3: 'error'})))


class Doomed(Files):
    """Dies before it can say of what."""

    def __getitem__(self, index):
        os.kill(os.getpid(), signal.SIGKILL)


def test_workers_that_keep_dying_end_the_run(load, monkeypatch):
    monkeypatch.setattr(module, 'MAX_DEATHS', 1)
    with pytest.raises(WorkersLostError, match='holding no sample'):
        numbers(load(Doomed()))


@pytest.mark.parametrize('stock_first', [False, True])
def test_death_of_a_worker_does_not_strike_in_the_middle_of_a_step(
        load, stock_first):
    if stock_first:  # a loader that sets PyTorch's handler for good
        assert len(list(DataLoader(Files(2), num_workers=1))) == 2
    files = Files(harm={11: 'SIGKILL'})
    seen = []
    for batch in load(files):
        # PyTorch's handler of SIGCHLD would raise here
        for _ in range(20):
            time.sleep(0.01)
        seen += batch.tolist()
    assert seen == [*range(11), -11]


@pytest.mark.parametrize('workers', [0, 2])
def test_pass_starts_at_any_batch_without_reading_the_others(load, workers):
    files = Files()
    loader = load(files, workers)
    loader.start_at(4)
    assert len(loader) == 6
    assert numbers(loader) == [8, 9, 10, 11]
    assert files.reads[:8].sum() == 0
    assert numbers(loader) == list(range(12))
    loader.start_at(6)
    assert not list(loader)


def test_persistent_workers_survive_a_pass_that_is_broken_off(load):
    loader = load(Files(), persistent_workers=True)
    for _ in zip(range(2), loader):
        pass
    assert numbers(loader) == list(range(12))


def test_what_set_samples_apart_travels_with_the_list(tmp_path):
    log = BadMediaLog(4, 1)
    log.list_path = str(tmp_path / 'bad.txt')
    log.set_apart(2, UnreadableMediaError('x.mp4', 'a worker died'))
    log.add(2, UnreadableMediaError('x.mp4', 'again'))
    log.add(3, UnreadableMediaError('y.mp4', 'cut'))
    assert [log.is_set_apart(i) for i in range(4)] == [
        False, False, True, False]
    assert np.array_equal(log.flags, [0, 0, 2, 1])
    assert (tmp_path / 'bad.txt').read_text().startswith('x.mp4\ta worker')
