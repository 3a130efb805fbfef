"""Damaged and strange files through every reader of the package."""
import functools
import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SPEC = importlib.util.spec_from_file_location(
    'doors', Path(__file__).with_name('doors.py'))
doors = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(doors)

#: What breaks readers: the odd ones among the values of each type.
ODD = [
    None, True, -1, 0, 2**31, 2**63, 10**400, 1e308, float('nan'),
    float('inf'), -0.0, '', ' ', '0', 'nan', '1e999', '-', '\0', '../../x',
    '/etc/passwd', 'a' * 5000, '\u2028', '\ud800', '🙂', [], {}, [[]],
    [None], {'': None}, [1] * 300
]
TEXT = ['', '"', ',', '\n', '\r', '\0', ' ', '-1', 'nan', '1e999', '9' * 5000,
        '\ud800', 'é', '[' * 5000, '{"a":' * 1500, '=', ';', '\t', 'null']
ARRAYS = [
    np.float64(1), np.array([]), np.zeros((0, 3)), np.zeros((2, 2)),
    np.full((1, 2, 3, 2), np.nan), np.ones((3, 4, 5), complex),
    np.array(['a', 'b']), np.array('x' * 99), np.array([b'a']),
    np.ones((2, 3, 2), bool), np.arange(4), np.array([-1, 2**62]),
    np.ones((1, ) * 8), np.array([[1, 2]], 'datetime64[s]'),
    np.zeros(3, [('a', int)]), np.ones((2, 4, 3, 2), '>f4')
]

fewer = settings(
    deadline=None, print_blob=True,
    suppress_health_check=list(HealthCheck))


def places(value, path=()):
    """Paths to every value in a nest of lists and dicts."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(
        value) if isinstance(value, (list, tuple)) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def replaced(value, path, new):
    """The value with what lies at a path replaced."""
    if not path:
        return new
    key, *rest = path
    if isinstance(value, dict):
        return {k: replaced(v, rest, new) if k == key else v
                for k, v in value.items()}
    return type(value)(
        replaced(v, rest, new) if k == key else v
        for k, v in enumerate(value))


def without(value, path):
    """The value without what lies at a path."""
    *front, key = path
    inner = value
    for step in front:
        inner = inner[step]
    if isinstance(inner, dict):
        inner = {k: v for k, v in inner.items() if k != key}
    else:
        inner = type(inner)(v for k, v in enumerate(inner) if k != key)
    return replaced(value, front, inner)


def odd_values(kind):
    """What a place in a file of this kind is filled with."""
    if kind == 'csv':
        return st.sampled_from(TEXT) | st.text(max_size=8)
    if kind == 'xlsx':
        return st.sampled_from([None, True, -1, '', 'x', 1e300, '=1+1'])
    if kind in ('npz', 'npy', 'pickle', 'torch'):
        return st.sampled_from(ARRAYS + ODD) if kind == 'pickle' else \
            st.sampled_from(ARRAYS)
    return st.sampled_from(ODD) | st.integers() | st.text(max_size=8)


@functools.lru_cache(None)
def good_bytes(name):
    """Bytes of a door's good file, the same every time: zips know a time."""
    door, = (door for door in doors.DOORS if door.name == name)
    return doors.encode(door.kind, door.good)


def read(door, data):
    """Read a file; True if it was taken, False if it was refused."""
    folder = Path(tempfile.mkdtemp())
    try:
        path = doors.write(door, folder, data)
        try:
            door.read(path)
            return True
        except doors.ERRORS as error:
            text = str(error)
            assert path.name in text or folder.name in text, (
                f'does not name the file: {type(error).__name__}: '
                f'{text[:300]}')
            assert len(text) < 12000, 'an error that nobody can read'
            return False
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize('door', doors.DOORS, ids=lambda d: d.name)
def test_good_file_is_read(door):
    assert read(door, None)


@pytest.mark.parametrize('door', doors.DOORS, ids=lambda d: d.name)
@given(data=st.data())
@fewer
def test_damaged_bytes_are_read_or_refused(door, data):
    content = bytearray(good_bytes(door.name))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = start + data.draw(st.integers(0, 40))
        content[start:end] = data.draw(
            st.binary(max_size=12) | st.sampled_from(
                [text.encode('utf-8', 'surrogatepass') for text in TEXT]))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))):]
    read(door, bytes(content))


@pytest.mark.parametrize(
    'door', [d for d in doors.DOORS if d.kind not in ('text', 'bytes')],
    ids=lambda d: d.name)
@given(data=st.data())
@fewer
def test_strange_values_are_read_or_refused(door, data):
    value = door.good
    for _ in range(data.draw(st.integers(1, 2))):
        where = data.draw(st.sampled_from(list(places(value))))
        if where and door.kind != 'npy' and data.draw(st.booleans()) and \
                data.draw(st.booleans()):
            value = without(value, where)
        else:
            value = replaced(value, where,
                             data.draw(odd_values(door.kind)))
        if not isinstance(value, type(door.good)):
            break
    try:
        content = doors.encode(door.kind, value)
    except Exception:
        return  # no file of this kind can hold it
    read(door, content)
