import pickle

import numpy as np
import pytest

from mmgesture.datasets.plain_pickle import load_plain_pickle


class Evil:

    def __reduce__(self):
        return eval, ('print("no")', )


class Codec:

    def __reduce__(self):
        import codecs
        return codecs.encode, ('AAAA', 'zip')


@pytest.mark.parametrize('protocol', range(6))
@pytest.mark.parametrize('content', [
    (['0054_0', 'ü'], [1, 99]),
    [('a', 'b'), {'x': 1.5, 'y': None, 'z': (True, b'bytes')}],
    [np.array(['0054_0', '0054_1']), np.arange(3), np.int64(5)],
    [np.float32(1.5), np.zeros((2, 3), order='F')],
],
                         ids=['lists', 'mixed', 'arrays', 'scalars'])
def test_plain_data_comes_back(tmp_path, content, protocol):
    path = tmp_path / 'a.pkl'
    path.write_bytes(pickle.dumps(content, protocol))
    found = load_plain_pickle(str(path))
    assert str(found) == str(content)


@pytest.mark.parametrize('content,expected', [
    (Evil(), 'builtins.eval|__builtin__.eval'),
    ([np.array([Evil()], dtype=object)], 'eval'),
    (Codec(), "codec 'zip' is refused"),
    (print, 'print'),
],
                         ids=['eval', 'in an array', 'codec', 'function'])
def test_everything_else_is_refused_by_name(tmp_path, content, expected):
    path = tmp_path / 'a.pkl'
    path.write_bytes(pickle.dumps(content, 2))
    with pytest.raises(ValueError, match=f'a.pkl.*({expected})'):
        load_plain_pickle(str(path))


def test_a_command_is_not_run(tmp_path):
    path = tmp_path / 'a.pkl'
    mark = tmp_path / 'mark'
    path.write_bytes(f'cos\nsystem\n(S"touch {mark}"\ntR.'.encode())
    with pytest.raises(ValueError, match='os.system, which is refused'):
        load_plain_pickle(str(path))
    assert not mark.exists()


@pytest.mark.parametrize('content', [b'', b'no pickle', b'\x80\x05]q'])
def test_broken_files_are_named(tmp_path, content):
    path = tmp_path / 'broken.pkl'
    path.write_bytes(content)
    with pytest.raises(ValueError, match='broken.pkl: cannot be read'):
        load_plain_pickle(str(path))
