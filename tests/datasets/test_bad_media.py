import copy

import pytest
import torch.multiprocessing as mp

from mmgesture.datasets import TooManyBadMediaError, UnreadableMediaError
from mmgesture.datasets.bad_media import (BadMediaLog, append_once,
                                          read_bad_list)


@pytest.mark.parametrize('samples,fraction,limit', [(1, 0.01, 1),
                                                    (99, 0.01, 1),
                                                    (250, 0.01, 2),
                                                    (250, 0, 1),
                                                    (10, 1.0, 10)])
def test_one_bad_sample_is_always_tolerated(samples, fraction, limit):
    log = BadMediaLog(samples, fraction)
    assert log.limit == limit
    log.flags[:limit] = 1
    log.check()
    if limit < samples:
        log.flags[limit] = 1
        with pytest.raises(TooManyBadMediaError, match='max_bad_fraction'):
            log.check('the set')


def test_a_sample_counts_once_and_a_file_is_listed_once(tmp_path):
    log = BadMediaLog(9)
    log.list_path = str(tmp_path / 'work' / 'bad videos.txt')
    error = UnreadableMediaError('/d/a b.mp4', 'cut\nafter\t3')
    for index in (2, 2, 5):
        log.add(index, error)
    assert log.num_bad == 2
    assert read_bad_list(log.list_path) == [('/d/a b.mp4', 'cut after 3')]


def test_a_list_that_cannot_be_written_does_not_end_the_run(tmp_path):
    log = BadMediaLog(9)
    (tmp_path / 'file').touch()
    log.list_path = str(tmp_path / 'file' / 'bad_videos.txt')
    log.add(3, UnreadableMediaError('a.mp4', 'gone'))
    assert log.num_bad == 1


def _work(log, index):
    for number in range(20):
        log.add(index, UnreadableMediaError(f'{number}.mp4', 'gone'))
        append_once(log.list_path, f'{number}.mp4', 'gone')


def test_processes_share_the_count_and_the_list(tmp_path):
    log = BadMediaLog(4)
    context = mp.get_context('fork')
    log.list_path = str(tmp_path / 'bad_videos.txt')
    workers = [context.Process(target=_work, args=(log, i)) for i in (0, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert log.flags.tolist() == [1, 0, 0, 1]
    names = [path for path, _ in read_bad_list(log.list_path)]
    assert sorted(names) == sorted(f'{i}.mp4' for i in range(20))


def test_a_copy_counts_for_itself_in_shared_memory():
    log = BadMediaLog(3, 0.5)
    clone = copy.deepcopy(log)
    log.flags[0] = 1
    assert clone.num_bad == 0 and clone.flags.is_shared()
    assert clone.max_bad_fraction == 0.5 and clone.list_path is None


def test_an_absent_list_is_empty_and_wrong_fractions_are_refused(tmp_path):
    assert read_bad_list(str(tmp_path / 'none.txt')) == []
    with pytest.raises(ValueError, match='1.5'):
        BadMediaLog(3, 1.5)
