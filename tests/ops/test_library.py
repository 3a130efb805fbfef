"""The compiled library is found, checked, and its absence explained."""
import ctypes
import subprocess
import sys

import pytest
import torch

from mmgesture.ops import library


def test_a_view_takes_float32_and_bfloat16_alone():
    x = torch.zeros(2, 3, 4)
    assert library.view(x).half == 0
    assert library.view(x.bfloat16()).half == 1
    with pytest.raises(TypeError, match='bfloat16, got torch.float16'):
        library.view(x.half())


def test_python_and_cpp_agree_on_the_layout(needs_library):
    layout = [needs_library.mmgesture_layout(i) for i in range(8)]
    assert layout == [
        library.CHUNK, library.GROUP, library.STATE_BLOCK,
        library.CHANNEL_BLOCK, library.MAX_CONV_WIDTH,
        ctypes.sizeof(library.ScanArgs),
        ctypes.sizeof(library.ConvArgs), -1
    ]


def test_kernels_have_a_name_and_unknown_ones_are_refused(needs_library):
    name = library.kernel_name()
    assert name in ('avx512', 'avx2', 'base')
    assert not needs_library.mmgesture_select_kernels(b'mmx')
    assert library.kernel_name() == name


def test_a_missing_library_is_explained(monkeypatch):
    monkeypatch.setattr(library, 'library_path', lambda: None)
    loaded, reason = library._load.__wrapped__()
    assert loaded is None
    assert 'not built' in reason and 'pip install' in reason


def test_a_broken_library_is_explained(monkeypatch, tmp_path):
    path = tmp_path / 'broken.so'
    path.write_bytes(b'no shared object')
    monkeypatch.setattr(library, 'library_path', lambda: str(path))
    loaded, reason = library._load.__wrapped__()
    assert loaded is None
    assert str(path) in reason


def test_a_library_of_other_sources_is_refused(needs_library, monkeypatch):
    monkeypatch.setattr(library, 'CHUNK', library.CHUNK + 1)
    loaded, reason = library._load.__wrapped__()
    assert loaded is None
    assert 'other sources' in reason


def test_requiring_a_missing_library_names_the_way_out(monkeypatch):
    monkeypatch.setattr(library, 'load_library', lambda: (None, 'gone'))
    with pytest.raises(RuntimeError, match="gone.*backend='torch'"):
        library.require_library()


def test_out_of_memory_becomes_an_exception():
    library.check_status(0, 'scan')
    with pytest.raises(MemoryError, match='scan'):
        library.check_status(1, 'scan')


FORK = '''
import os, torch
from mmgesture.ops.selective_scan import selective_scan
torch.set_num_threads(2)
x = torch.randn(2, 128, 40)
def run():
    return selective_scan(x, x, -torch.ones(128, 4), x[:, :4], x[:, :4],
                          delta_softplus=True, backend='cpu')
y = run()
child = os.fork()
if child == 0:
    os._exit(0 if torch.equal(run(), y) else 3)
_, status = os.waitpid(child, 0)
raise SystemExit(os.WEXITSTATUS(status))
'''


@pytest.mark.skipif(sys.platform == 'win32', reason='fork is Unix')
def test_a_forked_child_can_scan_after_its_parent_did(needs_library):
    done = subprocess.run([sys.executable, '-c', FORK], timeout=60)
    assert done.returncode == 0
