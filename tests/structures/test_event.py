import json

import pytest

from mmgesture.structures import EVENT_STATES, GestureEvent


def make(**changes):
    values = dict(id=0, label=2, score=.7, onset=1.5, offset=None,
                  state='provisional', emitted=2.)
    return GestureEvent(**{**values, **changes})


@pytest.mark.parametrize('state', EVENT_STATES)
def test_only_a_closed_event_has_an_offset(state):
    offset = 2.5 if state == 'closed' else None
    assert make(state=state, offset=offset).final == (
        state in ('closed', 'retracted'))
    with pytest.raises(ValueError, match='offset'):
        make(state=state, offset=None if offset else 2.5)


@pytest.mark.parametrize('changes, words', [
    (dict(state='open'), 'a state of'),
    (dict(score=float('nan')), 'finite'),
    (dict(emitted=float('inf')), 'finite'),
    (dict(state='closed', offset=1.5), 'onset < offset'),
])
def test_what_cannot_be_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        make(**changes)


def test_it_goes_through_json():
    event = make(state='closed', offset=3.)
    assert GestureEvent(**json.loads(json.dumps(event.to_dict()))) == event
