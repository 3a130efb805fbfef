import numpy as np
import pytest

from mmgesture.datasets import array_files as module
from mmgesture.datasets.array_files import open_npy, open_npz
from mmgesture.datasets.media_errors import UnreadableMediaError


def test_arrays_are_read(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.arange(3))
    with open_npz(str(tmp_path / 'a.npz'), 'an npz') as file:
        assert file['x'].tolist() == [0, 1, 2]
    np.save(tmp_path / 'a.npy', np.arange(4))
    array = open_npy(str(tmp_path / 'a.npy'), 'an npy')
    assert isinstance(array, np.memmap) and array.tolist() == [0, 1, 2, 3]


def test_one_kind_is_not_taken_for_the_other(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.arange(3))
    np.save(tmp_path / 'a.npy', np.arange(3))
    with pytest.raises(UnreadableMediaError, match='an archive of arrays'):
        open_npy(str(tmp_path / 'a.npz'), 'an npy')
    with pytest.raises(UnreadableMediaError, match='a single array'):
        with open_npz(str(tmp_path / 'a.npy'), 'an npz'):
            pass


def test_what_fails_in_the_block_is_the_file_s_fault(tmp_path):
    np.savez(tmp_path / 'a.npz', x=np.array([object()]))
    for name in ('x', 'absent'):
        with pytest.raises(UnreadableMediaError, match='an npz: '):
            with open_npz(str(tmp_path / 'a.npz'), 'an npz') as file:
                file[name]


def test_archive_that_would_fill_the_memory_is_refused(
        tmp_path, monkeypatch):
    monkeypatch.setattr(module, 'MAX_BYTES', 10**6)
    path = tmp_path / 'bomb.npz'
    np.savez_compressed(path, x=np.zeros(10**6))
    assert path.stat().st_size < 10**5
    with pytest.raises(UnreadableMediaError, match='take 8000'):
        with open_npz(str(path), 'an npz'):
            pass


@pytest.mark.parametrize('data', [b'', b'PK\3\4', b'\x93NUMPY\1\0\xff\xff{'])
def test_broken_files_are_named(tmp_path, data):
    path = tmp_path / 'broken'
    path.write_bytes(data)
    for read in (open_npy, lambda *a: open_npz(*a).__enter__()):
        with pytest.raises(UnreadableMediaError, match='broken'):
            read(str(path), 'arrays')
