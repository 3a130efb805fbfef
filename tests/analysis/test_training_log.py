import csv
import json

import pytest

from mmgesture.analysis.training_log import read_training_log, write_curves


def train(epoch, step, loss, top1=0.5, lr=0.1):
    return dict(lr=lr, loss=loss, top1_acc=top1, epoch=epoch, iter=step,
                step=step)


def val(epoch, top1):
    return {'gesture/top1': top1, 'data_time': 0.1, 'step': epoch}


def write(work_dir, time, entries, tail=''):
    path = work_dir / time / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text(''.join(json.dumps(e) + '\n' for e in entries) + tail)
    return path


FIRST = [
    train(1, 2, 4.), train(1, 4, 2.), val(1, 0.3),
    train(2, 6, 1.), train(2, 8, 1.), val(2, 0.4), train(3, 10, 9.)
]


def test_epochs_are_counted_in_parts_of_the_steps(tmp_path):
    write(tmp_path, '1', FIRST)
    log = read_training_log(tmp_path)
    assert log.name == tmp_path.name and log.parts == 1
    assert log.train['loss'] == [(0.5, 4), (1, 2), (1.5, 1), (2, 1), (2.5, 9)]
    assert log.val['top1'] == [(1, 0.3), (2, 0.4)]
    assert log.epoch_means('loss') == [(1, 3), (2, 1), (3, 9)]
    assert log.val['loss'] == []


def test_resumed_run_is_joined_and_repeated_epochs_are_dropped(tmp_path):
    write(tmp_path, '20260102', [train(3, 10, 5.), train(3, 12, 3.),
                                 val(3, 0.6)])
    write(tmp_path, '20260101', FIRST)
    log = read_training_log(tmp_path, 'run')
    assert log.parts == 2 and log.name == 'run'
    # the 9 of the killed third epoch is gone
    assert log.epoch_means('loss') == [(1, 3), (2, 1), (3, 4)]
    assert log.val['top1'] == [(1, 0.3), (2, 0.4), (3, 0.6)]


def test_resuming_from_an_older_epoch_drops_what_came_after(tmp_path):
    write(tmp_path, '1', FIRST)
    write(tmp_path, '2', [train(2, 8, 7.), val(2, 0.9)])
    log = read_training_log(tmp_path)
    assert log.epoch_means('loss') == [(1, 3), (2, 7)]
    assert log.val['top1'] == [(1, 0.3), (2, 0.9)]


def test_new_start_in_the_same_folder_replaces_the_old_run(tmp_path):
    write(tmp_path, '1', FIRST)
    write(tmp_path, '2', [train(1, 4, 7.)])
    log = read_training_log(tmp_path)
    assert log.train['loss'] == [(1, 7)] and log.val['top1'] == []


def test_test_logs_are_not_mistaken_for_trainings(tmp_path):
    write(tmp_path, '1', FIRST)
    write(tmp_path, '2', [val(0, 0.1)])
    log = read_training_log(tmp_path)
    assert log.parts == 1
    assert log.val['top1'] == [(1, 0.3), (2, 0.4)]


def test_line_cut_by_a_kill_is_left_out_a_damaged_one_is_an_error(tmp_path):
    write(tmp_path / 'cut', '1', FIRST, '{"lr": 0.0')
    assert len(read_training_log(tmp_path / 'cut').train['loss']) == 5
    path = write(tmp_path / 'bad', '1', FIRST, '{"lr": 0.0\n{}\n')
    with pytest.raises(ValueError, match=f'{path}, line 8: not JSON'):
        read_training_log(tmp_path / 'bad')
    path = write(tmp_path / 'list', '1', FIRST, '[1]\n')
    with pytest.raises(ValueError, match='line 8: expected a JSON object'):
        read_training_log(tmp_path / 'list')


def test_missing_logs_are_named_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match='no work directory at'):
        read_training_log(tmp_path / 'no')
    with pytest.raises(FileNotFoundError, match='no log of a training'):
        read_training_log(tmp_path)


def test_training_that_counts_no_epochs_is_refused(tmp_path):
    path = write(tmp_path, '1', [dict(lr=0.1, loss=1., iter=5, step=5)])
    with pytest.raises(ValueError, match=f"{path}.*'epoch'.*got None"):
        read_training_log(tmp_path)


def test_csv_has_one_row_an_epoch(tmp_path):
    write(tmp_path / 'w', '1', FIRST)
    write_curves(tmp_path / 'c.csv', [read_training_log(tmp_path / 'w')])
    with open(tmp_path / 'c.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [row['epoch'] for row in rows] == ['1', '2', '3']
    assert rows[0] == dict(run='w', epoch='1', train_loss='3',
                           train_top1='0.5', lr='0.1', val_loss='',
                           val_top1='0.3')
    assert rows[2]['val_top1'] == ''
