import io
from collections import OrderedDict
from enum import IntEnum
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import HistoryBuffer

from mmgesture.engine.plain import from_plain, to_plain


class Colour(IntEnum):
    RED = 3


def through_a_file(value):
    file = io.BytesIO()
    torch.save(to_plain(value), file)
    file.seek(0)
    return from_plain(torch.load(file, weights_only=True))


def test_history_buffer_survives_a_weights_only_file():
    buffer = HistoryBuffer([1.5, 2.5], [1, 2], max_length=7)
    loaded = through_a_file({'log': buffer})['log']
    assert isinstance(loaded, HistoryBuffer)
    assert loaded.max_length == 7
    assert loaded.data[0].tolist() == [1.5, 2.5]
    assert loaded.data[1].tolist() == [1, 2]
    loaded.update(4.0)
    assert loaded.current() == 4.0


@pytest.mark.parametrize('array', [
    np.arange(6, dtype=np.int64).reshape(2, 3),
    np.array([True, False]),
    np.array(['a', 'b']),
    np.zeros((0, 4), dtype=np.float32),
    np.arange(10)[::-2],
])
def test_array_survives_a_weights_only_file(array):
    loaded = through_a_file([array])[0]
    assert loaded.dtype.kind == array.dtype.kind
    assert loaded.tolist() == array.tolist()


def test_containers_and_scalars_keep_their_value():
    value = {
        'tuple': (1, 2.5, None),
        'numpy': np.float32(0.25),
        'enum': Colour.RED,
        'path': Path('a/b'),
        'config': ConfigDict(x=ConfigDict(y=[1])),
        'set': {4},
        3: b'bytes',
    }
    loaded = through_a_file(value)
    assert loaded == {
        'tuple': (1, 2.5, None),
        'numpy': 0.25,
        'enum': 3,
        'path': 'a/b',
        'config': {
            'x': {
                'y': [1]
            }
        },
        'set': [4],
        3: b'bytes',
    }
    assert type(loaded['config']['x']) is dict


def test_state_dict_keeps_the_versions_of_its_modules():
    state = torch.nn.BatchNorm1d(3).state_dict()
    loaded = through_a_file(state)
    assert isinstance(loaded, OrderedDict)
    assert loaded._metadata['']['version'] == 2


def test_object_without_plain_form_is_named():
    with pytest.raises(TypeError, match=r'optimizer\.a\[1\] .*builtins\.obj'):
        to_plain({'a': [0, object()]}, 'optimizer')


def test_object_without_plain_form_is_left_out_when_asked():
    dropped = []
    plain = to_plain({'a': [0, object()], 'b': 1}, 'meta', dropped)
    assert plain == {'a': [0], 'b': 1}
    assert dropped == ['meta.a[1] (builtins.object)']


def test_objects_inside_of_an_array_are_made_plain_too():
    array = np.array([Path('a'), None, {'x': Colour.RED}], dtype=object)
    assert through_a_file([array])[0].tolist() == ['a', None, {'x': 3}]
    dates = np.array(['2026-01-02'], dtype='datetime64[D]')
    for array in (dates, dates[0:1].reshape(())):
        with pytest.raises(TypeError, match='datetime.date'):
            to_plain(array)
