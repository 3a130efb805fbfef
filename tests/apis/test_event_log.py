import csv
import json

import pytest

from mmgesture.apis.event_log import EventLog, read_event_log
from mmgesture.structures import GestureEvent

FIRST = GestureEvent(0, 1, .5, 1., None, 'provisional', 1.5)
LAST = GestureEvent(0, 1, .66666, 1., 2.25, 'closed', 3.)
NAMES = ['a', 'reibt "Hände", lange']


def test_every_message_is_in_the_file_as_soon_as_it_was_said(tmp_path):
    path = tmp_path / 'new' / 'e.jsonl'
    with EventLog(path, NAMES) as log:
        log.write([FIRST])
        assert json.loads(path.read_text()) == dict(
            id=0, state='provisional', name=NAMES[1], label=1, score=.5,
            onset=1., offset=None, emitted=1.5)
        log.write([LAST])
        lines = path.read_text(encoding='utf-8').splitlines()
    assert [json.loads(line)['offset'] for line in lines] == [None, 2.25]
    assert json.loads(lines[1])['score'] == .6667


def test_a_table_has_the_same_and_names_of_any_kind(tmp_path):
    path = tmp_path / 'e.csv'
    with EventLog(path, NAMES) as log:
        log.write([FIRST, LAST])
        with open(path, encoding='utf-8', newline='') as file:
            rows = list(csv.DictReader(file))
    assert [(r['state'], r['name'], r['offset'], r['emitted'])
            for r in rows] == [('provisional', NAMES[1], '', '1.5'),
                               ('closed', NAMES[1], '2.25', '3.0')]


def test_an_older_file_and_one_that_somebody_makes_meanwhile_stay(tmp_path):
    path = tmp_path / 'e.jsonl'
    path.write_text('old')
    with pytest.raises(FileExistsError, match='e.jsonl.*another name'):
        EventLog(path, NAMES)
    late = tmp_path / 'late.jsonl'
    with pytest.raises(FileExistsError):
        with EventLog(late, NAMES) as log:
            late.write_text('theirs')
            log.write([FIRST])
    assert (path.read_text(), late.read_text()) == ('old', 'theirs')


def test_a_stream_without_gestures_leaves_an_empty_file_a_failure_none(
        tmp_path):
    with EventLog(tmp_path / 'e.csv', NAMES):
        pass
    assert (tmp_path / 'e.csv').read_text().count('\n') == 1
    with pytest.raises(RuntimeError):
        with EventLog(tmp_path / 'f.csv', NAMES):
            raise RuntimeError
    assert not (tmp_path / 'f.csv').exists()


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(ValueError, match='e.txt.*jsonl, .csv'):
        EventLog(tmp_path / 'e.txt', NAMES)


def test_a_log_can_be_read_again_also_while_it_is_written(tmp_path):
    path = tmp_path / 'e.jsonl'
    with EventLog(path, NAMES) as log:
        log.write([FIRST, LAST])
    events, names = read_event_log(path)
    assert names == ['0', NAMES[1]]  # nothing was said of the first class
    assert events[0] == FIRST and events[1].score == .6667
    whole = path.read_text(encoding='utf-8')
    path.write_text(whole + whole[:30], encoding='utf-8')
    assert read_event_log(path) == (events, names)
    path.write_text('')
    assert read_event_log(path) == ([], [])


@pytest.mark.parametrize('line', [
    '[]', '3', '{"id": 0}', 'no json',
    '{"id":0,"state":"said","name":"a","label":0,"score":1,"onset":0,'
    '"offset":null,"emitted":1}',
    '{"id":0,"state":"confirmed","name":"a","label":1e9,"score":1,"onset":0,'
    '"offset":null,"emitted":1}',
    '{"id":0,"state":"confirmed","name":7,"label":0,"score":1,"onset":0,'
    '"offset":null,"emitted":1}',
    '{"id":0,"state":"confirmed","name":"a","label":0,"score":"1","onset":0,'
    '"offset":null,"emitted":1}'])
def test_a_line_that_is_no_message_is_named(tmp_path, line):
    path = tmp_path / 'e.jsonl'
    with EventLog(path, NAMES) as log:
        log.write([FIRST])
    with open(path, 'a') as file:
        file.write(line + '\n')
    with pytest.raises(ValueError, match='e.jsonl, line 2'):
        read_event_log(path)
