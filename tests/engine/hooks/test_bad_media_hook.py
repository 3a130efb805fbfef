from types import SimpleNamespace

import pytest
import torch.distributed as dist
from mmengine.dataset import ConcatDataset, RepeatDataset

from mmgesture.datasets import (GestureDataset, TooManyBadMediaError,
                                UnreadableMediaError)
from mmgesture.engine.hooks.bad_media_hook import (BadMediaHook,
                                                   gesture_datasets)
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)


@pytest.fixture
def dataset(tmp_path):
    records = [
        GestureRecord(f's{i}', f'{i}.mp4', label=0, split='train')
        for i in range(6)
    ]
    write_annotations(
        str(tmp_path / 'a.jsonl'), make_header('toy', ['x']), records)
    return GestureDataset('a.jsonl', str(tmp_path), split='train')


@pytest.fixture
def runner(dataset, tmp_path):
    loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=dataset))
    return SimpleNamespace(
        work_dir=str(tmp_path / 'work'),
        train_loop=loop,
        val_loop=loop,
        test_loop=loop)


def lose(dataset, *indices):
    for index in indices:
        dataset.bad_media.add(index,
                              UnreadableMediaError(f'{index}.mp4', 'gone'))


def test_the_list_lies_in_the_work_dir(dataset, runner, tmp_path):
    for name in ('before_train', 'before_val_epoch', 'before_test_epoch'):
        dataset.bad_media.list_path = str(tmp_path / 'elsewhere.txt')
        getattr(BadMediaHook(), name)(runner)
        assert dataset.bad_media.list_path == str(
            tmp_path / 'work' / 'bad_videos.txt')


def test_training_stops_in_the_main_process_above_the_limit(dataset, runner):
    hook = BadMediaHook(list_name='lost.txt')
    hook.before_train(runner)
    lose(dataset, 2)
    hook.after_train_iter(runner, 0)
    hook.after_train_epoch(runner)
    lose(dataset, 4)
    for call in (lambda: hook.after_train_iter(runner, 1),
                 lambda: hook.after_train_epoch(runner)):
        with pytest.raises(TooManyBadMediaError) as info:
            call()
        assert '2 of 6 samples' in str(info.value)
        assert 'lost.txt' in str(info.value)


def test_tests_are_never_stopped(dataset, runner):
    hook = BadMediaHook()
    hook.before_test_epoch(runner)
    lose(dataset, 0, 1, 2, 3)
    hook.after_test_epoch(runner)
    hook.after_val_epoch(runner)


def test_datasets_are_found_inside_of_wrappers(dataset):
    joined = ConcatDataset([dataset, dataset])
    assert list(gesture_datasets(joined)) == [dataset, dataset]
    assert list(gesture_datasets(RepeatDataset(dataset, 2))) == [dataset]
    assert list(gesture_datasets([1, 2])) == []


@pytest.fixture
def another_rank(monkeypatch):
    """A second process, which has lost samples 3 and 5."""

    def all_reduce(flags, op):
        assert op == dist.ReduceOp.MAX
        flags[3] = flags[5] = 1

    monkeypatch.setattr(dist, 'is_initialized', lambda: True)
    monkeypatch.setattr(dist, 'get_backend', lambda: 'gloo')
    monkeypatch.setattr(dist, 'all_reduce', all_reduce)


def test_counts_of_all_ranks_are_joined(dataset, runner, another_rank):
    lose(dataset, 2)
    with pytest.raises(TooManyBadMediaError, match='3 of 6'):
        BadMediaHook().after_train_epoch(runner)
    assert dataset.bad_media.flags.tolist() == [0, 0, 1, 1, 0, 1]


@pytest.mark.parametrize('stage', ['val', 'test'])
def test_report_of_a_test_counts_all_ranks(dataset, runner, another_rank,
                                           monkeypatch, stage):
    told = []
    monkeypatch.setattr('mmgesture.engine.hooks.bad_media_hook.print_log',
                        lambda text, *_: told.append(text))
    getattr(BadMediaHook(), f'after_{stage}_epoch')(runner)
    assert len(told) == 1 and '2 of 6 samples' in told[0]
