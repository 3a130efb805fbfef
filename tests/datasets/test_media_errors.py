import pickle

import pytest

from mmgesture.datasets import UnreadableMediaError
from mmgesture.datasets.media_errors import blaming


def test_path_and_reason_survive_the_way_home_from_a_worker():
    error = pickle.loads(pickle.dumps(UnreadableMediaError('a b.mp4', 'cut')))
    assert (error.path, error.reason) == ('a b.mp4', 'cut')
    assert str(error) == 'a b.mp4: cut'


@pytest.mark.parametrize('error, text', [
    (IndexError('list index out of range'), 'list index out of range'),
    (MemoryError(), 'MemoryError'),
    (ValueError('x' * 999 + '\n'), 'x' * 200),
])
def test_whatever_a_decoder_raises_is_the_file_s_fault(error, text):
    with pytest.raises(UnreadableMediaError) as caught:
        with blaming('a.mp4', 'cannot be decoded'):
            raise error
    assert str(caught.value) == f'a.mp4: cannot be decoded: {text}'
    assert caught.value.__cause__ is error


def test_what_is_told_already_and_interrupts_pass():
    told = UnreadableMediaError('b.mp4', 'cut')
    for error in (told, KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught:
            with blaming('a.mp4', 'cannot be decoded'):
                raise error
        assert caught.value is error
